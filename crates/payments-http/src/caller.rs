//! The customer of a request.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::future::LocalBoxFuture;
use payments_core::session::SessionId;
use payments_core::store_data::Customer;

use crate::csrf;
use crate::error::{ApiError, Problem};
use crate::session::session_id;
use crate::state::{AppState, of_request};
use crate::telemetry::LoggedPrincipal;

/// A logged-in customer with a valid CSRF token: a handler that has one is authorized.
///
/// 401 comes before 403 (the contract, CSRF).
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The raw session id, which seals the held card.
    pub session: SessionId,
    pub customer: Customer,
}

/// The session of a logged-in customer, for reads that need no CSRF token.
///
/// # Errors
/// 401 if the session has no active customer.
pub(crate) async fn logged_in(
    request: &HttpRequest,
    state: &AppState,
) -> Result<(SessionId, Customer), ApiError> {
    let unknown = ApiError::new(Problem::NotAuthenticated);
    let Some(session) = session_id(request, state).await? else {
        return Err(unknown);
    };
    let owner = state
        .sessions
        .find(&session.digest(), state.clock.now())
        .await?;
    let Some(customer) = owner.and_then(|owner| owner.customer) else {
        return Err(unknown);
    };
    if !customer.is_active {
        return Err(unknown);
    }
    let principal = LoggedPrincipal(format!("customer {}", customer.pk.get()));
    request.extensions_mut().insert(principal);
    Ok((session, customer))
}

async fn authorize(request: &HttpRequest, state: &AppState) -> Result<Caller, ApiError> {
    let (session, customer) = logged_in(request, state).await?;
    csrf::check(request, state, &session)?;
    Ok(Caller { session, customer })
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { authorize(&request, &*of_request(&request)?).await })
    }
}
