//! Signing in with a management token, and signing out.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, RETRY_AFTER, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, Resource, web};
use payments_console::{Console, Page, SignInProblem, Visit};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{html_page, language_of, see_other};
use crate::body::{self, Form, FormReader};
use crate::csrf;
use crate::error::{ApiError, Problem};
use crate::manage::auth;
use crate::manage_session::{self, Fingerprint, Id, ManageSession, SignedInBy};
use crate::manage_tokens::Identity;
use crate::routes;
use crate::same_origin::is_same_origin;
use crate::state::AppState;
use crate::telemetry::Refusal;

/// The page after signing in.
#[derive(Deserialize)]
pub(super) struct NextPage {
    next: Option<String>,
}

impl NextPage {
    pub(super) fn page(&self) -> Option<Page> {
        self.next.as_deref().and_then(Page::of_slug)
    }
}

struct SignInForm {
    /// `None` if it is missing or blank.
    token: Option<Zeroizing<String>>,
}

impl Form for SignInForm {
    const IS_SECRET: bool = true;

    fn read(reader: &mut FormReader<'_>) -> Option<Self> {
        let token = reader.fields().text("token").ok();
        let token = token.map(|token| Zeroizing::new(token.trim().to_owned()));
        Some(Self { token })
    }
}

/// The form at these paths.
pub(super) fn form(paths: [&str; 2]) -> Resource {
    routes::readable(routes::resource(paths), show)
        .route(web::post().to(sign_in))
        .default_service(routes::no_other("GET, HEAD, POST, OPTIONS"))
}

async fn show(
    console: web::Data<Console>,
    query: web::Query<NextPage>,
    request: HttpRequest,
) -> HttpResponse {
    page(&console, &request, query.page(), StatusCode::OK, None)
}

pub(super) fn page(
    console: &Console,
    request: &HttpRequest,
    next: Option<Page>,
    status: StatusCode,
    problem: Option<SignInProblem>,
) -> HttpResponse {
    let visit = Visit {
        language: language_of(request),
        viewer: None,
    };
    html_page(
        status,
        visit.language,
        console.sign_in(&visit, next, problem),
    )
}

/// Begins a session, or shows the form again with what is wrong.
///
/// # Errors
/// 403 for a form of another origin: it would sign its victim in with the attacker's token. 400, 408, 413 or 415 for a body that
/// is not the form.
async fn sign_in(
    state: web::Data<AppState>,
    console: web::Data<Console>,
    query: web::Query<NextPage>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    if !is_same_origin(&request, &state) {
        return Err(Problem::CsrfFailed.into());
    }
    let form: SignInForm = body::form(&request, payload, &state.settings.http).await?;
    let given = form.token.as_ref().map_or("", |token| token.as_str());
    let token = match auth::token(&request, &state, given) {
        Ok(token) => token,
        Err(error) => return Ok(refused(&console, &request, query.page(), &error)),
    };
    let by = SignedInBy::Token(token.name.clone());
    let cookie = begin_session(&state, &request, &token.holder(), token.fingerprint(), by);
    let next = query.page();
    let path = next.map_or_else(|| console.root(), |page| console.path(page));
    Ok(with_cookie(see_other(&path), &cookie))
}

/// Begins a session; returns its cookie.
pub(super) fn begin_session(
    state: &AppState,
    request: &HttpRequest,
    holder: &Identity,
    fingerprint: Fingerprint,
    by: SignedInBy,
) -> String {
    auth::log_principal(request, holder);
    tracing::info!(holder = holder.principal, "signed in to the console");
    let mut id = Id::default();
    state.entropy.fill(&mut id);
    let session = ManageSession::begin(fingerprint, by, id, state.clock.now());
    manage_session::cookie(state, &session)
}

fn refused(
    console: &Console,
    request: &HttpRequest,
    next: Option<Page>,
    error: &ApiError,
) -> HttpResponse {
    let problem = match error.retry_after_seconds {
        Some(seconds) => SignInProblem::TooMany(seconds),
        None => SignInProblem::Wrong,
    };
    let status = error.problem.status();
    let mut response = page(console, request, next, status, Some(problem));
    response.extensions_mut().insert(Refusal(error.problem));
    if let Some(seconds) = error.retry_after_seconds {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Ends the browser's session.
///
/// # Errors
/// 401 without a session; 403 for a request of another origin, or without the session's CSRF token.
pub(super) async fn out(
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (holder, session) = auth::session(&request, &state)?;
    if !is_same_origin(&request, &state) {
        return Err(Problem::CsrfFailed.into());
    }
    csrf::check_of_console(&request, &state, &session.id)?;
    auth::log_principal(&request, &holder);
    let mut response = HttpResponse::NoContent();
    response.insert_header((CACHE_CONTROL, "no-store"));
    Ok(with_cookie(
        response.finish(),
        &manage_session::no_cookie(&state),
    ))
}

pub(super) fn with_cookie(mut response: HttpResponse, cookie: &str) -> HttpResponse {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
