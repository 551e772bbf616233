//! What a store without cards says to the person who started it: on the console, and at `/` in a browser.

use actix_web::guard::{self, GuardContext};
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use maud::html;

use crate::error::{ApiError, Problem};
use crate::state::AppState;
use crate::{html_page, language, routes};

/// The page of the book with the first steps.
const PAGE: &str = "docs/first-store.md";

/// What is missing, if the store is empty.
pub(crate) fn told(state: &AppState) -> Option<String> {
    is_empty(state).then(|| lines(has_token(state)))
}

fn is_empty(state: &AppState) -> bool {
    !state.settings.demo.enabled && state.snapshots.current().catalog.cards().is_empty()
}

fn has_token(state: &AppState) -> bool {
    !state.settings.manage.tokens.is_empty()
}

fn lines(has_token: bool) -> String {
    let token = if has_token { "" } else { MAKE_A_TOKEN };
    format!("\nThe store is empty: it has no cards to list.\n{token}First steps: {PAGE}\n\n")
}

const MAKE_A_TOKEN: &str = r#"There is no management token yet. To make one, write its hash to a settings file:
  TOKEN=$(head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n')
  printf '[manage.tokens]\nme = "%s"\n' "$(printf %s "$TOKEN" | sha256sum | cut -d' ' -f1)" > token.toml
Then start the service with `--config token.toml`.
"#;

/// `GET /` of a browser while the store is empty. For everything else, `/` does not exist.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let page = web::resource("/")
        .route(web::get().guard(guard::fn_guard(prefers_html)).to(show))
        .default_service(web::to(routes::not_found));
    config.service(page);
}

fn prefers_html(context: &GuardContext<'_>) -> bool {
    let accepted = context.head().headers().get(ACCEPT);
    accepted.is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

async fn show(state: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    if !is_empty(&state) {
        return Err(Problem::NotFound.into());
    }
    let language = language::of_request(&request);
    let sentence = |id| state.sentences.sentence(language, id);
    let text = html! {
        p { (sentence("empty-store-text")) }
        @if !has_token(&state) { p { (sentence("empty-store-no-token")) } }
        p { (sentence("empty-store-next")) " " code { (PAGE) } }
        p { a href="docs/" { (sentence("empty-store-api")) } }
    };
    let page = html_page::document(language, &sentence("empty-store-title"), &text);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((VARY, "Accept, Accept-Language"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(page.into_string()))
}
