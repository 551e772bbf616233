//! What pages of other origins may read: the installment component, the public listing of a product that it shows, and
//! the lowest plans for category pages.
//!
//! All are the same for all callers, so no credentials are allowed, and none are needed. Refusals are readable too, or
//! the component could not tell an unknown product from an unavailable service.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, HeaderName, HeaderValue,
};
use actix_web::middleware::Next;

const PUBLIC: [&str; 3] = [
    "/payments/cards/product/",
    "/payments/cards/products",
    "/static/component/",
];

const ANSWER: [(HeaderName, &str); 2] = [
    (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After, X-Request-Id"),
];

/// Pages whose monitoring adds headers to every request ask first.
const PREFLIGHT: [(HeaderName, &str); 3] = [
    (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"),
    (ACCESS_CONTROL_ALLOW_HEADERS, "*"),
    // The longest that any browser keeps it.
    (ACCESS_CONTROL_MAX_AGE, "86400"),
];

/// Adds the CORS headers to the response.
pub(crate) async fn allow<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let is_public = PUBLIC
        .iter()
        .any(|prefix| request.path().starts_with(prefix));
    let is_preflight = request.method() == Method::OPTIONS;
    let mut response = next.call(request).await?;
    // A listing for a saved card is private: no other origin may read it.
    let cached = response.headers().get(CACHE_CONTROL);
    let is_private = cached.is_some_and(|value| value.as_bytes().starts_with(b"private"));
    let mut add = |headers: &[(HeaderName, &'static str)]| {
        for (name, value) in headers {
            let value = HeaderValue::from_static(value);
            response.headers_mut().insert(name.clone(), value);
        }
    };
    if is_public && !is_private {
        add(&ANSWER);
        if is_preflight {
            add(&PREFLIGHT);
        }
    }
    Ok(response)
}
