//! Requests of other origins, which a browser sends the cookie with all the same.

use reqwest::Method;

use super::{Browser, CHECK, SIGN_IN};
use crate::manage::running::{Answer, Service};

const BANKS: &str = "/manage/v1/banks/";

const FOREIGN: [(&str, &str); 6] = [
    ("Sec-Fetch-Site", "cross-site"),
    ("Sec-Fetch-Site", "same-site"),
    ("Sec-Fetch-Site", "none"),
    ("Origin", "https://evil.example"),
    ("Origin", "null"),
    ("Origin", "http://127.0.0.1"),
];

#[tokio::test]
async fn a_session_is_of_no_use_to_other_origins() {
    let service = Service::demo().await;
    let browser = Browser::signed_in(&service, "demo").await;
    for header in FOREIGN {
        for path in [BANKS, "/console/session/"] {
            let read = browser
                .request(Method::GET, path)
                .header(header.0, header.1);
            let answer = Answer::of(read).await;
            assert_eq!(answer.json()["code"], "csrf_failed", "{path} {header:?}");
        }
        for path in [CHECK, "/console/sign-out/"] {
            let change = browser.with_csrf(Method::POST, path).await;
            let answer = Answer::of(change.header(header.0, header.1)).await;
            assert_eq!(answer.json()["code"], "csrf_failed", "{path} {header:?}");
        }
    }
    let own = browser.with_csrf(Method::POST, CHECK).await;
    let own = own.header("Sec-Fetch-Site", "same-origin");
    let own = Answer::of(own.header("Origin", &service.url)).await;
    assert_eq!(own.status, 200);
}

#[tokio::test]
async fn a_sign_in_from_another_origin_is_refused() {
    let service = Service::demo().await;
    for header in FOREIGN {
        let request = service.anonymous(Method::POST, SIGN_IN);
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let answer = Answer::of(request.header(header.0, header.1).body("token=demo")).await;
        assert_eq!(answer.json()["code"], "csrf_failed", "{header:?}");
        assert_eq!(answer.header("set-cookie"), "", "{header:?}");
    }
}

#[tokio::test]
async fn behind_a_proxy_the_public_url_is_the_own_origin() {
    let service = Service::demo_with(&[("http.public_url", "https://shop.example/pay")]).await;
    let browser = Browser::signed_in(&service, "demo").await;
    for (origin, status) in [
        ("https://shop.example", 200),
        ("https://shop.example.evil.example", 403),
        ("https://evil.example/shop.example", 403),
    ] {
        let request = browser.with_csrf(Method::POST, CHECK).await;
        let answer = Answer::of(request.header("Origin", origin)).await;
        assert_eq!(answer.status, status, "{origin}");
    }
    let page = browser.get("/console/history/").await.body;
    assert!(page.contains("data-base=\"/pay\""), "{page}");
    assert!(page.contains("href=\"/pay/console/health/\""), "{page}");
}
