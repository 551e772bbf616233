//! The webhook that Twilio posts its signed delivery reports to.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::sms::SentMessage;
use payments_gateways::twilio::{TwilioWebhook, WebhookRefused};

use crate::body;
use crate::error::{ApiError, Problem};
use crate::routes;
use crate::sms_reports::TWILIO_PATH as PATH;
use crate::state::AppState;

/// The header with the signature.
const SIGNATURE: &str = "X-Twilio-Signature";
/// Twilio retries after a 5xx only if the fragment of its callback URL says so.
const LATER_SECONDS: u32 = 5;

/// The route of the reports.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(routes::post(
        [PATH, PATH.trim_end_matches('/')],
        take_report,
    ));
}

/// Stores only the message's id and its state, because a report contains the phone number.
async fn take_report(
    request: HttpRequest,
    payload: Payload,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let reports = &state.sms_reports;
    let twilio = reports.reporters.twilio.as_ref().ok_or(Problem::NotFound)?;
    if !header(&request, CONTENT_TYPE.as_str()).starts_with("application/x-www-form-urlencoded") {
        return Err(Problem::UnsupportedMediaType.into());
    }
    let http = &state.settings.http;
    let (limit, seconds) = (http.body_limit_bytes, http.body_timeout_seconds);
    let bytes = body::bytes(&request, payload, limit, seconds).await?;
    let parameters: Vec<_> = form_urlencoded::parse(&bytes).into_owned().collect();
    let auth_token = twilio.secrets.resolve(&twilio.auth_token);
    let auth_token = auth_token.map_err(|error| {
        ApiError::new(Problem::Unavailable)
            .retry_after(LATER_SECONDS)
            .because(error)
    })?;
    let signature = header(&request, SIGNATURE);
    let read = TwilioWebhook::new(auth_token).read(&twilio.url, &parameters, signature);
    let (id, delivery) = read.map_err(|refused| {
        ApiError::from(match refused {
            WebhookRefused::Signature => Problem::SignatureRefused,
            WebhookRefused::Incomplete => Problem::MalformedBody,
        })
    })?;
    let message = SentMessage::new("twilio", &id).ok_or(Problem::MalformedBody)?;
    reports.note(&message, delivery).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    let value = request.headers().get(name);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
