//! Authorizes management requests by their bearer token.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use chrono::{DateTime, Utc};
use payments_core::audit::Author;

use super::access::{self, Needs};
use super::query;
use crate::client_address::{client_address, logged};
use crate::error::{ApiError, FieldError, Problem};
use crate::manage_tokens::{Attempt, Token};
use crate::metrics::FailedLogin;
use crate::request_id;
use crate::scope::{Scope, Scopes};
use crate::state::{AppState, of_request};
use crate::telemetry::LoggedPrincipal;

/// An authorized caller: a handler that has one is authorized.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The token's name in the settings.
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
            "a management token lacks a scope"
        );
        let named = FieldError::at("scope", scope.as_str());
        Err(Problem::ManageForbidden.about(vec![named]))
    }
}

fn authorize(request: &HttpRequest) -> Result<Principal, ApiError> {
    let state = of_request(request)?;
    let token = identify(request, &state)?;
    let logged = LoggedPrincipal(format!("token {}", token.name));
    request.extensions_mut().insert(logged);
    let principal = Principal {
        name: token.name.clone(),
        request_id: request_id::of(request),
        scopes: token.scopes.clone(),
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

fn identify<'s>(request: &HttpRequest, state: &'s AppState) -> Result<&'s Token, ApiError> {
    let unknown = || ApiError::new(Problem::ManageUnauthorized);
    let failed = |why| state.metrics.login_failed(why);
    let Some(given) = bearer(request) else {
        failed(FailedLogin::Missing);
        return Err(unknown());
    };
    let now = state.clock.now();
    match state.manage_tokens.find(given) {
        Some(token) if token.expires_at.is_some_and(|at| at <= now) => {
            failed(FailedLogin::Expired);
            tracing::warn!(holder = token.name, "an expired management token was used");
            Err(unknown())
        }
        Some(token) => Ok(token),
        None => {
            let address = client_address(request);
            let client = address.and_then(|address| logged(address, state));
            Err(match state.manage_tokens.attempts.wrong(address, now) {
                Attempt::Counted => {
                    failed(FailedLogin::Wrong);
                    tracing::warn!(client, "a wrong management token was used");
                    unknown()
                }
                Attempt::TooMany {
                    retry_after_seconds,
                    is_first,
                } => {
                    failed(FailedLogin::Limited);
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
