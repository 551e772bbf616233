//! Authorizes management requests by their bearer token or the session of the console.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use chrono::{DateTime, Utc};
use payments_core::audit::Author;

use super::access::{self, Needs};
use super::query;
use crate::client_address::{client_address, logged};
use crate::csrf;
use crate::error::{ApiError, FieldError, Problem};
use crate::manage_session::{self, ManageSession, NoSession};
use crate::manage_tokens::{Attempt, Identity, Token};
use crate::metrics::FailedLogin;
use crate::request_id;
use crate::same_origin::is_same_origin;
use crate::scope::{Scope, Scopes};
use crate::state::{AppState, of_request};
use crate::telemetry::LoggedPrincipal;

/// An authorized caller: a handler that has one is authorized.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The person; the name of a token that names none.
    pub name: String,
    /// The id of the request.
    pub request_id: Option<String>,
    scopes: Scopes,
}

impl Principal {
    /// The author of this request's writes.
    pub fn author(&self, now: DateTime<Utc>) -> Author {
        Author {
            principal: self.name.clone(),
            request_id: self.request_id.clone(),
            at: now,
        }
    }

    /// Whether the token has a scope.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.allow(scope)
    }

    /// Requires a scope beyond the route's.
    ///
    /// # Errors
    /// 403 that names the scope.
    pub fn require(&self, scope: Scope) -> Result<(), ApiError> {
        if self.may(scope) {
            return Ok(());
        }
        tracing::warn!(
            holder = self.name,
            scope = scope.as_str(),
            "a scope is missing"
        );
        let named = FieldError::at("scope", scope.as_str());
        Err(Problem::ManageForbidden.about(vec![named]))
    }
}

fn authorize(request: &HttpRequest) -> Result<Principal, ApiError> {
    let state = of_request(request)?;
    let holder = identify(request, &state)?;
    log_principal(request, &holder);
    let principal = Principal {
        name: holder.principal,
        request_id: request_id::of(request),
        scopes: holder.scopes,
    };
    // The table has every management path.
    let route = access::route(request.method(), request.path()).ok_or(Problem::NotFound)?;
    match route.needs {
        Needs::Scope(scope) => principal.require(scope)?,
        Needs::ScopesOfDocument if principal.scopes.allow(Scope::Purchases) => {}
        Needs::ScopesOfDocument | Needs::ScopesOfRestoration => {
            principal.require(Scope::Catalog)?;
        }
    }
    query::only(request.query_string(), &route.parameters)?;
    Ok(principal)
}

/// Names the principal in the request's line of the log.
pub(crate) fn log_principal(request: &HttpRequest, holder: &Identity) {
    let logged = LoggedPrincipal(holder.identified_by.clone());
    request.extensions_mut().insert(logged);
}

/// A request with a bearer token never has a session.
fn identify(request: &HttpRequest, state: &AppState) -> Result<Identity, ApiError> {
    if !request.headers().contains_key(AUTHORIZATION) {
        return by_session(request, state);
    }
    match bearer(request) {
        Some(given) => Ok(token(request, state, given)?.holder()),
        None => Err(refused(state, FailedLogin::Missing)),
    }
}

/// The cookie comes with requests of every page that the browser shows, so only the service's own pages may act with it.
fn by_session(request: &HttpRequest, state: &AppState) -> Result<Identity, ApiError> {
    let (holder, session) = session(request, state)?;
    if !is_same_origin(request, state) {
        tracing::warn!(
            holder = holder.principal,
            "a page of another origin used a session of the console"
        );
        return Err(Problem::CsrfFailed.into());
    }
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        csrf::check_of_console(request, state, &session.id)?;
    }
    manage_session::renew(request, state, &session);
    Ok(holder)
}

/// The live session of a request, and who is signed in.
///
/// # Errors
/// 401 if there is none.
pub(crate) fn session(
    request: &HttpRequest,
    state: &AppState,
) -> Result<(Identity, ManageSession), ApiError> {
    match manage_session::of_request(request, state) {
        None => Err(refused(state, FailedLogin::Missing)),
        Some(Err(NoSession::Forged)) => {
            tracing::warn!("a wrong session of the console was used");
            Err(refused(state, FailedLogin::Wrong))
        }
        Some(Err(NoSession::Ended)) => Err(refused(state, FailedLogin::Expired)),
        Some(Ok(session)) => match session.holder(state) {
            Some(holder) => Ok((holder, session)),
            None => Err(refused(state, FailedLogin::Expired)),
        },
    }
}

fn refused(state: &AppState, why: FailedLogin) -> ApiError {
    state.metrics.login_failed(why);
    Problem::ManageUnauthorized.into()
}

/// The token with this text.
///
/// # Errors
/// 401 if it is wrong or has expired, and 429 for too many wrong ones.
pub(crate) fn token<'s>(
    request: &HttpRequest,
    state: &'s AppState,
    given: &str,
) -> Result<&'s Token, ApiError> {
    let now = state.clock.now();
    match state.manage_tokens.find(given) {
        Some(token) if token.has_expired(now) => {
            tracing::warn!(holder = token.name, "an expired management token was used");
            Err(refused(state, FailedLogin::Expired))
        }
        Some(token) => Ok(token),
        None => {
            let address = client_address(request);
            let client = address.and_then(|address| logged(address, state));
            Err(match state.manage_tokens.attempts.count(address, now) {
                Attempt::Counted => {
                    tracing::warn!(client, "a wrong management token was used");
                    refused(state, FailedLogin::Wrong)
                }
                Attempt::TooMany {
                    retry_after_seconds,
                    is_first,
                } => {
                    state.metrics.login_failed(FailedLogin::Limited);
                    if is_first {
                        tracing::warn!(client, "too many wrong management tokens");
                    }
                    ApiError::new(Problem::TooManyRequests).retry_after(retry_after_seconds)
                }
            })
        }
    }
}

/// The one bearer token of a request.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let (Some(header), None) = (headers.next(), headers.next()) else {
        return None;
    };
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim_matches(' '))
        .filter(|token| !token.is_empty())
}

impl FromRequest for Principal {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(authorize(request))
    }
}
