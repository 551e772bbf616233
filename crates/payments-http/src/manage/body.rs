//! Bodies of management requests: JSON, with a larger size limit and a longer timeout than customers'.

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Payload;
use zeroize::Zeroizing;

use crate::body;
use crate::error::{ApiError, Problem};

/// The timeout for reading a document.
pub(crate) const TIMEOUT_SECONDS: u64 = 30;

/// Reads a JSON body of at most `limit` bytes, or fails with 400, 408, 413 or 415 of the error table.
pub(super) async fn read(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<Zeroizing<Vec<u8>>, ApiError> {
    read_as(&["application/json"], request, payload, limit).await
}

/// As [`read`], for these media types.
pub(super) async fn read_as(
    media_types: &[&str],
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<Zeroizing<Vec<u8>>, ApiError> {
    let given = media_type(request);
    let is_taken = |one: &&str| given.eq_ignore_ascii_case(one);
    if !media_types.iter().any(is_taken) {
        return Err(Problem::UnsupportedMediaType.into());
    }
    body::bytes(request, payload, limit, TIMEOUT_SECONDS).await
}

/// The media type of a body, without its parameters.
fn media_type(request: &HttpRequest) -> &str {
    let given = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = given.and_then(|given| given.split(';').next());
    essence.unwrap_or_default().trim()
}
