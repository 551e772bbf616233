//! Which tokens sign in, and signing out.

use reqwest::Method;

use super::{Browser, CHECK, SIGN_IN, cookie_of, send_token};
use crate::manage::running::{Answer, Service, TOKEN};
use crate::manage::scopes::sha256;

#[tokio::test]
async fn a_management_token_signs_in() {
    let service = Service::demo().await;
    let answer = send_token(&service, TOKEN).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/console/")
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("payments_console="), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"),
        "{cookie}"
    );
    let browser = Browser::with(&service, &cookie_of(&answer));
    let session = browser.get("/console/session/").await.json();
    assert_eq!(session["principal"], "back_office");
    assert_eq!(session["scopes"], serde_json::json!(["admin"]));
    let root = browser.get("/console/").await;
    assert_eq!(
        (root.status, root.header("location")),
        (303, "/console/matrix/")
    );
}

#[tokio::test]
async fn wrong_tokens_count_together_with_wrong_bearer_tokens() {
    let service = Service::demo_with(&[("manage.wrong_tokens_per_minute", "2")]).await;
    let wrong = send_token(&service, "wrong").await;
    assert_eq!((wrong.status, wrong.header("set-cookie")), (401, ""));
    assert!(wrong.body.contains("This token is wrong or has expired."));
    let bearer = service.anonymous(Method::GET, "/manage/v1/banks/");
    assert_eq!(Answer::of(bearer.bearer_auth("wrong")).await.status, 401);
    let limited = send_token(&service, "wrong").await;
    assert_eq!(limited.status, 429);
    let seconds: u32 = limited.header("retry-after").parse().unwrap();
    let sentence = format!("Too many wrong tokens. Try again in {seconds} seconds.");
    assert!(limited.body.contains(&sentence), "{}", limited.body);
    let bearer = service.anonymous(Method::GET, "/manage/v1/banks/");
    assert_eq!(Answer::of(bearer.bearer_auth("wrong")).await.status, 429);
    assert_eq!(send_token(&service, TOKEN).await.status, 303);
}

#[tokio::test]
async fn an_expired_token_does_not_sign_in() {
    let hash = sha256("former");
    let service = Service::demo_with(&[
        ("manage.tokens.former.sha256", &hash),
        ("manage.tokens.former.scopes", "admin"),
        ("manage.tokens.former.expires_at", "2026-01-01T00:00:00Z"),
    ])
    .await;
    let answer = send_token(&service, "former").await;
    assert_eq!((answer.status, answer.header("set-cookie")), (401, ""));
}

#[tokio::test]
async fn a_token_is_read_from_the_body_only() {
    let service = Service::demo().await;
    for (method, body) in [
        (Method::GET, ""),
        (Method::POST, ""),
        (Method::POST, "token=+"),
    ] {
        let request = service.anonymous(method.clone(), &format!("{SIGN_IN}?token=demo"));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let answer = Answer::of(request.body(body)).await;
        assert_eq!(answer.header("set-cookie"), "", "{method} {body}");
    }
}

#[tokio::test]
async fn signing_in_returns_to_the_page_that_was_asked_for_and_to_no_other_site() {
    let service = Service::demo().await;
    for (next, location) in [
        ("history", "/console/history/"),
        ("//example.com", "/console/"),
        ("..%2f..%2fmanage", "/console/"),
    ] {
        let request = service.anonymous(Method::POST, &format!("{SIGN_IN}?next={next}"));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let answer = Answer::of(request.body("token=demo")).await;
        assert_eq!(answer.header("location"), location, "{next}");
    }
    let page = Answer::of(service.anonymous(Method::GET, "/console/history/")).await;
    assert_eq!(
        (page.status, page.header("location")),
        (303, "/console/sign-in/?next=history")
    );
}

#[tokio::test]
async fn signing_out_needs_the_csrf_token_and_removes_the_cookie() {
    let service = Service::demo().await;
    let browser = Browser::signed_in(&service, "demo").await;
    let path = "/console/sign-out/";
    let refused = Answer::of(browser.request(Method::POST, path)).await;
    assert_eq!(refused.json()["code"], "csrf_missing");
    let answer = Answer::of(browser.with_csrf(Method::POST, path).await).await;
    assert_eq!(answer.status, 204);
    assert_eq!(
        answer.header("set-cookie"),
        "payments_console=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict"
    );
    let anonymous = Answer::of(service.anonymous(Method::POST, path)).await;
    assert_eq!(anonymous.status, 401);
}

#[tokio::test]
async fn the_demo_has_two_principals_which_exist_with_it_only() {
    let demo = Service::demo().await;
    for name in ["demo", "demo-approver"] {
        let browser = Browser::signed_in(&demo, name).await;
        let session = browser.get("/console/session/").await.json();
        assert_eq!(session["principal"], name);
        let checked = browser.with_csrf(Method::POST, CHECK).await;
        assert_eq!(Answer::of(checked).await.status, 200);
    }
    let shown = Answer::of(demo.anonymous(Method::GET, SIGN_IN)).await;
    assert!(shown.body.contains("<code>demo-approver</code>"));
    let empty = Service::empty().await;
    for name in ["demo", "demo-approver"] {
        assert_eq!(send_token(&empty, name).await.status, 401, "{name}");
    }
    let shown = Answer::of(empty.anonymous(Method::GET, SIGN_IN)).await;
    assert_eq!(shown.status, 200);
    assert!(!shown.body.contains("demo-approver"));
}
