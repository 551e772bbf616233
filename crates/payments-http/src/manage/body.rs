//! Bodies of management requests: JSON, larger than customers' and with more time to arrive.

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Payload;
use zeroize::Zeroizing;

use crate::body;
use crate::error::{ApiError, Problem};

/// How long a document may take to arrive.
pub(crate) const TIMEOUT_SECONDS: u64 = 30;

/// Reads a JSON body of at most `limit` bytes.
///
/// # Errors
/// 400, 408, 413 or 415 of the error table.
pub(super) async fn read(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<Zeroizing<Vec<u8>>, ApiError> {
    if !is_json(request) {
        return Err(Problem::UnsupportedMediaType.into());
    }
    body::bytes(request, payload, limit, TIMEOUT_SECONDS).await
}

/// `application/json`, whatever parameters it has.
fn is_json(request: &HttpRequest) -> bool {
    let given = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = given
        .and_then(|given| given.split(';').next())
        .unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}
