//! The service's static files, built into the program: there is no folder to traverse.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
};
use actix_web::{HttpRequest, HttpResponse, web};
use include_dir::{Dir, include_dir};
use sha2::{Digest as _, Sha256};

use crate::error::{ApiError, Problem};
use crate::routes;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/static");

/// A logo may style itself and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// The route of `/static/…`.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let path = web::resource("/static/{path:.+}");
    config.service(
        routes::readable(path, show).default_service(routes::no_other("GET, HEAD, OPTIONS")),
    );
}

async fn show(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let path = request.match_info().get("path").unwrap_or_default();
    let file = FILES.get_file(path).ok_or(Problem::NotFound)?;
    let content_type = content_type(path).ok_or(Problem::NotFound)?;
    let digest = hex::encode(Sha256::digest(file.contents()));
    let tag = format!("\"{}\"", &digest[..32]);
    let known = request.headers().get(IF_NONE_MATCH);
    let mut response = if known.is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((ETAG, tag))
        .insert_header((CACHE_CONTROL, "public, max-age=86400"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CONTENT_TYPE, content_type));
    Ok(response.body(file.contents()))
}

/// Only these kinds of files are served.
fn content_type(path: &str) -> Option<&'static str> {
    match path.rsplit_once('.')?.1 {
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        _ => None,
    }
}
