//! What a session may do at the management API, and when it ends.

use reqwest::Method;
use serde_json::json;

use super::{Browser, CHECK, COOKIE, SIGN_IN, cookie_of, send_token};
use crate::app::TestApp;
use crate::manage::running::{Answer, Service, TOKEN, settings, settings_with};
use crate::manage::scopes::{sha256, with_scopes};
use crate::setup::Fixture;

const BANKS: &str = "/manage/v1/banks/";

#[tokio::test]
async fn a_session_reads_and_writes_under_the_name_of_its_token() {
    let service = Service::demo().await;
    let browser = Browser::signed_in(&service, TOKEN).await;
    assert_eq!(browser.get(BANKS).await.status, 200);
    let change = browser
        .with_csrf(Method::PATCH, "/manage/v1/banks/1/")
        .await;
    let change = change.header("Content-Type", "application/json");
    let answer = Answer::of(change.body(json!({"name": "Renamed"}).to_string())).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let history = browser.get("/manage/v1/history/?part=banks&key=1").await;
    assert_eq!(history.json()["results"][0]["principal"], "back_office");
}

#[tokio::test]
async fn a_session_may_do_what_its_token_may() {
    let service = with_scopes(&[]).await;
    let reader = Browser::signed_in(&service, "read-token").await;
    assert_eq!(reader.get(BANKS).await.status, 200);
    let check = Answer::of(reader.with_csrf(Method::POST, CHECK).await).await;
    assert_eq!(check.json()["code"], "scope_missing");
    let supporter = Browser::signed_in(&service, "support-token").await;
    assert_eq!(supporter.get(BANKS).await.json()["code"], "scope_missing");
}

#[tokio::test]
async fn a_change_needs_the_csrf_token_of_the_session() {
    let service = Service::demo().await;
    let browser = Browser::signed_in(&service, "demo").await;
    let other = Browser::signed_in(&service, "demo").await;
    let customers = Answer::of(service.anonymous(Method::GET, "/csrf_token/")).await;
    let customers = customers.json()["csrf_token"].as_str().unwrap().to_owned();
    let missing = Answer::of(browser.request(Method::POST, CHECK)).await;
    assert_eq!(missing.json()["code"], "csrf_missing");
    for wrong in [customers.clone(), other.csrf_token().await, "x".to_owned()] {
        let request = browser.request(Method::POST, CHECK);
        let request = request.header("X-CSRFToken", &wrong);
        assert_eq!(Answer::of(request).await.json()["code"], "csrf_failed");
    }
    let cookies = format!("{}; csrftoken={customers}", browser.cookie);
    let unbound = service.anonymous(Method::POST, CHECK);
    let unbound = unbound.header("Cookie", cookies);
    let unbound = Answer::of(unbound.header("X-CSRFToken", &customers)).await;
    assert_eq!(unbound.json()["code"], "csrf_failed");
    let own = Answer::of(browser.with_csrf(Method::POST, CHECK).await).await;
    assert_eq!(own.status, 200);
    let head = Answer::of(browser.request(Method::HEAD, BANKS)).await;
    assert_eq!(head.status, 200);
}

#[tokio::test]
async fn a_request_with_a_bearer_token_never_looks_at_the_cookie() {
    let service = with_scopes(&[]).await;
    let browser = Browser::signed_in(&service, "demo").await;
    for wrong in ["Bearer wrong", "Basic demo", "Bearer"] {
        let request = browser.request(Method::GET, BANKS);
        let answer = Answer::of(request.header("Authorization", wrong)).await;
        assert_eq!(answer.status, 401, "{wrong}");
    }
    let support = browser.request(Method::GET, BANKS);
    let support = Answer::of(support.bearer_auth("support-token")).await;
    assert_eq!(support.json()["code"], "scope_missing");
    let program = browser.request(Method::POST, CHECK);
    let program = program.header("Sec-Fetch-Site", "cross-site");
    assert_eq!(Answer::of(program.bearer_auth(TOKEN)).await.status, 200);
}

#[tokio::test]
async fn a_session_that_is_none_gets_the_usual_refusal() {
    let service = Service::demo().await;
    let cookie = cookie_of(&send_token(&service, "demo").await);
    let other = cookie_of(&send_token(&service, "demo").await);
    let forged = cookie.replacen('1', "2", 1);
    for cookies in [
        format!("{COOKIE}={forged}"),
        format!("{COOKIE}="),
        format!("{COOKIE}={cookie}; {COOKIE}={other}"),
        format!("osessionid={cookie}"),
    ] {
        let request = service.anonymous(Method::GET, BANKS);
        let answer = Answer::of(request.header("Cookie", cookies)).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer.shown(), @r#"
            401
            content-type: application/json
            www-authenticate: Bearer realm="manage"
            cache-control: no-store
            {"code":"management_token_invalid","detail":"A valid management token is required."}
            "#);
        }
    }
}

#[tokio::test]
async fn every_process_with_the_keys_accepts_a_session_until_its_token_is_replaced() {
    let data = Fixture::new().await;
    let first = Service::over(settings(&data, true)).await;
    let cookie = cookie_of(&send_token(&first, TOKEN).await);
    first.stop().await;
    let second = Service::over(settings(&data, true)).await;
    assert_eq!(Browser::with(&second, &cookie).get(BANKS).await.status, 200);
    second.stop().await;
    let replaced = sha256("another token");
    let over = [("manage.tokens.back_office", &*replaced)];
    let third = Service::over(settings_with(&data, true, &over)).await;
    assert_eq!(Browser::with(&third, &cookie).get(BANKS).await.status, 401);
    assert_eq!(
        Answer::of(
            third
                .anonymous(Method::GET, BANKS)
                .bearer_auth("another token")
        )
        .await
        .status,
        200
    );
}

/// The cookie of a session that began and was last used this many seconds ago.
async fn aged_cookie(app: &TestApp, began: i64, used: i64) -> String {
    let form = app.request(Method::POST, SIGN_IN).body("token=demo");
    let form = form.header("Content-Type", "application/x-www-form-urlencoded");
    let cookie = cookie_of(&Answer::of(form).await);
    let (message, _) = cookie.rsplit_once('.').unwrap();
    let mut parts: Vec<String> = message.split('.').map(str::to_owned).collect();
    for (part, ago) in parts.iter_mut().zip([began, used]) {
        *part = (part.parse::<i64>().unwrap() - ago).to_string();
    }
    let message = parts.join(".");
    let tag = app
        .state
        .card_storage
        .keys()
        .console_tag(message.as_bytes());
    format!("{COOKIE}={message}.{}", hex::encode(tag))
}

#[tokio::test]
async fn a_used_session_is_renewed_and_an_idle_or_old_one_has_ended() {
    const MINUTE: i64 = 60;
    let app = TestApp::start_with(&[("demo.enabled", "true")]).await;
    let get =
        async |cookie: &str, path: &str| Answer::of(app.get(path).header("Cookie", cookie)).await;
    let fresh = aged_cookie(&app, 0, 0).await;
    assert_eq!(get(&fresh, BANKS).await.header("set-cookie"), "");
    let used = aged_cookie(&app, 60 * MINUTE, 29 * MINUTE).await;
    for path in [BANKS, "/console/session/", "/console/health/"] {
        let answer = get(&used, path).await;
        assert_eq!(answer.status, 200, "{path}");
        let renewed = format!("{COOKIE}={}", cookie_of(&answer));
        assert_ne!(renewed, used, "{path}");
        assert_eq!(get(&renewed, path).await.status, 200, "{path}");
    }
    for (began, used) in [(31 * MINUTE, 31 * MINUTE), (12 * 60 * MINUTE, 1)] {
        let ended = aged_cookie(&app, began, used).await;
        let answer = get(&ended, BANKS).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (401, ""));
        let page = get(&ended, "/console/health/").await;
        assert_eq!(page.header("location"), "/console/sign-in/?next=health");
    }
    let metrics = get("", "/metrics").await.body;
    let counted = "payments_manage_logins_failed_total{why=\"expired\"} 4";
    assert!(metrics.contains(counted), "{metrics}");
}

#[tokio::test]
async fn without_the_console_there_are_no_sessions() {
    let data = Fixture::new().await;
    let with = Service::over(settings(&data, true)).await;
    let cookie = cookie_of(&send_token(&with, "demo").await);
    with.stop().await;
    let over = [("console.enabled", "false")];
    let without = Service::over(settings_with(&data, true, &over)).await;
    let browser = Browser::with(&without, &cookie);
    assert_eq!(browser.get(BANKS).await.status, 401);
    for path in ["/console/", "/console/sign-in/", "/console/health/"] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
}
