//! Signing in by OpenID Connect: to the provider, and back.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, REFERRER_POLICY, REFRESH, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use payments_console::{Console, Page, SignInProblem, Visit};
use payments_gateways::openid_connect::OpenIdError;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use super::sign_in::{self, NextPage, begin_session, with_cookie};
use super::{html_page, language_of, see_other};
use crate::client_address::client_address;
use crate::error::{ApiError, Problem};
use crate::manage_session::SignedInBy;
use crate::manage_tokens::Attempt;
use crate::metrics::FailedLogin;
use crate::openid_connect::pending::{self, Pending};
use crate::openid_connect::{NotSignedIn, OpenIdConnect, Person};
use crate::state::AppState;

/// What the provider sends the browser back with.
#[derive(Deserialize)]
pub(super) struct Returned {
    code: Option<String>,
    state: Option<String>,
    /// The issuer (RFC 9207).
    iss: Option<String>,
}

/// Sends the browser to the provider.
///
/// # Errors
/// 404 if no provider is configured.
pub(super) async fn begin(
    state: web::Data<AppState>,
    console: web::Data<Console>,
    next: web::Query<NextPage>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let provider = provider(&state)?;
    let now = state.clock.now();
    let pending = Pending::begin(next.page(), &*state.entropy, now);
    Ok(match provider.authorization_url(&pending, now).await {
        Ok(url) => with_cookie(see_other(&url), &pending.cookie(&state)),
        Err(error) => {
            tracing::warn!(%error, "the OpenID Connect provider cannot be used");
            failed(&console, &request, next.page(), SignInProblem::Provider)
        }
    })
}

/// Begins the session of whom the provider identified, or shows the form to sign in with what is wrong. A sign-in is completed
/// once.
///
/// # Errors
/// 404 if no provider is configured.
pub(super) async fn callback(
    state: web::Data<AppState>,
    console: web::Data<Console>,
    returned: web::Query<Returned>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let provider = provider(&state)?;
    let pending = Pending::of_request(&request, &state);
    let next = pending.as_ref().and_then(|pending| pending.next);
    let identified = identified(&state, &request, provider, pending, &returned);
    let response = match identified.await {
        Ok(person) => signed_in(&state, &console, &request, provider, person, next),
        Err(problem) => failed(&console, &request, next, problem),
    };
    Ok(with_cookie(response, &pending::no_cookie(&state)))
}

fn provider(state: &AppState) -> Result<&OpenIdConnect, ApiError> {
    let provider = state.openid_connect.as_ref();
    provider.ok_or_else(|| Problem::NotFound.into())
}

async fn identified(
    state: &AppState,
    request: &HttpRequest,
    provider: &OpenIdConnect,
    pending: Option<Pending>,
    returned: &Returned,
) -> Result<Person, SignInProblem> {
    let given = returned.state.as_deref().unwrap_or_default();
    let pending = pending.filter(|pending| pending.state.as_bytes().ct_eq(given.as_bytes()).into());
    let Some(pending) = pending else {
        // Also what another site's link to the callback gets.
        state.metrics.login_failed(FailedLogin::Expired);
        return Err(SignInProblem::Outdated);
    };
    let now = state.clock.now();
    let is_issuer = provider.is_issuer(returned.iss.as_deref(), now).await;
    if !is_issuer.map_err(|error| not_signed_in(state, &error.into()))? {
        tracing::warn!("another issuer answered to a sign-in");
        state.metrics.login_failed(FailedLogin::Wrong);
        return Err(SignInProblem::Provider);
    }
    let Some(code) = &returned.code else {
        return Err(SignInProblem::NotIdentified);
    };
    if let Attempt::TooMany {
        retry_after_seconds,
        ..
    } = provider.callbacks.count(client_address(request), now)
    {
        state.metrics.login_failed(FailedLogin::Limited);
        return Err(SignInProblem::Busy(retry_after_seconds));
    }
    let person = provider.person(code, &pending, now).await;
    let person = person.map_err(|error| not_signed_in(state, &error))?;
    if state.manage_tokens.is_of_another(&person.name) {
        tracing::warn!(
            holder = person.name,
            "a person has the name of a management token that is not theirs"
        );
        state.metrics.login_failed(FailedLogin::Wrong);
        return Err(SignInProblem::NoRights);
    }
    if provider
        .holder(&person.name, &person.roles)
        .scopes
        .names()
        .next()
        .is_none()
    {
        tracing::warn!(
            holder = person.name,
            "a person without a role tried to sign in"
        );
        state.metrics.login_failed(FailedLogin::Wrong);
        return Err(SignInProblem::NoRights);
    }
    Ok(person)
}

fn not_signed_in(state: &AppState, error: &NotSignedIn) -> SignInProblem {
    tracing::warn!(%error, "a sign-in by OpenID Connect failed");
    match error {
        // The code is wrong, or was used.
        NotSignedIn::Provider(OpenIdError::Status(400)) => {
            state.metrics.login_failed(FailedLogin::Wrong);
            SignInProblem::NotIdentified
        }
        NotSignedIn::Provider(_) => SignInProblem::Provider,
        NotSignedIn::IdToken(_) => {
            state.metrics.login_failed(FailedLogin::Wrong);
            SignInProblem::Provider
        }
    }
}

/// A page of our own that goes on to the console: a redirect would still count as the provider's, and come without the session.
fn signed_in(
    state: &AppState,
    console: &Console,
    request: &HttpRequest,
    provider: &OpenIdConnect,
    person: Person,
    next: Option<Page>,
) -> HttpResponse {
    let holder = provider.holder(&person.name, &person.roles);
    let by = SignedInBy::Person {
        person: person.name,
        roles: person.roles,
    };
    let cookie = begin_session(state, request, &holder, provider.fingerprint(), by);
    let visit = Visit {
        language: language_of(request),
        viewer: None,
    };
    let next = next.map_or_else(|| console.root(), |next| console.path(next));
    let html = console.signed_in(&visit, &next);
    let mut response = html_page(StatusCode::OK, visit.language, html);
    // The address has the code.
    let none = HeaderValue::from_static("no-referrer");
    response.headers_mut().insert(REFERRER_POLICY, none);
    if let Ok(refresh) = format!("0; url={next}").parse() {
        response.headers_mut().insert(REFRESH, refresh);
    }
    with_cookie(response, &cookie)
}

fn failed(
    console: &Console,
    request: &HttpRequest,
    next: Option<Page>,
    problem: SignInProblem,
) -> HttpResponse {
    let status = match problem {
        SignInProblem::Provider => StatusCode::BAD_GATEWAY,
        SignInProblem::Outdated => StatusCode::BAD_REQUEST,
        SignInProblem::Busy(_) => StatusCode::TOO_MANY_REQUESTS,
        SignInProblem::Wrong
        | SignInProblem::TooMany(_)
        | SignInProblem::NotIdentified
        | SignInProblem::NoRights => StatusCode::FORBIDDEN,
    };
    let mut response = sign_in::page(console, request, next, status, Some(problem));
    if let SignInProblem::Busy(seconds) = problem {
        let seconds = HeaderValue::from(seconds);
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}
