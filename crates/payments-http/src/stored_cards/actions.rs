//! Actions that a gateway requires of a customer (3-D Secure): the redirect, the return, and the webhook.
//!
//! None of these needs a session: a gateway's POST carries no Lax cookie. The id in the path is the only key. The
//! outcome that a browser or a webhook claims is ignored: the gateway is asked.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, HeaderValue, LOCATION, REFERRER_POLICY,
    SET_COOKIE, VARY,
};
use actix_web::{HttpRequest, HttpResponse, web};
use maud::html;
use payments_core::action::ActionId;
use payments_core::card_storage::ActionVerdict;
use payments_core::catalog::{GatewayAccount, Pos};
use payments_core::flow::IntentId;
use payments_core::id::PosId;
use payments_core::language::Language;
use payments_core::tokenization::Notice;

use crate::activity::Event;
use crate::answer::OwnBody;
use crate::cookies::{self, Found};
use crate::error::{ApiError, Problem, SentenceId};
use crate::path::PathPk;
use crate::state::AppState;
use crate::{body, html_page, language, routes};

/// What the URLs of an action begin with.
pub(crate) const PATH: &str = "/payments/stored-cards/actions/";
/// Remembers the language that a customer chose in the store.
const COOKIE: &str = "payments_language";
/// The largest message of a gateway.
const NOTICE_LIMIT_BYTES: usize = 64 * 1_024;

pub(super) fn configure(config: &mut web::ServiceConfig) {
    let back = [
        "/payments/stored-cards/actions/{id}/return/",
        "/payments/stored-cards/actions/{id}/return",
    ];
    config
        .service(routes::get(
            [
                "/payments/stored-cards/actions/{id}/",
                "/payments/stored-cards/actions/{id}",
            ],
            go,
        ))
        .service(
            routes::readable(routes::resource(back), come_back)
                .route(web::post().to(come_back))
                .default_service(routes::no_other("GET, HEAD, POST, OPTIONS")),
        )
        .service(routes::post(
            [
                "/payments/stored-cards/webhooks/{pk}/",
                "/payments/stored-cards/webhooks/{pk}",
            ],
            take_notice,
        ));
}

/// The browser requests its own language, but the customer may have chosen another one in the store, in which the code
/// was answered. That one is passed along and remembered for the return.
pub(super) fn in_language(url: &str, language: Language) -> String {
    format!("{url}?lang={}", language.code())
}

fn chosen_language(request: &HttpRequest) -> Option<Language> {
    let mut pairs = form_urlencoded::parse(request.query_string().as_bytes());
    let (_, code) = pairs.find(|(name, _)| name == "lang")?;
    of_code(&code)
}

fn of_code(code: &str) -> Option<Language> {
    Language::ALL.into_iter().find(|one| one.code() == code)
}

/// The language that was remembered, or else the browser's. A gateway that posts the customer back sends no cookie.
fn language_of(request: &HttpRequest) -> Language {
    let remembered = match cookies::find(request, COOKIE, false) {
        Found::One(code) => of_code(code),
        Found::Absent | Found::Ambiguous => None,
    };
    remembered.unwrap_or_else(|| language::of_request(request))
}

fn id(request: &HttpRequest) -> Option<ActionId> {
    ActionId::parse(request.match_info().get("id").unwrap_or_default())
}

/// Remembers the language below this action's path, for as long as a customer may have.
fn remember(language: Language, state: &AppState, request: &HttpRequest) -> String {
    let (code, base, path) = (language.code(), state.base_path(), request.path());
    let secure = if state.public_url.starts_with("https://") {
        "; Secure"
    } else {
        ""
    };
    format!("{COOKIE}={code}; Path={base}{path}; Max-Age=3600; HttpOnly; SameSite=Lax{secure}")
}

/// Sends the customer to the gateway.
async fn go(state: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let language = chosen_language(&request).unwrap_or_else(|| language_of(&request));
    let Some(id) = id(&request) else {
        return Ok(page(&state, language, &OVER));
    };
    let catalog = &state.snapshots.current().catalog;
    let url = state.card_storage.action_url(catalog, &id).await?;
    let Some(url) = url else {
        return Ok(page(&state, language, &OVER));
    };
    let mut answer = see_other(url.as_str());
    if let Ok(cookie) = HeaderValue::from_str(&remember(language, &state, &request)) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// Completes the customer's action if possible, and returns its status.
async fn come_back(state: web::Data<AppState>, request: HttpRequest) -> HttpResponse {
    let language = language_of(&request);
    let Some(id) = id(&request) else {
        return page(&state, language, &OVER);
    };
    let (storage, snapshot) = (Arc::clone(&state.card_storage), state.snapshots.current());
    let finishing = async move { storage.finish_action(&snapshot.catalog, &id).await };
    let finished = state.detached(finishing).await;
    let finished = finished.and_then(|finished| finished.map_err(ApiError::from));
    state.metrics.step_ended("action", &finished);
    let verdict = match finished {
        Ok(Some(verdict)) => verdict,
        Ok(None) => return page(&state, language, &OVER),
        // A person reads this, and for a person it is not decided yet.
        Err(_) => ActionVerdict::Pending,
    };
    match verdict {
        ActionVerdict::Saved => {
            state.metrics.totals.count(Event::CardSaved);
            state.reconcile_soon.notify_one();
        }
        ActionVerdict::Refused(_) | ActionVerdict::NotSaved => {
            state.metrics.totals.count(Event::StepRefused);
        }
        ActionVerdict::Pending => {}
    }
    let shown = shown(verdict);
    let front_end = &state.settings.gateways.three_d_secure_return_url;
    if front_end.is_empty() {
        return page(&state, language, &shown);
    }
    let separator = if front_end.contains('?') { '&' } else { '?' };
    see_other(&format!("{front_end}{separator}card={}", shown.word))
}

/// What a page says.
struct Shown {
    status: StatusCode,
    /// For a front end.
    word: &'static str,
    title: SentenceId,
    text: SentenceId,
}

const OVER: Shown = Shown {
    status: StatusCode::NOT_FOUND,
    word: "over",
    title: "action-over-title",
    text: "action-over",
};

const SAVED: Shown = Shown {
    status: StatusCode::OK,
    word: "saved",
    title: "action-saved-title",
    text: "action-saved",
};

const NOT_SAVED: Shown = Shown {
    status: StatusCode::OK,
    word: "refused",
    title: "action-refused-title",
    text: "gateway-generic",
};

const PENDING: Shown = Shown {
    status: StatusCode::OK,
    word: "pending",
    title: "action-pending-title",
    text: "action-pending",
};

const fn shown(verdict: ActionVerdict) -> Shown {
    match verdict {
        ActionVerdict::Saved => SAVED,
        ActionVerdict::Pending => PENDING,
        ActionVerdict::NotSaved => NOT_SAVED,
        ActionVerdict::Refused(reason) => Shown {
            text: Problem::of_refusal(reason).sentence(),
            ..NOT_SAVED
        },
    }
}

fn see_other(url: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, url))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .finish()
}

fn page(state: &AppState, language: Language, shown: &Shown) -> HttpResponse {
    let sentence = |id| state.sentences.sentence(language, id);
    // There is no link either, so the page cannot leak the id.
    let text = html! { p { (sentence(shown.text)) } };
    let html = html_page::document(language, &sentence(shown.title), &text);
    let mut response = HttpResponse::build(shown.status)
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((VARY, "Accept-Language, Cookie"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .body(html.into_string());
    response.extensions_mut().insert(OwnBody);
    response
}

/// Fetches the state of a setup after its gateway reported a change.
async fn take_notice(
    state: web::Data<AppState>,
    request: HttpRequest,
    pk: PathPk,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let pk: PosId = pk.or(Problem::NotFound)?;
    let seconds = state.settings.http.body_timeout_seconds;
    let bytes = body::bytes(&request, payload, NOTICE_LIMIT_BYTES, seconds).await?;
    let snapshot = state.snapshots.current();
    let pos = snapshot.catalog.pos(pk).ok_or(Problem::NotFound)?;
    let notice = Notice {
        headers: headers(&request),
        body: bytes.to_vec(),
    };
    let about = read_notice(&state, pos, &notice)?;
    let Some(intent) = about else {
        return Ok(HttpResponse::NoContent().finish());
    };
    let (storage, snapshot) = (Arc::clone(&state.card_storage), Arc::clone(&snapshot));
    let finishing = async move {
        let finished = storage.finish_action_of(&snapshot.catalog, pk, &intent);
        finished.await
    };
    let finished = state.detached(finishing).await;
    let finished = finished.and_then(|finished| finished.map_err(ApiError::from));
    state.metrics.step_ended("webhook", &finished);
    if finished? == Some(ActionVerdict::Saved) {
        state.reconcile_soon.notify_one();
    }
    Ok(HttpResponse::NoContent().finish())
}

fn headers(request: &HttpRequest) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    let headers = request.headers().iter();
    headers
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?)))
        .collect()
}

/// Any of the accounts of the point of sale may have signed it: savings that were begun at a former one end there.
fn read_notice(state: &AppState, pos: &Pos, notice: &Notice) -> Result<Option<IntentId>, ApiError> {
    let former = pos.former_accounts().into_iter();
    let former = former.map(|(label, _)| GatewayAccount {
        gateway: pos.gateway.clone(),
        label,
    });
    let tokenizers = &state.card_storage.ports().tokenizers;
    let mut read = std::iter::once(pos.account())
        .chain(former)
        .filter_map(|account| {
            let pos = pos.at_account(&account)?;
            tokenizers.of(&pos)?.read_notice(&pos, notice).ok()
        });
    read.next().ok_or_else(|| Problem::SignatureRefused.into())
}
