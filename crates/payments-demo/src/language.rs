//! The shop's language: from the URL, the cookie, or the browser.

use actix_web::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::language::Language;
use serde::Deserialize;

use crate::host::Demo;

const COOKIE_NAME: &str = "shop_language";

/// `?lang=en` takes precedence, then the cookie, then `Accept-Language`.
pub(crate) fn of_request(demo: &Demo, request: &HttpRequest) -> Language {
    let asked = form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(name, _)| name == "lang")
        .and_then(|(_, code)| Language::from_code(&code));
    let chosen = || Language::from_code(demo.host.cookie(request, COOKIE_NAME)?);
    asked
        .or_else(chosen)
        .unwrap_or_else(|| demo.host.language(request))
}

#[derive(Deserialize)]
pub(crate) struct Choice {
    code: Option<String>,
    back: Option<String>,
}

/// Stores the language in a cookie, and redirects back to the visitor's page.
pub(crate) async fn choose(choice: web::Query<Choice>) -> HttpResponse {
    let language = choice
        .code
        .as_deref()
        .and_then(Language::from_code)
        .unwrap_or_default();
    let back = choice
        .back
        .as_deref()
        .filter(|back| is_ours(back))
        .unwrap_or("/");
    let cookie = format!(
        "{COOKIE_NAME}={}; Path=/; Max-Age=31536000; SameSite=Lax",
        language.code()
    );
    HttpResponse::SeeOther()
        .insert_header((SET_COOKIE, cookie))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((LOCATION, back))
        .finish()
}

/// Whether a path is a page of the shop, and not of another site such as `//example.com`.
fn is_ours(path: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_".contains(&byte);
    path == "/" || path.starts_with("/shop/") && path.bytes().all(is_plain)
}

/// The name of a language in that language.
pub(crate) const fn name(language: Language) -> &'static str {
    match language {
        Language::Tr => "Türkçe",
        Language::En => "English",
        Language::Ar => "العربية",
        Language::Ru => "Русский",
        Language::De => "Deutsch",
        Language::Fr => "Français",
    }
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn one_can_only_go_back_to_the_shop() {
        for path in ["/", "/shop/basket/", "/shop/product/5/"] {
            assert!(is_ours(path), "{path}");
        }
        for path in [
            "//example.com",
            "https://example.com",
            "/shop/\\example.com",
            "/docs/",
            "",
        ] {
            assert!(!is_ours(path), "{path}");
        }
    }
}
