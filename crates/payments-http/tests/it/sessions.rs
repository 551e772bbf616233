//! Which cookie is the session's.

use reqwest::StatusCode;

use crate::app::{CUSTOMER, NEIGHBOUR, TestApp};

const PATH: &str = "/payments/stored-cards/phone-number/";

/// The status of a request with these headers and the CSRF token of the customer's session.
async fn status(app: &TestApp, headers: &[(&str, String)]) -> StatusCode {
    let token = app.csrf_token(Some(CUSTOMER)).await;
    let mut request = app.get(PATH).header("x-csrftoken", token);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    request.send().await.expect("an answer").status()
}

#[tokio::test]
async fn of_several_session_cookies_the_one_live_session_counts_and_of_two_live_ones_none() {
    let app = TestApp::start().await;
    let twice = |second: &str| {
        (
            "cookie",
            format!("osessionid={CUSTOMER}; osessionid={second}"),
        )
    };
    assert_eq!(status(&app, &[twice(CUSTOMER)]).await, 200);
    assert_eq!(status(&app, &[twice(NEIGHBOUR)]).await, 401);
    for stale in ["", "not an id", "stale_0123456789abcdefghijklmnopqrstuv"] {
        assert_eq!(status(&app, &[twice(stale)]).await, 200, "{stale}");
    }
    let many =
        (0..5).map(|number| format!("osessionid=stale_0123456789abcdefghijklmnopqrst_{number}"));
    let many = many.collect::<Vec<_>>().join("; ");
    let cookie = ("cookie", format!("{many}; osessionid={CUSTOMER}"));
    assert_eq!(status(&app, &[cookie]).await, 401, "too many to look up");
}

#[tokio::test]
async fn sessionid_is_read_only_where_the_settings_say_so() {
    let cookie = ("cookie", format!("sessionid={CUSTOMER}"));
    let app = TestApp::start().await;
    assert_eq!(status(&app, std::slice::from_ref(&cookie)).await, 401);
    let settings = [
        ("session.accept_sessionid", "true"),
        ("csrf.accept_unbound", "true"),
    ];
    let app = TestApp::start_with(&settings).await;
    let token = app.csrf_token(None).await;
    let with_token = |session: String| {
        app.get(PATH)
            .header("cookie", format!("{session}; csrftoken={token}"))
            .header("x-csrftoken", &token)
    };
    let answer = with_token(format!("sessionid={CUSTOMER}"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    // A stale id in either cookie does not matter.
    let stale = "unknown_session_00000000000000001";
    for both in [
        format!("sessionid={CUSTOMER}; osessionid={stale}"),
        format!("sessionid={stale}; osessionid={CUSTOMER}"),
    ] {
        let answer = with_token(both).send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
    }
    let app = TestApp::start_with(&[("session.cookie_name", "shop")]).await;
    let token = app.csrf_token(None).await;
    let cookie = format!("shop={CUSTOMER}; csrftoken={token}");
    let request = app
        .get(PATH)
        .header("cookie", cookie)
        .header("x-csrftoken", &token);
    assert_eq!(request.send().await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn x_cookie_replaces_cookie_only_where_the_settings_say_so() {
    let x_cookie = ("x-cookie", format!("osessionid={CUSTOMER}"));
    let app = TestApp::start().await;
    assert_eq!(status(&app, std::slice::from_ref(&x_cookie)).await, 401);
    let app = TestApp::start_with(&[("session.enable_x_cookie_header", "true")]).await;
    assert_eq!(status(&app, std::slice::from_ref(&x_cookie)).await, 200);
    let neighbours = ("cookie", format!("osessionid={NEIGHBOUR}"));
    assert_eq!(status(&app, &[x_cookie, neighbours]).await, 200);
}

#[tokio::test]
async fn a_customer_without_a_phone_sees_an_empty_one() {
    let app = TestApp::start().await;
    let request = app.as_session(NEIGHBOUR, reqwest::Method::GET, PATH).await;
    let answer = request.send().await.expect("an answer");
    assert_eq!(
        answer.text().await.expect("a body"),
        r#"{"phone_number":""}"#
    );
}
