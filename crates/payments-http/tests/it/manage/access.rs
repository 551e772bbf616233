//! Which tokens are accepted.

use reqwest::Method;
use serde_json::json;

use super::running::{Answer, Service, TOKEN};

const PATHS: [(&str, &str); 30] = [
    ("POST", "/manage/v1/import/"),
    ("GET", "/manage/v1/export/"),
    ("GET", "/manage/v1/explain/?context=product&pk=1"),
    ("GET", "/manage/v1/matrix/?context=product&pk=1"),
    ("POST", "/manage/v1/what-if/"),
    ("POST", "/manage/v1/lint-rules/"),
    ("GET", "/manage/v1/bin-coverage/"),
    ("GET", "/manage/v1/proposals/"),
    ("GET", "/manage/v1/proposals/1/"),
    ("POST", "/manage/v1/proposals/1/approve/"),
    ("POST", "/manage/v1/proposals/1/reject/"),
    ("GET", "/manage/v1/audit/"),
    ("GET", "/manage/v1/history/"),
    ("GET", "/manage/v1/history/compare/?from=2026-11-28"),
    ("GET", "/manage/v1/history/export/?at=2026-11-28"),
    ("POST", "/manage/v1/history/restore/"),
    ("GET", "/manage/v1/banks/"),
    ("GET", "/manage/v1/banks/1/"),
    ("PUT", "/manage/v1/banks/1/"),
    ("PATCH", "/manage/v1/banks/1/"),
    ("DELETE", "/manage/v1/banks/1/"),
    ("DELETE", "/manage/v1/no-such-part/1"),
    ("GET", "/manage/v1/customers/7/saved-cards/"),
    ("DELETE", "/manage/v1/customers/7/saved-cards/1/"),
    ("DELETE", "/manage/v1/customers/7/sessions/"),
    ("POST", "/manage/v1/customers/7/erase/"),
    ("GET", "/manage/v1/customers/7/erase/"),
    ("POST", "/manage/v1/quotes/"),
    ("POST", "/manage/v1/quotes/verify/"),
    ("POST", "/manage/v1/saved-cards/1/instrument/"),
];

#[tokio::test]
async fn the_management_api_requires_a_token() {
    let service = Service::demo().await;
    let before = service.export().await;
    for (method, path) in PATHS {
        let method: Method = method.parse().unwrap();
        let answer = Answer::of(service.anonymous(method.clone(), path)).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer.shown(), @r#"
            401
            content-type: application/json
            www-authenticate: Bearer realm="manage"
            cache-control: no-store
            {"code":"management_token_invalid","detail":"A valid management token is required."}
            "#);
        }
        for header in [
            "Bearer wrong",
            "Bearer",
            "Bearer ",
            "Basic demo",
            "demo",
            "Bearer demo, Bearer demo",
            "Bearer c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a",
        ] {
            let request = service
                .anonymous(method.clone(), path)
                .header("Authorization", header);
            assert_eq!(
                Answer::of(request).await.status,
                401,
                "{method} {path} {header}"
            );
        }
        let twice = service
            .anonymous(method.clone(), path)
            .header("Authorization", format!("Bearer {TOKEN}"))
            .header("Authorization", format!("Bearer {TOKEN}"));
        assert_eq!(Answer::of(twice).await.status, 401, "{method} {path}");
    }
    assert_eq!(service.export().await, before);
}

#[tokio::test]
async fn every_token_of_the_settings_counts_and_the_demos_where_the_demo_is_on() {
    let status = async |service: &Service, token: &str| {
        let request = service
            .anonymous(Method::GET, "/manage/v1/export")
            .bearer_auth(token);
        Answer::of(request).await.status
    };
    let demo = Service::demo().await;
    assert_eq!(status(&demo, "demo").await, 200);
    assert_eq!(status(&demo, TOKEN).await, 200);
    let lower = demo.anonymous(Method::GET, "/manage/v1/export/");
    let lower = lower.header("authorization", format!("bearer {TOKEN}"));
    assert_eq!(Answer::of(lower).await.status, 200);
    let empty = Service::empty().await;
    assert_eq!(status(&empty, "demo").await, 401);
    assert_eq!(status(&empty, TOKEN).await, 200);
}

#[tokio::test]
async fn a_customers_session_manages_nothing() {
    let service = Service::demo().await;
    let request = service
        .anonymous(Method::GET, "/manage/v1/export/")
        .header("Cookie", "osessionid=demo_customer_0000000000000000001");
    assert_eq!(Answer::of(request).await.status, 401);
}

#[tokio::test]
async fn a_management_body_is_json_of_a_limited_size() {
    let service = Service::demo().await;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
    ] {
        let request = service.request(Method::PUT, "/manage/v1/banks/1/");
        let request = request.header("Content-Type", content_type).body("{}");
        assert_eq!(Answer::of(request).await.status, 415, "{content_type}");
    }
    let huge = "x".repeat(16 * 1024 * 1024 + 1);
    let answer = service.import(&json!({"banks": huge})).await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn other_methods_are_refused_with_the_allowed_ones() {
    let service = Service::empty().await;
    let answer = service
        .send(Method::POST, "/manage/v1/banks/1/", &json!({}))
        .await;
    assert_eq!(
        (answer.status, answer.header("allow")),
        (405, "GET, HEAD, PUT, PATCH, DELETE, OPTIONS")
    );
    let answer = service.delete("/manage/v1/export/").await;
    assert_eq!(
        (answer.status, answer.header("allow")),
        (405, "GET, HEAD, OPTIONS")
    );
}
