//! CSRF tokens: bound, unbound, and invalid.

use reqwest::StatusCode;

use crate::app::{CUSTOMER, CUSTOMER_ELSEWHERE, NEIGHBOUR, TestApp};

const PATH: &str = "/payments/stored-cards/phone-number/";

async fn status(app: &TestApp, cookie: &str, token: Option<&str>) -> StatusCode {
    let mut request = app.get(PATH).header("cookie", cookie);
    if let Some(token) = token {
        request = request.header("x-csrftoken", token);
    }
    request.send().await.expect("an answer").status()
}

#[tokio::test]
async fn a_token_counts_only_in_the_session_it_was_fetched_in() {
    let app = TestApp::start().await;
    let token = app.csrf_token(Some(CUSTOMER)).await;
    let cookie = |session: &str| format!("osessionid={session}");
    assert_eq!(status(&app, &cookie(CUSTOMER), Some(&token)).await, 200);
    // A second fetch does not revoke the first token.
    app.csrf_token(Some(CUSTOMER)).await;
    assert_eq!(status(&app, &cookie(CUSTOMER), Some(&token)).await, 200);
    for other in [CUSTOMER_ELSEWHERE, NEIGHBOUR] {
        assert_eq!(
            status(&app, &cookie(other), Some(&token)).await,
            403,
            "{other}"
        );
        let with_cookie = format!("osessionid={other}; csrftoken={token}");
        assert_eq!(
            status(&app, &with_cookie, Some(&token)).await,
            403,
            "{other}"
        );
    }
}

#[tokio::test]
async fn an_unbound_token_counts_only_with_an_equal_cookie() {
    let app = TestApp::start().await;
    let token = app.csrf_token(None).await;
    let other = app.csrf_token(None).await;
    let session = format!("osessionid={CUSTOMER}");
    assert_eq!(
        status(&app, &format!("{session}; csrftoken={token}"), Some(&token)).await,
        200
    );
    assert_eq!(status(&app, &session, Some(&token)).await, 403);
    assert_eq!(
        status(&app, &format!("{session}; csrftoken={other}"), Some(&token)).await,
        403
    );
    let two = format!("{session}; csrftoken={token}; csrftoken={other}");
    assert_eq!(status(&app, &two, Some(&token)).await, 403);
    // A forged request carries the cookie too.
    assert_eq!(
        status(&app, &format!("{session}; csrftoken={token}"), None).await,
        403
    );
    // The token has to be signed by the service, even if the cookie and the header are equal.
    let forged = format!("{}.{}", "0".repeat(64), "0".repeat(32));
    assert_eq!(
        status(
            &app,
            &format!("{session}; csrftoken={forged}"),
            Some(&forged)
        )
        .await,
        403
    );
}

#[tokio::test]
async fn unbound_tokens_can_be_refused() {
    let app = TestApp::start_with(&[("csrf.accept_unbound", "false")]).await;
    let token = app.csrf_token(None).await;
    let cookie = format!("osessionid={CUSTOMER}; csrftoken={token}");
    assert_eq!(status(&app, &cookie, Some(&token)).await, 403);
    let bound = app.csrf_token(Some(CUSTOMER)).await;
    assert_eq!(status(&app, &cookie, Some(&bound)).await, 200);
}

#[tokio::test]
async fn malformed_tokens_are_refused() {
    let app = TestApp::start().await;
    let token = app.csrf_token(Some(CUSTOMER)).await;
    let (signature, random) = token.split_once('.').expect("two halves");
    let flipped = if signature.starts_with('0') { "1" } else { "0" };
    let wrong = [
        String::new(),
        ".".to_owned(),
        signature.to_owned(),
        format!("{signature}."),
        format!(".{random}"),
        format!("{flipped}{}.{random}", &signature[1..]),
        format!("{random}.{signature}"),
        format!("{token}0"),
        format!("{token}.{random}"),
        "undefined".to_owned(),
        "x".repeat(5_000),
    ];
    for wrong in wrong {
        let status = status(&app, &format!("osessionid={CUSTOMER}"), Some(&wrong)).await;
        assert_eq!(status, 403, "{wrong}");
    }
    let request = app
        .get(PATH)
        .header("cookie", format!("osessionid={CUSTOMER}"));
    let twice = request
        .header("x-csrftoken", &token)
        .header("x-csrftoken", "other");
    assert_eq!(twice.send().await.expect("an answer").status(), 403);
}

#[tokio::test]
async fn an_anonymous_caller_gets_401_before_403() {
    let app = TestApp::start().await;
    let token = app.csrf_token(None).await;
    for session in [
        "",
        "visitor_session_00000000000000001",
        "expired_session_00000000000000001",
        "inactive_session_0000000000000001",
        "unknown_session_00000000000000001",
    ] {
        let cookie = format!("osessionid={session}; csrftoken={token}");
        assert_eq!(status(&app, &cookie, None).await, 401, "{session}");
        assert_eq!(status(&app, &cookie, Some(&token)).await, 401, "{session}");
    }
}
