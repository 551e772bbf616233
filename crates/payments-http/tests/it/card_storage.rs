//! Saving a card step by step, like a front end.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::app::{CUSTOMER, CUSTOMER_ELSEWHERE, GOOD_NUMBER, NEIGHBOUR, PHONE, TestApp, json};

const PHONE_NUMBER: &str = "/payments/stored-cards/phone-number/";
const OTP: &str = "/payments/stored-cards/otp/";
const CARD: &str = "/payments/stored-cards/card/";
const SAVED: &str = "/payments/stored-cards/";
const FLOW: &str = "/payments/stored-cards/flow/";

async fn hold(app: &TestApp, session: &str, number: &str) -> Response {
    let card = json!({
        "card_holder": "Ayşe Yılmaz", "card_number": number, "card_month": "12", "card_year": "2035",
        "card_cvv": "123", "name": "Everyday", "consent": true,
    });
    app.post(session, CARD, card).await
}

async fn send_code(app: &TestApp, session: &str) -> String {
    let sent = app
        .post(
            session,
            PHONE_NUMBER,
            json!({ "phone_number": "05551234567" }),
        )
        .await;
    assert_eq!(sent.status(), 204);
    app.newest_code(PHONE)
}

async fn submit(app: &TestApp, session: &str, code: &str) -> (u16, Value) {
    let response = app.post(session, OTP, json!({ "otp": code })).await;
    let status = response.status().as_u16();
    let text = response.text().await.expect("a body");
    assert!(status != 200 || text.is_empty(), "{text}");
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

async fn saved(app: &TestApp, session: &str) -> Vec<Value> {
    let request = app.as_session(session, Method::GET, SAVED).await;
    let body = json(request.send().await.expect("an answer")).await;
    body["results"].as_array().expect("cards").clone()
}

/// The step, whether seconds are left for it, and the tries that are left.
async fn flow(app: &TestApp, session: &str) -> (String, bool, Value) {
    let request = app.as_session(session, Method::GET, FLOW).await;
    let response = request.send().await.expect("an answer");
    assert_eq!(response.headers()["cache-control"], "private, no-store");
    let body = json(response).await;
    assert_eq!(
        body.as_object().map(serde_json::Map::len),
        Some(3),
        "{body}"
    );
    let step = body["step"].as_str().expect("a step").to_owned();
    (
        step,
        body["seconds_left"].is_u64(),
        body["tries_left"].clone(),
    )
}

/// Wrong codes of the same length.
fn wrong_codes(right: &str) -> Vec<String> {
    let right: u32 = right.parse().expect("digits");
    (1..=6)
        .map(|step| format!("{:06}", (right + step) % 1_000_000))
        .collect()
}

#[tokio::test]
async fn a_card_is_saved_masked_and_a_repeated_request_gets_the_same_answer() {
    let app = TestApp::start().await;
    assert_eq!(hold(&app, CUSTOMER, GOOD_NUMBER).await.status(), 204);
    let code = send_code(&app, CUSTOMER).await;
    for _ in 0..3 {
        assert_eq!(submit(&app, CUSTOMER, &code).await.0, 200);
    }
    let cards = saved(&app, CUSTOMER).await;
    assert_eq!(cards.len(), 1);
    assert_eq!(cards[0]["masked_card_number"], "552879******0008");
    assert_eq!(cards[0]["name"], "Everyday");
    assert_eq!(app.live_tokens().await, 1);
    // The customer's other session sees it, another customer does not.
    assert_eq!(saved(&app, CUSTOMER_ELSEWHERE).await.len(), 1);
    assert_eq!(saved(&app, NEIGHBOUR).await.len(), 0);
}

#[tokio::test]
async fn a_page_that_is_loaded_again_is_told_where_it_was() {
    let app = TestApp::start().await;
    let at = |step: &str, has_time, tries: Value| (step.to_owned(), has_time, tries);
    assert_eq!(flow(&app, CUSTOMER).await, at("card", false, Value::Null));
    assert_eq!(hold(&app, CUSTOMER, GOOD_NUMBER).await.status(), 204);
    assert_eq!(
        flow(&app, CUSTOMER).await,
        at("phone_number", true, Value::Null)
    );
    let code = send_code(&app, CUSTOMER).await;
    assert_eq!(flow(&app, CUSTOMER).await, at("otp", true, json!(5)));
    assert_eq!(submit(&app, CUSTOMER, &wrong_codes(&code)[0]).await.0, 400);
    assert_eq!(flow(&app, CUSTOMER).await, at("otp", true, json!(4)));
    // A flow belongs to its session.
    for other in [CUSTOMER_ELSEWHERE, NEIGHBOUR] {
        assert_eq!(flow(&app, other).await.0, "card");
    }
    assert_eq!(submit(&app, CUSTOMER, &code).await.0, 200);
    assert_eq!(flow(&app, CUSTOMER).await, at("saved", false, Value::Null));
    let anonymous = app.get(FLOW).send().await.expect("an answer");
    assert_eq!(anonymous.status(), 401);
}

#[tokio::test]
async fn a_code_may_be_sent_before_the_card_is_held() {
    let app = TestApp::start().await;
    let code = send_code(&app, CUSTOMER).await;
    let (status, answer) = submit(&app, CUSTOMER, &code).await;
    assert_eq!(status, 400, "{answer}");
    assert_eq!(
        answer["detail"],
        "Your card details have timed out. Please enter them again."
    );
    assert_eq!(hold(&app, CUSTOMER, GOOD_NUMBER).await.status(), 204);
    assert_eq!(submit(&app, CUSTOMER, &code).await.0, 200);
    let app = TestApp::start_with(&[("otp.require_held_card", "true")]).await;
    let refused = app
        .post(
            CUSTOMER,
            PHONE_NUMBER,
            json!({ "phone_number": "05551234567" }),
        )
        .await;
    assert_eq!(refused.status(), 400);
    assert_eq!(app.messages(), 0);
}

#[tokio::test]
async fn a_second_card_voids_the_code_of_the_first() {
    let app = TestApp::start().await;
    assert_eq!(hold(&app, CUSTOMER, GOOD_NUMBER).await.status(), 204);
    let code = send_code(&app, CUSTOMER).await;
    assert_eq!(hold(&app, CUSTOMER, "4355084355084358").await.status(), 204);
    assert_eq!(submit(&app, CUSTOMER, &code).await.0, 400);
    assert!(saved(&app, CUSTOMER).await.is_empty());
    let fresh = send_code(&app, CUSTOMER).await;
    assert_eq!(submit(&app, CUSTOMER, &fresh).await.0, 200);
    assert_eq!(
        saved(&app, CUSTOMER).await[0]["masked_card_number"],
        "435508******4358"
    );
}

#[tokio::test]
async fn five_distinct_wrong_codes_void_the_flow_and_repeats_do_not_count() {
    let app = TestApp::start().await;
    assert_eq!(hold(&app, CUSTOMER, GOOD_NUMBER).await.status(), 204);
    let code = send_code(&app, CUSTOMER).await;
    let wrong = wrong_codes(&code);
    for (wrong, left) in wrong[..4].iter().zip([4, 3, 2, 1]) {
        for _ in 0..4 {
            let (status, answer) = submit(&app, CUSTOMER, wrong).await;
            assert_eq!(status, 400);
            assert_eq!(answer["code"], "otp_wrong");
            assert_eq!(answer["tries_left"], left, "{answer}");
            assert_eq!(
                answer["errors"]["otp"],
                json!(["The code is wrong."]),
                "{answer}"
            );
        }
    }
    let (status, answer) = submit(&app, CUSTOMER, &wrong[4]).await;
    assert_eq!(status, 400);
    assert_eq!(answer["code"], "flow_void");
    assert!(
        answer["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains("too many times")),
        "{answer}"
    );
    assert_eq!(flow(&app, CUSTOMER).await.0, "void");
    assert_eq!(submit(&app, CUSTOMER, &code).await.0, 400);
    assert!(saved(&app, CUSTOMER).await.is_empty());
    assert_eq!(app.live_tokens().await, 0);
}

#[tokio::test]
async fn four_wrong_codes_leave_the_right_one_good() {
    let app = TestApp::start().await;
    assert_eq!(hold(&app, CUSTOMER, GOOD_NUMBER).await.status(), 204);
    let code = send_code(&app, CUSTOMER).await;
    for wrong in &wrong_codes(&code)[..4] {
        assert_eq!(submit(&app, CUSTOMER, wrong).await.0, 400);
    }
    assert_eq!(submit(&app, CUSTOMER, &code).await.0, 200);
}

#[tokio::test]
async fn a_fresh_code_replaces_the_earlier_one_and_codes_stay_in_their_session() {
    let app = TestApp::start().await;
    assert_eq!(hold(&app, CUSTOMER, GOOD_NUMBER).await.status(), 204);
    let first = send_code(&app, CUSTOMER).await;
    let second = send_code(&app, CUSTOMER).await;
    if first != second {
        assert_eq!(submit(&app, CUSTOMER, &first).await.0, 400);
    }
    for other in [CUSTOMER_ELSEWHERE, NEIGHBOUR] {
        let (status, answer) = submit(&app, other, &second).await;
        assert_eq!(status, 400, "{answer}");
    }
    assert_eq!(submit(&app, CUSTOMER, &second).await.0, 200);
}

#[tokio::test]
async fn the_gateways_refusals_are_reported_in_our_words_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let cases = [
        ("4111111111111129", "Your bank declined the card"),
        ("4130111111111118", "the card was not saved"),
        ("4125111111111115", "the card was not saved"),
        ("4124111111111116", "the card was not saved"),
        ("4128111111111112", "not saved"),
    ];
    for (number, words) in cases {
        assert_eq!(hold(&app, CUSTOMER, number).await.status(), 204, "{number}");
        let code = send_code(&app, CUSTOMER).await;
        let (status, answer) = submit(&app, CUSTOMER, &code).await;
        assert_eq!(status, 400, "{number}: {answer}");
        let detail = answer["detail"].as_str().expect("a detail");
        assert!(detail.contains(words), "{number}: {detail}");
        assert!(answer.get("errors").is_none(), "{number}: {answer}");
        // A repeated request gets the same response, and the card is no longer held.
        assert_eq!(
            submit(&app, CUSTOMER, &code).await,
            (400, answer.clone()),
            "{number}"
        );
    }
    assert!(saved(&app, CUSTOMER).await.is_empty());
}

#[tokio::test]
async fn requests_at_once_with_the_right_code_save_one_card() {
    let app = TestApp::start().await;
    assert_eq!(hold(&app, CUSTOMER, GOOD_NUMBER).await.status(), 204);
    let code = send_code(&app, CUSTOMER).await;
    let requests = (0..8).map(|_| submit(&app, CUSTOMER, &code));
    for (status, answer) in futures_util::future::join_all(requests).await {
        assert_eq!(status, 200, "{answer}");
    }
    assert_eq!(saved(&app, CUSTOMER).await.len(), 1);
    assert_eq!(app.live_tokens().await, 1);
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_cut_the_saving() {
    let app = TestApp::start().await;
    assert_eq!(hold(&app, CUSTOMER, GOOD_NUMBER).await.status(), 204);
    let code = send_code(&app, CUSTOMER).await;
    let request = app.as_session(CUSTOMER, Method::POST, OTP).await;
    let request = request
        .header("content-type", "application/json")
        .body(json!({ "otp": code }).to_string())
        .timeout(std::time::Duration::from_millis(1));
    drop(request.send().await);
    // Whether or not the request arrived, a retry ends with one saved card.
    assert_eq!(submit(&app, CUSTOMER, &code).await.0, 200);
    assert_eq!(saved(&app, CUSTOMER).await.len(), 1);
    assert_eq!(app.live_tokens().await, 1);
}

#[tokio::test]
async fn too_many_codes_are_refused_with_the_time_to_wait() {
    let app = TestApp::start_with(&[("otp.codes_per_phone_hour", "2")]).await;
    for _ in 0..2 {
        send_code(&app, CUSTOMER).await;
    }
    let refused = app
        .post(
            CUSTOMER,
            PHONE_NUMBER,
            json!({ "phone_number": "05551234567" }),
        )
        .await;
    assert_eq!(refused.status(), 429);
    let wait: u32 = refused.headers()["retry-after"]
        .to_str()
        .expect("text")
        .parse()
        .expect("seconds");
    assert!((1..=3_600).contains(&wait), "{wait}");
    assert_eq!(app.messages(), 2);
}

#[tokio::test]
async fn a_phone_that_cannot_receive_codes_is_reported() {
    let app = TestApp::start().await;
    let refused = app
        .post(
            CUSTOMER,
            PHONE_NUMBER,
            json!({ "phone_number": "5559999041" }),
        )
        .await;
    assert_eq!(refused.status(), 400);
    assert!(json(refused).await["errors"]["phone_number"].is_array());
    let away = app
        .post(
            CUSTOMER,
            PHONE_NUMBER,
            json!({ "phone_number": "5559999042" }),
        )
        .await;
    assert_eq!(away.status(), 503);
    assert!(away.headers().contains_key("retry-after"));
}

#[tokio::test]
async fn no_secret_is_in_the_database() {
    let app = TestApp::start().await;
    assert_eq!(hold(&app, CUSTOMER, GOOD_NUMBER).await.status(), 204);
    let code = send_code(&app, CUSTOMER).await;
    assert_eq!(submit(&app, CUSTOMER, &code).await.0, 200);
    let stored = app.stored_bytes().await;
    let has = |secret: &str| {
        stored
            .windows(secret.len())
            .any(|bytes| bytes == secret.as_bytes())
    };
    assert!(has("552879******0008"), "the saved card is what was read");
    assert!(!has(GOOD_NUMBER) && !has(CUSTOMER));
}
