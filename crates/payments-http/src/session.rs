//! Who is asking.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use payments_core::customer::Customer;
use payments_core::session::SessionId;

use crate::cookies::{self, Found};
use crate::csrf;
use crate::demo::{CUSTOMER_SESSION, VISITOR_SESSION};
use crate::error::{ApiError, Problem};
use crate::settings::Settings;
use crate::state::{AppState, of_request};

/// The session a request's cookie names, if it can be one at all; whether it exists, the store knows.
#[derive(Clone, Debug)]
pub struct SessionCookie(pub Option<SessionId>);

/// A logged-in customer with a valid CSRF token: holding one is being authorized.
///
/// 401 comes before 403 (the contract, CSRF).
#[derive(Clone, Debug)]
pub struct Caller {
    /// The raw session id, which seals the held card.
    pub session: SessionId,
    /// The customer.
    pub customer: Customer,
}

/// The session id of a request. The demo's, which everybody knows, count only where the demo is on.
pub fn session_id(request: &HttpRequest, settings: &Settings) -> Option<SessionId> {
    let cookie = &settings.session;
    let find = |name| cookies::find(request, name, cookie.enable_x_cookie_header);
    let found = match find(&cookie.cookie_name) {
        Found::Absent if cookie.accept_sessionid => find("sessionid"),
        found @ (Found::Absent | Found::One(_) | Found::Ambiguous) => found,
    };
    let is_demo = |text: &str| [CUSTOMER_SESSION, VISITOR_SESSION].contains(&text);
    match found {
        Found::One(text) if is_demo(text) && !settings.demo.enabled => None,
        Found::One(text) => SessionId::parse(text).ok(),
        Found::Absent | Found::Ambiguous => None,
    }
}

async fn authorize(request: &HttpRequest, state: &AppState) -> Result<Caller, ApiError> {
    let unknown = ApiError::new(Problem::NotAuthenticated);
    let Some(session) = session_id(request, &state.settings) else {
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
    csrf::check(request, state, &session)?;
    Ok(Caller { session, customer })
}

impl FromRequest for SessionCookie {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = of_request(request);
        ready(state.map(|state| Self(session_id(request, &state.settings))))
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { authorize(&request, &*of_request(&request)?).await })
    }
}
