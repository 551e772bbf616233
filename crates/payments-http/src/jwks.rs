//! `GET /.well-known/jwks.json`: the public keys that quotes are verified with (RFC 7517).

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};

use crate::routes;
use crate::state::AppState;

/// The path of the keys.
pub const PATH: &str = "/.well-known/jwks.json";

/// How long callers may keep the keys. A rotation waits that long after it published a new key (docs/operate.md).
const CACHE: &str = "public, max-age=300";

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(routes::get([PATH, "/.well-known/jwks.json/"], show));
}

async fn show(state: web::Data<AppState>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, CACHE))
        .json(state.quote_keys.published())
}
