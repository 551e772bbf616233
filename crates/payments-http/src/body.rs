//! Bodies of customers' requests: few, small, flat, and some of them secret.
//!
//! **A parser's messages reach neither a client nor a log:** they quote what was sent (a card number, say). Texts are
//! zeroized when the request is done.

mod fields;
mod json;

use std::time::Duration;

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::Payload;
use actix_web::{HttpMessage as _, HttpRequest};
use futures_util::StreamExt as _;
use zeroize::Zeroizing;

pub(crate) use fields::{FieldValue, Fields, Form, FormReader};

use crate::error::{ApiError, Problem};
use crate::settings;
use crate::state;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Form,
}

/// Set on a request whose body is secret: the connection is closed after its answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SecretBody;

/// Reads a body as a form: JSON (also as `text/plain`) or URL-encoded. Fails with 400, 408, 413 or 415 of the error
/// table.
///
/// Actix keeps what it read of a connection until something else comes or the connection ends, so the connection of a
/// secret form ends with its answer. The fields are wiped before this returns.
pub(crate) async fn form<F: Form>(
    request: &HttpRequest,
    payload: Payload,
    http: &settings::Http,
) -> Result<F, ApiError> {
    if F::IS_SECRET {
        request.extensions_mut().insert(SecretBody);
    }
    fields::read_form(&fields(request, payload, http).await?)
}

async fn fields(
    request: &HttpRequest,
    payload: Payload,
    http: &settings::Http,
) -> Result<Fields, ApiError> {
    let format = format_of(request)?;
    let bytes = bytes(
        request,
        payload,
        http.body_limit_bytes,
        http.body_timeout_seconds,
    )
    .await?;
    let fields = match format {
        Format::Json => json::parse(&bytes),
        Format::Form => fields::parse_form(&bytes),
    };
    fields.ok_or_else(|| Problem::MalformedBody.into())
}

fn format_of(request: &HttpRequest) -> Result<Format, ApiError> {
    let unsupported = ApiError::new(Problem::UnsupportedMediaType);
    let headers = request.headers();
    let Some(Ok(content_type)) = headers.get(CONTENT_TYPE).map(|value| value.to_str()) else {
        return Err(unsupported);
    };
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    match essence.to_ascii_lowercase().as_str() {
        "application/json" | "text/plain" => Ok(Format::Json),
        "application/x-www-form-urlencoded" => Ok(Format::Form),
        _ => Err(unsupported),
    }
}

/// The bytes of a body, within its limit and its time: Actix has no timer for bodies. A byte order mark, with which
/// some tools begin a text, is ignored (RFC 8259, section 8.1). Fails with 400, 408, 413, 415 (compressed) or, while
/// other large bodies take all the room, 503.
pub(crate) async fn bytes(
    request: &HttpRequest,
    payload: Payload,
    limit_bytes: usize,
    timeout_seconds: u64,
) -> Result<Zeroizing<Vec<u8>>, ApiError> {
    let headers = request.headers();
    let is_encoded = |value: &[u8]| !value.eq_ignore_ascii_case(b"identity");
    if headers
        .get_all(CONTENT_ENCODING)
        .any(|value| is_encoded(value.as_bytes()))
    {
        return Err(Problem::UnsupportedMediaType.into());
    }
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|text| text.parse::<usize>().ok());
    if announced.is_some_and(|announced| announced > limit_bytes) {
        return Err(Problem::PayloadTooLarge.into());
    }
    // In chunks, it may be as large as any.
    let _room = state::of_request(request)?
        .body_room
        .take(announced.unwrap_or(limit_bytes))?;
    let announced = announced.unwrap_or_default();
    let time = Duration::from_secs(timeout_seconds);
    let read = tokio::time::timeout(time, collect(payload, announced, limit_bytes)).await;
    read.unwrap_or_else(|_| Err(Problem::RequestTimeout.into()))
}

async fn collect(
    mut payload: Payload,
    announced: usize,
    limit_bytes: usize,
) -> Result<Zeroizing<Vec<u8>>, ApiError> {
    // Allocated for the announced length, so that a small secret body is never reallocated: that would leave a copy.
    let mut body = Zeroizing::new(Vec::with_capacity(announced.max(limit_bytes.min(4_096))));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::BadRequest)?;
        if body.len() + chunk.len() > limit_bytes {
            return Err(Problem::PayloadTooLarge.into());
        }
        body.extend_from_slice(&chunk);
    }
    if body.starts_with(BYTE_ORDER_MARK) {
        body.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(body)
}
