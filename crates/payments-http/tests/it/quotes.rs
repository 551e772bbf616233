//! Quotes over real HTTP.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::app::{TestApp, json as body_of};
use crate::manage::running::TOKEN;

mod charging;
mod figures;
mod giving;
mod saved_card;
mod verifying;

/// SHA-256 of [`TOKEN`].
const HASH: &str = "c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a";

async fn service(over: &[(&str, &str)]) -> TestApp {
    let token = [("manage.tokens.back_office", HASH)];
    TestApp::start_with(&[&token[..], over].concat()).await
}

async fn send(app: &TestApp, method: Method, path: &str, body: &Value) -> Response {
    let request = app
        .request(method, &format!("/manage/v1/{path}"))
        .bearer_auth(TOKEN)
        .header("content-type", "application/json")
        .header("accept-language", "en")
        .body(body.to_string());
    request.send().await.expect("an answer")
}

/// Requests a quote, and reads the response.
async fn ask(app: &TestApp, body: &Value) -> (u16, Value) {
    let response = send(app, Method::POST, "quotes/", body).await;
    (response.status().as_u16(), body_of(response).await)
}

/// The basket of customer 7, with this many installments on the Bonus card.
fn of_basket(installment_count: u8) -> Value {
    json!({"context": "basket", "pk": 1, "customer": 7,
           "choice": {"card": 1, "installment_count": installment_count}})
}

pub(crate) async fn quote(app: &TestApp, body: &Value) -> Value {
    let (status, quote) = ask(app, body).await;
    assert_eq!(status, 201, "{quote}");
    quote
}

async fn verify(app: &TestApp, quote: &str) -> Value {
    let response = send(
        app,
        Method::POST,
        "quotes/verify/",
        &json!({ "quote": quote }),
    )
    .await;
    assert_eq!(response.status().as_u16(), 200);
    body_of(response).await
}

async fn put(app: &TestApp, path: &str, body: &Value) {
    let response = send(app, Method::PUT, path, body).await;
    assert!(response.status().is_success(), "{path}: {response:?}");
}

/// The owner's basket on a saved card in three installments.
pub(crate) fn of_saved_card(card: i64) -> Value {
    json!({"context": "basket", "pk": 1, "customer": 7, "choice": {"saved_card": card, "installment_count": 3}})
}

pub(crate) fn text(quote: &Value) -> &str {
    quote["quote"].as_str().expect("a quote")
}
