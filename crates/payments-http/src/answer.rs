//! Completes every response: writes the bodies of errors in the caller's language, and adds headers.

use std::borrow::Cow;
use std::error::Error as StdError;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::ConnectionType;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use payments_core::language::Language;
use payments_demo::Refusal;
use serde_json::{Map, Value};

use crate::body::SecretBody;
use crate::cross_origin;
use crate::error::{ApiError, FieldMessage, Problem};
use crate::i18n::Sentences;
use crate::language;
use crate::manage_session;
use crate::state;
use crate::telemetry;

/// Set on an error's response that keeps its own body: Masterpass's empty one, a page.
#[derive(Clone, Copy, Debug)]
pub struct OwnBody;

/// Writes the bodies of errors and the headers of every response. Handlers' errors are responses at this point.
pub fn complete<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let mut response = response.map_into_left_body();
    if needs_body(&response)
        && let Ok(state) = state::of_request(response.request())
    {
        let language = language::of_request(response.request());
        response = write_body(response, language, &state.sentences);
    }
    add_headers(response.headers_mut());
    if let Some(cookie) = manage_session::renewed(response.request()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    if is_https(response.request()) {
        let year = HeaderValue::from_static("max-age=31536000");
        let headers = response.headers_mut();
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if response.request().extensions().contains::<SecretBody>() {
        let head = response.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
    cross_origin::allow(&mut response);
    response
}

/// Whether customers reach the service by TLS, which a proxy terminates.
fn is_https(request: &HttpRequest) -> bool {
    state::of_request(request).is_ok_and(|state| state.public_url.starts_with("https://"))
}

fn needs_body<B>(response: &ServiceResponse<B>) -> bool {
    let is_error = response.status().is_client_error() || response.status().is_server_error();
    if !is_error {
        return false;
    }
    let is_ours = |value: &HeaderValue| value.as_bytes().starts_with(b"application/json");
    let has_body = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(is_ours);
    let extensions = response.response().extensions();
    let is_meant =
        extensions.contains::<OwnBody>() || extensions.contains::<payments_demo::OwnBody>();
    !is_meant && (response.response().error().is_some() || !has_body)
}

fn write_body<L: MessageBody + 'static>(
    response: ServiceResponse<EitherBody<L, BoxBody>>,
    language: Language,
    sentences: &Sentences,
) -> ServiceResponse<EitherBody<L, BoxBody>> {
    let (request, response) = response.into_parts();
    let error = response.error();
    let known = error.and_then(|error| error.as_error::<ApiError>());
    let of_demo = error.and_then(|error| error.as_error::<Refusal>());
    let fallback = of_demo.map_or_else(
        || ApiError::new(Problem::of_status(response.status())),
        refused_by_demo,
    );
    let error = known.unwrap_or(&fallback);
    log(error);
    let mut answer = error_response(error, language, sentences);
    // Headers that Actix sets on a refusal (Allow, Connection) are kept.
    for name in [header::ALLOW, header::CONNECTION] {
        if let Some(value) = response.headers().get(&name)
            && !answer.headers().contains_key(&name)
        {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    ServiceResponse::new(request, answer.map_into_right_body())
}

/// The complete response to a refused request.
pub fn error_response(error: &ApiError, language: Language, sentences: &Sentences) -> HttpResponse {
    let language = error.language(language);
    let mut answer = HttpResponse::build(error.problem.status());
    answer
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "no-store"));
    if let Some(seconds) = error.retry_after_seconds {
        answer.insert_header((header::RETRY_AFTER, seconds));
    }
    if error.problem == Problem::ManageUnauthorized {
        answer.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"manage\""));
    }
    if let Some(methods) = error.allow {
        answer.insert_header((header::ALLOW, methods));
    }
    answer.insert_header((header::CONTENT_LANGUAGE, language.code()));
    let mut answer = answer.body(body(error, language, sentences).to_string());
    answer
        .extensions_mut()
        .insert(telemetry::Refusal(error.problem));
    answer
}

/// `{"detail": …, "errors": {…}}` of the contract, with `code`, and for some problems `tries_left`, `next_action` or one more member.
fn body(error: &ApiError, language: Language, sentences: &Sentences) -> Value {
    let seconds = error.retry_after_seconds.unwrap_or(1);
    let detail = sentences.sentence_with_seconds(language, error.problem.sentence(), seconds);
    let code = error.problem.code();
    let mut body = Map::from_iter([
        ("detail".to_owned(), Value::String(detail)),
        ("code".to_owned(), code.into()),
    ]);
    let mut fields: Map<String, Value> = Map::new();
    for field in &error.fields {
        let text: Cow<'_, str> = match &field.message {
            FieldMessage::Sentence(id) => sentences.sentence(language, id).into(),
            FieldMessage::English(text) => text.as_ref().into(),
        };
        let texts = fields
            .entry(&*field.field)
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(texts) = texts {
            texts.push(Value::String(text.into_owned()));
        }
    }
    if let Some(tries) = error.tries_left {
        body.insert("tries_left".to_owned(), tries.into());
    }
    if let Some(url) = &error.next_action {
        body.insert("next_action".to_owned(), url.as_str().into());
    }
    if let Some((name, value)) = error.more.as_deref() {
        body.insert((*name).to_owned(), value.clone());
    }
    if !fields.is_empty() {
        body.insert("errors".to_owned(), Value::Object(fields));
    }
    Value::Object(body)
}

fn log(error: &ApiError) {
    let Some(cause) = &error.cause else { return };
    let text = with_sources(&**cause);
    if error.problem == Problem::Internal {
        tracing::error!(problem = ?error.problem, cause = text, "a request failed");
    } else {
        tracing::warn!(problem = ?error.problem, cause = text, "a request failed");
    }
}

fn with_sources(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(deeper) = source {
        text = format!("{text}: {deeper}");
        source = deeper.source();
    }
    text
}

fn refused_by_demo(refusal: &Refusal) -> ApiError {
    let because = |problem| ApiError::new(problem).because(with_sources(refusal));
    match refusal {
        Refusal::NotFound => Problem::NotFound.into(),
        Refusal::ProductNotFound => Problem::ProductNotFound.into(),
        Refusal::NotAuthenticated => Problem::NotAuthenticated.into(),
        Refusal::InvalidField(name) => ApiError::field(name, "field-invalid"),
        Refusal::BadRequest(_) => because(Problem::BadRequest),
        Refusal::Unavailable(_) => because(Problem::Unavailable).retry_after(1),
        Refusal::Internal(Some(_)) => because(Problem::Internal),
        Refusal::Internal(None) => Problem::Internal.into(),
    }
}

/// Adds the headers of every response.
pub fn add_headers(headers: &mut HeaderMap) {
    const HEADERS: [(HeaderName, HeaderValue); 4] = [
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        ),
    ];
    for (name, value) in HEADERS {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    }
}
