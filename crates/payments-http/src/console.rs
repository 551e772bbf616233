//! `/console/`: serves the console's pages to whoever signed in.

mod openid_connect;
mod sign_in;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION,
    REFERRER_POLICY, SET_COOKIE, VARY,
};
use actix_web::middleware::Compress;
use actix_web::{HttpRequest, HttpResponse, web};
use payments_console::{Console, LANGUAGES, Page, VARIABLES, Viewer, Visit};
use payments_core::language::Language;
use serde::Deserialize;
use serde_json::json;

use crate::answer::OwnBody;
use crate::cookies::{self, Found};
use crate::csrf::{self, Holder};
use crate::error::{ApiError, Problem};
use crate::i18n;
use crate::language;
use crate::manage::auth;
use crate::manage_session;
use crate::manage_tokens::Identity;
use crate::routes;
use crate::same_origin::is_same_origin;
use crate::scope::Scope;
use crate::state::AppState;

/// Only the console's own resources, and no inline scripts or styles.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Where an OpenID Connect provider sends a browser back to.
pub(crate) const CALLBACK: &str = "/console/openid-connect/callback/";

const LANGUAGE_COOKIE: &str = "console_language";

/// The console at an address of the service whose base path a proxy strips; `None` if it is disabled.
pub(crate) fn of(state: &AppState, base: &str) -> Option<web::Data<Console>> {
    // A test loads every file.
    let texts = |language| {
        i18n::templates(language, payments_console::source(language), &VARIABLES)
            .unwrap_or_default()
    };
    let tokens = [payments_demo::TOKEN, payments_demo::APPROVER_TOKEN];
    let demo = Some(tokens).filter(|_| state.settings.demo.enabled);
    let is_enabled = state.settings.console.enabled;
    is_enabled.then(|| {
        web::Data::new(Console::new(
            base,
            texts,
            demo,
            state.openid_connect.is_some(),
        ))
    })
}

/// Mounts the console's routes.
pub(crate) fn configure(config: &mut web::ServiceConfig, console: web::Data<Console>) {
    let asset = routes::resource(["/console/assets/{digest}/{name}"; 2]);
    config
        .app_data(console)
        .service(routes::get(["/console/", "/console"], root))
        .service(sign_in::form(["/console/sign-in/", "/console/sign-in"]))
        .service(routes::get(
            ["/console/openid-connect/", "/console/openid-connect"],
            openid_connect::begin,
        ))
        .service(routes::get(
            [CALLBACK, "/console/openid-connect/callback"],
            openid_connect::callback,
        ))
        .service(routes::post(
            ["/console/sign-out/", "/console/sign-out"],
            sign_in::out,
        ))
        .service(routes::get(
            ["/console/session/", "/console/session"],
            session,
        ))
        .service(routes::get(
            ["/console/language/", "/console/language"],
            choose_language,
        ))
        .service(
            routes::readable(asset, show_asset)
                .default_service(routes::no_other("GET, HEAD, OPTIONS"))
                .wrap(Compress::default()),
        )
        .service(routes::get(
            ["/console/{page}/", "/console/{page}"],
            show_page,
        ));
}

/// The scope that a page needs.
const fn scope_of(page: Page) -> Scope {
    match page {
        Page::Matrix => Scope::Purchases,
        Page::Customers => Scope::Support,
        Page::Rules
        | Page::Calendar
        | Page::Catalog
        | Page::Approvals
        | Page::Health
        | Page::History => Scope::Read,
    }
}

fn viewer(holder: &Identity) -> Viewer<'_> {
    let scopes = &holder.scopes;
    let pages = Page::ALL.into_iter();
    Viewer {
        name: &holder.principal,
        pages: pages.filter(|page| scopes.allow(scope_of(*page))).collect(),
        writes_catalog: scopes.allow(Scope::Catalog),
        compares_drafts: scopes.allow(Scope::Purchases),
        checks_providers: scopes.allow(Scope::Admin),
    }
}

/// Redirects to the first page of the menu, or to the form to sign in.
async fn root(
    state: web::Data<AppState>,
    console: web::Data<Console>,
    request: HttpRequest,
) -> HttpResponse {
    let Ok((holder, _)) = auth::session(&request, &state) else {
        return see_other(&console.sign_in_path(None));
    };
    match viewer(&holder).pages.first() {
        Some(page) => see_other(&console.path(*page)),
        None => forbidden(&request, &console, &holder),
    }
}

async fn show_page(
    state: web::Data<AppState>,
    console: web::Data<Console>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let slug = request.match_info().get("page").unwrap_or_default();
    let page = Page::of_slug(slug).ok_or(Problem::NotFound)?;
    let Ok((holder, session)) = auth::session(&request, &state) else {
        return Ok(see_other(&console.sign_in_path(Some(page))));
    };
    auth::log_principal(&request, &holder);
    if !holder.scopes.allow(scope_of(page)) {
        return Ok(forbidden(&request, &console, &holder));
    }
    manage_session::renew(&request, &state, &session);
    let visit = Visit {
        language: language_of(&request),
        viewer: Some(viewer(&holder)),
    };
    let html = console.page(&visit, page);
    Ok(html_page(StatusCode::OK, visit.language, html))
}

fn forbidden(request: &HttpRequest, console: &Console, holder: &Identity) -> HttpResponse {
    let visit = Visit {
        language: language_of(request),
        viewer: Some(viewer(holder)),
    };
    let html = console.forbidden(&visit);
    html_page(StatusCode::FORBIDDEN, visit.language, html)
}

/// A page of the console, which is no error's body.
fn html_page(status: StatusCode, language: Language, html: String) -> HttpResponse {
    let mut response = HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_LANGUAGE, language.code()))
        // Without a referrer, browsers send forms without their origin.
        .insert_header((REFERRER_POLICY, "same-origin"))
        .insert_header((VARY, "Accept-Language, Cookie"))
        .body(html);
    response.extensions_mut().insert(OwnBody);
    response
}

fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, path))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}

/// Who is signed in, and the CSRF token of the session: for the scripts of a page, also after another tab signed in.
async fn session(
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (holder, session) = auth::session(&request, &state)?;
    if !is_same_origin(&request, &state) {
        return Err(Problem::CsrfFailed.into());
    }
    manage_session::renew(&request, &state, &session);
    let scopes: Vec<&str> = holder.scopes.names().collect();
    let csrf_token = csrf::token(&state, Holder::Console(&session.id));
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "principal": holder.principal, "scopes": scopes, "csrf_token": csrf_token })))
}

#[derive(Deserialize)]
struct Choice {
    code: Option<String>,
    back: Option<String>,
}

/// Stores the language in a cookie, and redirects back to the page.
async fn choose_language(console: web::Data<Console>, choice: web::Query<Choice>) -> HttpResponse {
    let page = choice.back.as_deref().and_then(Page::of_slug);
    let mut response = see_other(&page.map_or_else(|| console.root(), |page| console.path(page)));
    let language = choice.code.as_deref().and_then(Language::from_code);
    if let Some(language) = language.filter(|one| LANGUAGES.contains(one)) {
        // The pages after an OpenID Connect provider are in the language too.
        let cookie = format!(
            "{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax",
            language.code()
        );
        if let Ok(cookie) = cookie.parse() {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
    }
    response
}

/// The chosen language, or the one that `Accept-Language` prefers; English if the console does not have it.
fn language_of(request: &HttpRequest) -> Language {
    let chosen = match cookies::find(request, LANGUAGE_COOKIE, false) {
        Found::One(code) => Language::from_code(code),
        Found::Absent | Found::Ambiguous => None,
    };
    let language = chosen.unwrap_or_else(|| language::of_request(request));
    let ours = LANGUAGES.contains(&language);
    if ours { language } else { Language::En }
}

async fn show_asset(
    console: web::Data<Console>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let part = |name| request.match_info().get(name).unwrap_or_default();
    let asset = console.asset(part("name")).ok_or(Problem::NotFound)?;
    // A stale page gets the current file, which is not cached under the old path.
    let caching = if console.is_current(part("digest")) {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, caching))
        .insert_header((CONTENT_TYPE, asset.content_type))
        .body(asset.contents.into_owned()))
}
