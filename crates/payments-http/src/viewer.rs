//! `/docs/`: the API description in OpenAPI Explorer, which is built in and loads nothing from elsewhere.
//!
//! The viewer is `openapi-explorer` 2.4.820 from npm, a single file, unchanged (Apache-2.0, see `viewer/`).
//! `/docs/plain/` shows the same without scripts.

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::middleware::Compress;
use actix_web::{HttpResponse, web};

use crate::error::{ApiError, Problem};
use crate::openapi::Description;
use crate::routes;
use crate::state::AppState;

const EXPLORER: &[u8] = include_bytes!("../viewer/openapi-explorer.min.js");
const STYLE: &str = include_str!("../viewer/page.css");
const SCRIPT: &str = include_str!("../viewer/page.js");
const PAGE: &str = include_str!("../viewer/page.html");
/// What loads the description. In the demo a script does, which fills in what trying an operation out needs.
const BY_ITSELF: &str = "spec-url=\"/openapi.json\"";
const END_OF_HEAD: &str = "</head>";

static DEMO_PAGE: LazyLock<String> = LazyLock::new(|| {
    let script = format!("<script type=\"module\" src=\"/docs/page.js\"></script>\n{END_OF_HEAD}");
    PAGE.replace(BY_ITSELF, "").replace(END_OF_HEAD, &script)
});

/// Only own resources. The viewer writes style attributes; there are no inline scripts.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    base-uri 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'none'";

/// The path names the viewer's version.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// The routes of the viewer.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let explorer = "/docs/openapi-explorer-2.4.820.min.js";
    config
        .service(routes::get(["/docs/", "/docs"], page))
        .service(
            routes::get([explorer, "/docs/openapi-explorer-2.4.820.min.js/"], script)
                .wrap(Compress::default()),
        )
        .service(routes::get(["/docs/page.css", "/docs/page.css/"], style))
        .service(routes::get(
            ["/docs/page.js", "/docs/page.js/"],
            page_script,
        ));
}

async fn page(state: web::Data<AppState>, description: web::Data<Description>) -> HttpResponse {
    let page = if state.settings.demo.enabled {
        &**DEMO_PAGE
    } else {
        PAGE
    };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(description.rebased(page).into_owned())
}

async fn page_script(state: web::Data<AppState>) -> Result<HttpResponse, ApiError> {
    if !state.settings.demo.enabled {
        return Err(Problem::NotFound.into());
    }
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/javascript; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(SCRIPT))
}

async fn script() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/javascript; charset=utf-8"))
        .insert_header((CACHE_CONTROL, FOREVER))
        .body(EXPLORER)
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(STYLE)
}
