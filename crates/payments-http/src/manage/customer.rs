//! The customer of a path.

use payments_core::id::CustomerId;
use payments_core::record::{Key, Part};

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
    let stored = Key::Pk(customer.get());
    let found = state.records.get(Part::Customers, &stored).await?;
    found
        .map(|_| customer)
        .ok_or_else(|| Problem::CustomerNotFound.into())
}
