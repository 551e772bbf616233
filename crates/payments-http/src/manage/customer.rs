//! The customer of a path.

use payments_core::audit::{AuditOutcome, AuditRecord};
use payments_core::id::CustomerId;
use payments_core::ports::Unavailable;
use payments_core::record::{Key, Part};

use super::Principal;
use crate::error::{ApiError, Problem};
use crate::path::PathPk;
use crate::state::AppState;

/// The key of a path's segment.
pub(super) fn key(segment: &str) -> Result<CustomerId, ApiError> {
    PathPk::parse(segment).or(Problem::CustomerNotFound)
}

/// The key of a customer that exists: active, inactive or erased.
pub(super) async fn existing(state: &AppState, segment: &str) -> Result<CustomerId, ApiError> {
    let customer = key(segment)?;
    if !exists(state, customer).await? {
        return Err(Problem::CustomerNotFound.into());
    }
    Ok(customer)
}

/// Whether there is this customer: active, inactive or erased.
pub(super) async fn exists(state: &AppState, customer: CustomerId) -> Result<bool, Unavailable> {
    let key = Key::Pk(customer.get());
    Ok(state.records.get(Part::Customers, &key).await?.is_some())
}

/// The key of a customer whom staff looks at. The audit record is committed before anything is shown.
pub(super) async fn viewed(
    state: &AppState,
    segment: &str,
    principal: &Principal,
    what: AuditOutcome,
) -> Result<CustomerId, ApiError> {
    let customer = existing(state, segment).await?;
    record_view(state, customer, principal, what).await?;
    Ok(customer)
}

/// Records that staff looked at what is stored about a customer.
pub(super) async fn record_view(
    state: &AppState,
    customer: CustomerId,
    principal: &Principal,
    what: AuditOutcome,
) -> Result<(), ApiError> {
    let now = state.clock.now();
    let record = AuditRecord {
        intent: None,
        customer,
        pos: None,
        outcome: what,
        gateway_code: None,
        consent: None,
        instrument: None,
        author: Some(principal.author(now)),
        at: now,
    };
    Ok(state.database.audit.append(&record).await?)
}
