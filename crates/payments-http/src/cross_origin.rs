//! What pages of other origins may read: the installment component, the public listing of a product that it shows, and
//! the lowest plans for category pages.
//!
//! All are the same for all callers, so no credentials are allowed, and none are needed. Refusals are readable too, or
//! the component could not tell an unknown product from an unavailable service.

use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, HeaderName, HeaderValue,
};

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
pub(crate) fn allow<B>(response: &mut ServiceResponse<B>) {
    let path = response.request().path();
    let is_public = PUBLIC.iter().any(|prefix| path.starts_with(prefix));
    let is_preflight = response.request().method() == Method::OPTIONS;
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
}
