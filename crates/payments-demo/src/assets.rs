//! The shop's scripts, styles and drawings, built into the program.
//!
//! Their path holds a digest of all of them, so that browsers cache them permanently and never use stale ones.

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::middleware::Compress;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use include_dir::{Dir, include_dir};
use payments_core::language::Language;
use sha2::{Digest as _, Sha256};

use super::texts;
use crate::refusal::Refusal;
use crate::routes::{Routes, readable};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets");

/// The path of the folder, including the digest.
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
pub(crate) fn configure(config: &mut web::ServiceConfig, routes: Routes) {
    let path = web::resource("/shop/assets/{digest}/{name}");
    config.service(
        readable(path, show)
            .default_service((routes.other_methods)("GET, HEAD, OPTIONS"))
            .wrap(Compress::default()),
    );
}

/// The URL of an asset.
pub(crate) fn url(name: &str) -> String {
    format!("{}/{name}", *BASE)
}

async fn show(request: HttpRequest) -> Result<HttpResponse, Error> {
    let part = |name| request.match_info().get(name).unwrap_or_default();
    let (digest, name) = (part("digest"), part("name"));
    let (content_type, contents) = read(name).ok_or(Refusal::NotFound)?;
    // A stale page gets the current file, which is not cached under the old path.
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
