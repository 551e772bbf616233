//! The console's pages.

use reqwest::Method;

use super::{Browser, SIGN_IN, cookie_of, send_token};
use crate::app::client;
use crate::manage::running::{Answer, Service};
use crate::manage::scopes::with_scopes;

#[tokio::test]
async fn a_page_has_what_the_scopes_of_its_reader_allow() {
    let service = with_scopes(&[]).await;
    for (token, check, restore) in [
        ("read-token", false, false),
        ("catalog-token", false, true),
        ("admin-token", true, true),
    ] {
        let browser = Browser::signed_in(&service, token).await;
        let health = browser.get("/console/health/").await;
        assert_eq!(health.status, 200, "{token}");
        assert!(health.body.contains("href=\"/console/history/\""));
        assert_eq!(health.body.contains("id=\"check\""), check, "{token}");
        let history = browser.get("/console/history/").await.body;
        assert_eq!(history.contains("id=\"restore\""), restore, "{token}");
    }
    let supporter = Browser::signed_in(&service, "support-token").await;
    let customers = supporter.get("/console/customers/").await;
    assert_eq!(customers.status, 200);
    assert!(!customers.body.contains("href=\"/console/health/\""));
    let buyer = Browser::signed_in(&service, "purchases-token").await;
    assert_eq!(buyer.get("/console/customers/").await.status, 403);
    for path in ["/console/health/", "/console/history/"] {
        let page = supporter.get(path).await;
        assert_eq!(page.status, 403, "{path}");
        assert!(page.body.contains("<h1>Not allowed</h1>"), "{path}");
        assert!(!page.body.contains("href=\"/console/health/\""), "{path}");
        assert!(page.body.contains("support_only"), "{path}");
    }
}

#[tokio::test]
async fn a_page_is_not_stored_and_allows_nothing_inline() {
    let service = Service::demo().await;
    let browser = Browser::signed_in(&service, "demo").await;
    for path in ["/console/health/", "/console/history/", SIGN_IN] {
        let page = browser.get(path).await;
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
        assert!(!policy.contains("unsafe"), "{policy}");
        for inline in ["style=", "<style", "onclick", "<script>"] {
            assert!(!page.body.contains(inline), "{path} {inline}");
        }
    }
}

#[tokio::test]
async fn every_asset_of_a_page_is_there_and_cached_forever() {
    let service = Service::demo().await;
    let browser = Browser::signed_in(&service, "demo").await;
    let page = browser.get("/console/health/").await.body;
    let assets: Vec<&str> = page
        .split('"')
        .filter(|part| part.starts_with("/console/assets/"))
        .collect();
    assert!(assets.len() >= 6, "{assets:?}");
    for path in &assets {
        let asset = Answer::of(service.anonymous(Method::GET, path)).await;
        assert_eq!(asset.status, 200, "{path}");
        assert!(
            asset.header("cache-control").ends_with("immutable"),
            "{path}"
        );
    }
    let stale = Answer::of(service.anonymous(Method::GET, "/console/assets/0/frame.js")).await;
    assert_eq!(
        (stale.status, stale.header("cache-control")),
        (200, "no-store")
    );
    for path in [
        "/console/assets/0/none.js",
        "/console/assets/0/texts-de.json",
        "/console/assets/0/..%2fframe.js",
        "/console/nothing/",
    ] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_console_speaks_turkish_and_english() {
    let service = Service::demo().await;
    let title = async |accepted: &str, cookie: &str| {
        let url = format!("{}{SIGN_IN}", service.url);
        let request = client().get(url).header("Accept-Language", accepted);
        let page = Answer::of(request.header("Cookie", cookie)).await;
        page.header("content-language").to_owned()
    };
    for (accepted, cookie, language) in [
        ("tr", "", "tr"),
        ("en-GB", "", "en"),
        ("de", "", "en"),
        ("tr", "console_language=en", "en"),
        ("en", "console_language=tr", "tr"),
        ("tr", "console_language=de", "en"),
    ] {
        assert_eq!(
            title(accepted, cookie).await,
            language,
            "{accepted} {cookie}"
        );
    }
    let path = "/console/language/?code=en&back=history";
    let chosen = Answer::of(service.anonymous(Method::GET, path)).await;
    assert_eq!(chosen.header("location"), "/console/history/");
    assert!(
        chosen
            .header("set-cookie")
            .starts_with("console_language=en;")
    );
    let path = "/console/language/?code=xx&back=//example.com";
    let other = Answer::of(service.anonymous(Method::GET, path)).await;
    assert_eq!(
        (other.header("location"), other.header("set-cookie")),
        ("/console/", "")
    );
}

#[tokio::test]
async fn the_console_is_where_the_management_api_is() {
    let service = Service::demo_with(&[
        ("manage.bind", "127.0.0.1:0"),
        ("http.public_url", "https://shop.example"),
    ])
    .await;
    let of_customers = Answer::of(service.anonymous(Method::GET, SIGN_IN)).await;
    assert_eq!(of_customers.status, 404);
    let own = service.manage_url.clone().unwrap();
    let sign_in = async |origin: &str| {
        let request = client().post(format!("{own}{SIGN_IN}"));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        Answer::of(request.header("Origin", origin).body("token=demo")).await
    };
    // The pages of customers are of another origin.
    assert_eq!(sign_in("https://shop.example").await.status, 403);
    let answer = sign_in(&own).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let cookie = format!("payments_console={}", cookie_of(&answer));
    for path in ["/console/health/", "/manage/v1/status/"] {
        let request = client().get(format!("{own}{path}"));
        let page = Answer::of(request.header("Cookie", &cookie)).await;
        assert_eq!(page.status, 200, "{path}");
    }
    assert_eq!(send_token(&service, "demo").await.status, 404);
}
