//! An erasure, and a look at a customer, that cannot be recorded.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{CUSTOMER, GOOD_NUMBER, PHONE, TestApp};
use crate::manage::running::{Answer, TOKEN};

const ERASE: &str = "/manage/v1/customers/7/erase/";

/// Makes the database refuse new audit records.
const FAIL: &str = "CREATE FUNCTION fail() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN RAISE 'out of order'; END $$;
    CREATE TRIGGER fail BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION fail()";

/// SHA-256 of [`TOKEN`].
const TOKEN_SETTING: (&str, &str) = (
    "manage.tokens.back_office",
    "c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a",
);

async fn send(app: &TestApp, method: Method, path: &str) -> Answer {
    Answer::of(app.request(method, path).bearer_auth(TOKEN)).await
}

async fn post(app: &TestApp, path: &str, body: Value) -> u16 {
    let path = format!("/payments/stored-cards/{path}/");
    app.post(CUSTOMER, &path, body).await.status().as_u16()
}

#[tokio::test]
async fn an_erasure_is_whole_or_not_at_all() {
    let app = TestApp::start_with(&[TOKEN_SETTING]).await;
    let card = json!({
        "card_holder": "Ayşe Yılmaz", "card_number": GOOD_NUMBER, "card_month": "12",
        "card_year": "2035", "card_cvv": "123", "consent": true,
    });
    assert_eq!(post(&app, "card", card).await, 204);
    let phone = json!({ "phone_number": PHONE });
    assert_eq!(post(&app, "phone-number", phone).await, 204);
    let code = json!({ "otp": app.newest_code(PHONE) });
    assert_eq!(post(&app, "otp", code).await, 200);
    let before = send(&app, Method::GET, "/manage/v1/export/").await.json();

    // The last write of the erasure fails.
    app.change_database(FAIL).await;
    let refused = send(&app, Method::POST, ERASE).await;
    assert_eq!(refused.status, 503, "{refused:?}");
    assert_eq!(refused.header("retry-after"), "1");
    let after = send(&app, Method::GET, "/manage/v1/export/").await.json();
    assert_eq!(after, before, "nothing was written");
    let status = send(&app, Method::GET, ERASE).await.json();
    assert_eq!(status["outstanding"]["tokens"], json!(0));
    let request = app.as_session(CUSTOMER, Method::GET, "/payments/stored-cards/");
    let cards = Answer::of(request.await).await;
    assert_eq!(cards.json()["count"], json!(1), "session and card stay");

    app.change_database("DROP TRIGGER fail ON audit_log; DROP FUNCTION fail")
        .await;
    assert_eq!(send(&app, Method::POST, ERASE).await.status, 202);
}

#[tokio::test]
async fn a_look_that_cannot_be_recorded_shows_nothing() {
    let app = TestApp::start_with(&[TOKEN_SETTING]).await;
    let paths = [
        "customers/7/saved-cards/",
        "customers/7/flows/",
        "customers/7/audit/",
        "audit/?customer=7",
    ];
    for path in paths {
        let seen = send(&app, Method::GET, &format!("/manage/v1/{path}")).await;
        assert_eq!(seen.status, 200, "{path}: {seen:?}");
    }
    app.change_database(FAIL).await;
    for path in paths {
        let refused = send(&app, Method::GET, &format!("/manage/v1/{path}")).await;
        assert_eq!(refused.status, 503, "{path}: {refused:?}");
        assert!(!refused.body.contains("results"), "{path}: {refused:?}");
    }
}
