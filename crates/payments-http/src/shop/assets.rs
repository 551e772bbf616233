//! The shop's scripts, styles and drawings, built into the program.
//!
//! They stand under a path with a digest of all of them, so that a browser keeps them for good and never has old ones.

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::middleware::Compress;
use actix_web::{HttpRequest, HttpResponse, web};
use include_dir::{Dir, include_dir};
use payments_core::language::Language;
use sha2::{Digest as _, Sha256};

use super::texts;
use crate::error::{ApiError, Problem};
use crate::routes;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/shop/assets");

/// The folder's path, with the digest.
static BASE: LazyLock<String> = LazyLock::new(|| {
    let mut digest = Sha256::new();
    for file in FILES.files() {
        digest.update(file.path().as_os_str().as_encoded_bytes());
        digest.update(file.contents());
    }
    for language in Language::ALL {
        digest.update(texts::of(language).to_json());
    }
    format!("/shop/assets/{}", &hex::encode(digest.finalize())[..16])
});

/// The route of `/shop/assets/…`.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    let path = web::resource("/shop/assets/{digest}/{name}");
    config.service(
        routes::readable(path, show)
            .default_service(routes::no_other("GET, HEAD, OPTIONS"))
            .wrap(Compress::default()),
    );
}

/// The URL of a file.
pub(super) fn url(name: &str) -> String {
    format!("{}/{name}", *BASE)
}

async fn show(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let part = |name| request.match_info().get(name).unwrap_or_default();
    let (digest, name) = (part("digest"), part("name"));
    let (content_type, contents) = read(name).ok_or(Problem::NotFound)?;
    // An old page's file is answered with the present one, but not kept.
    let is_present = BASE.ends_with(digest) && !digest.is_empty();
    let caching = if is_present {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, caching))
        .insert_header((CONTENT_TYPE, content_type))
        .body(contents))
}

fn read(name: &str) -> Option<(&'static str, Vec<u8>)> {
    if let Some(code) = name
        .strip_prefix("texts-")
        .and_then(|rest| rest.strip_suffix(".json"))
    {
        let language = Language::from_code(code)?;
        return Some(("application/json", texts::of(language).to_json()));
    }
    let content_type = match name.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => return None,
    };
    Some((content_type, FILES.get_file(name)?.contents().to_vec()))
}
