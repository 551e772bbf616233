//! The customer's saved cards.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{CUSTOMER, GOOD_NUMBER, NEIGHBOUR, PHONE, TestApp, json};

/// Saves a card and returns its path.
pub(crate) async fn saved(app: &TestApp) -> String {
    let card = json!({
        "card_holder": "Ayşe Yılmaz", "card_number": GOOD_NUMBER, "card_month": "12", "card_year": "2035",
        "card_cvv": "123", "consent": true,
    });
    app.post(CUSTOMER, "/payments/stored-cards/card/", card)
        .await;
    app.post(
        CUSTOMER,
        "/payments/stored-cards/phone-number/",
        json!({ "phone_number": PHONE }),
    )
    .await;
    let code = app.newest_code(PHONE);
    let done = app
        .post(
            CUSTOMER,
            "/payments/stored-cards/otp/",
            json!({ "otp": code }),
        )
        .await;
    assert_eq!(done.status(), 200);
    let list = app
        .as_session(CUSTOMER, Method::GET, "/payments/stored-cards/")
        .await;
    let list = json(list.send().await.expect("an answer")).await;
    format!("/payments/stored-cards/{}/", list["results"][0]["pk"])
}

async fn send(
    app: &TestApp,
    session: &str,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> (StatusCode, Value) {
    let mut request = app.as_session(session, method, path).await;
    if let Some(body) = body {
        request = request
            .header("content-type", "application/json")
            .body(body.to_string());
    }
    let response = request.send().await.expect("an answer");
    let status = response.status();
    let text = response.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

#[tokio::test]
async fn a_card_saved_anew_is_one_row_and_at_once_one_token() {
    let app = TestApp::start_with(&[("reconciler.interval_seconds", "3600")]).await;
    let path = saved(&app).await;
    assert_eq!(saved(&app).await, path);
    let replaced = async {
        while app.live_tokens().await > 1 {
            tokio::task::yield_now().await;
        }
    };
    let deleted = tokio::time::timeout(Duration::from_mins(1), replaced).await;
    deleted.expect("the replaced token is deleted before the reconciler's time");
}

#[tokio::test]
async fn a_card_is_renamed_by_its_owner_only() {
    let app = TestApp::start().await;
    let path = saved(&app).await;
    let name = json!({ "name": " Holidays " });
    let (status, card) = send(&app, CUSTOMER, Method::PATCH, &path, Some(&name)).await;
    assert_eq!(
        (status, &card["name"]),
        (StatusCode::OK, &json!("Holidays"))
    );
    let (status, answer) = send(&app, NEIGHBOUR, Method::PATCH, &path, Some(&name)).await;
    assert_eq!(
        (status, &answer["detail"]),
        (StatusCode::NOT_FOUND, &json!("Saved card not found."))
    );
    let none = json!({ "name": null });
    let (status, card) = send(&app, CUSTOMER, Method::PATCH, &path, Some(&none)).await;
    assert_eq!((status, &card["name"]), (StatusCode::OK, &Value::Null));
    for wrong in [
        json!({}),
        json!({ "name": 5 }),
        json!({ "name": "x".repeat(51) }),
        json!({ "name": GOOD_NUMBER }),
    ] {
        let (status, answer) = send(&app, CUSTOMER, Method::PATCH, &path, Some(&wrong)).await;
        assert_eq!(status, 400, "{wrong}");
        assert!(answer["errors"]["name"].is_array(), "{wrong}: {answer}");
    }
}

#[tokio::test]
async fn a_deleted_card_is_gone_here_and_at_the_gateway() {
    let app = TestApp::start().await;
    let path = saved(&app).await;
    assert_eq!(app.live_tokens().await, 1);
    assert_eq!(
        send(&app, NEIGHBOUR, Method::DELETE, &path, None).await.0,
        404
    );
    assert_eq!(app.live_tokens().await, 1);
    assert_eq!(
        send(&app, CUSTOMER, Method::DELETE, &path, None).await,
        (StatusCode::NO_CONTENT, Value::Null)
    );
    assert_eq!(app.live_tokens().await, 0);
    assert_eq!(
        send(&app, CUSTOMER, Method::DELETE, &path, None).await.0,
        404
    );
}

#[tokio::test]
async fn odd_keys_are_no_cards() {
    let app = TestApp::start().await;
    for key in ["0", "+1", "007", "x", "99999999999999999999"] {
        let path = format!("/payments/stored-cards/{key}/");
        let name = json!({ "name": "x" });
        assert_eq!(
            send(&app, CUSTOMER, Method::PATCH, &path, Some(&name))
                .await
                .0,
            404,
            "{key}"
        );
        assert_eq!(
            send(&app, CUSTOMER, Method::DELETE, &path, None).await.0,
            404,
            "{key}"
        );
    }
}

#[tokio::test]
async fn saved_cards_ask_for_a_login_and_a_token() {
    let app = TestApp::start().await;
    let path = "/payments/stored-cards/";
    assert_eq!(app.get(path).send().await.expect("an answer").status(), 401);
    let request = app
        .get(path)
        .header("cookie", format!("osessionid={CUSTOMER}"));
    assert_eq!(request.send().await.expect("an answer").status(), 403);
}
