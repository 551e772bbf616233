//! What support reads and deletes for a customer.

use std::time::Duration;

use payments_gateways::fakes::FaultMode;
use reqwest::Method;
use serde_json::{Value, json};

use super::running::{Answer, TOKEN};
use crate::app::{CUSTOMER, CUSTOMER_ELSEWHERE, GOOD_NUMBER, NEIGHBOUR, PHONE, TestApp};
use crate::openapi::{check_value, document};
use crate::provider_harness::{Gateway, Harness, Sender};

const CARDS: &str = "/manage/v1/customers/7/saved-cards/";
const SESSIONS: &str = "/manage/v1/customers/7/sessions/";
const ERASE: &str = "/manage/v1/customers/7/erase/";
/// The maximum time until a responding gateway has deleted a token.
const SOON: Duration = Duration::from_secs(2);

/// SHA-256 of [`TOKEN`].
const TOKEN_SETTING: (&str, &str) = (
    "manage.tokens.back_office",
    "c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a",
);

/// A service whose reconciler only runs when it is woken.
pub(super) async fn start() -> TestApp {
    let app = TestApp::start_with(&[TOKEN_SETTING, ("reconciler.interval_seconds", "3600")]).await;
    // The demo's expired session may or may not be deleted yet, so it is deleted here.
    let expired = "/manage/v1/sessions/expired_session_00000000000000001/";
    send(&app, Method::DELETE, expired).await;
    app
}

pub(super) async fn send(app: &TestApp, method: Method, path: &str) -> Answer {
    let request = app.request(method, path).bearer_auth(TOKEN);
    Answer::of(request.header("Accept-Language", "en")).await
}

pub(super) async fn get(app: &TestApp, path: &str) -> Value {
    let answer = send(app, Method::GET, path).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.json()
}

async fn put(app: &TestApp, path: &str, body: &Value) -> u16 {
    let request = app.request(Method::PUT, path).bearer_auth(TOKEN);
    let request = request.header("Content-Type", "application/json");
    Answer::of(request.body(body.to_string())).await.status
}

async fn deactivate(app: &TestApp) {
    let inactive = json!({"phone_number": "05551234567", "is_active": false});
    let path = "/manage/v1/customers/7/";
    assert_eq!(put(app, path, &inactive).await, 200);
}

pub(super) fn conforms(schema: &str, value: &Value) {
    let document = document();
    let described = &document["components"]["schemas"][schema];
    check_value(&document, schema, described, value);
}

pub(super) async fn hold(app: &TestApp, session: &str, number: &str) {
    let card = json!({
        "card_holder": "Ayşe Yılmaz", "card_number": number, "card_month": "12", "card_year": "2035",
        "card_cvv": "123", "consent": true,
    });
    let held = app.post(session, "/payments/stored-cards/card/", card);
    assert_eq!(held.await.status(), 204);
}

pub(super) async fn send_code(app: &TestApp, session: &str) -> Value {
    let phone = json!({ "phone_number": PHONE });
    let sent = app.post(session, "/payments/stored-cards/phone-number/", phone);
    assert_eq!(sent.await.status(), 204);
    json!({ "otp": app.newest_code(PHONE) })
}

pub(super) async fn save(app: &TestApp, session: &str, number: &str) {
    hold(app, session, number).await;
    let code = send_code(app, session).await;
    let saved = app.post(session, "/payments/stored-cards/otp/", code);
    assert_eq!(saved.await.status(), 200);
}

async fn no_token_is_left(app: &TestApp) {
    let gone = async {
        while app.live_tokens().await > 0 {
            tokio::task::yield_now().await;
        }
    };
    let gone = tokio::time::timeout(SOON, gone).await;
    gone.expect("no token is left at the gateway");
}

async fn is_complete(app: &TestApp) {
    let complete = async {
        while get(app, ERASE).await["is_complete"] != json!(true) {
            tokio::task::yield_now().await;
        }
    };
    let complete = tokio::time::timeout(SOON, complete).await;
    complete.expect("the erasure is complete");
}

#[tokio::test]
async fn support_sees_cards_masked_also_of_an_inactive_customer() {
    let app = start().await;
    save(&app, CUSTOMER, GOOD_NUMBER).await;
    deactivate(&app).await;
    let answer = send(&app, Method::GET, CARDS).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let list = answer.json();
    conforms("CustomerSavedCardList", &list);
    assert_eq!(list["count"], json!(1));
    let card = &list["results"][0];
    assert_eq!(card["masked_card_number"], "552879******0008");
    assert_eq!(
        (&card["pos"], &card["gateway"]),
        (&json!(1), &json!("sandbox"))
    );
    assert!(card["consented_at"].is_string(), "{card}");
    let ledger = app.state.sandbox.as_ref().expect("the sandbox").tokens();
    let token = &ledger.await[0].token;
    assert!(!answer.body.contains(token), "no token is shown");
    assert!(!answer.body.contains(GOOD_NUMBER));
    let none = get(&app, "/manage/v1/customers/8/saved-cards").await;
    assert_eq!(none["results"], json!([]));
}

#[tokio::test]
async fn support_deletes_a_card_of_an_inactive_customer_at_its_gateway_too() {
    let app = start().await;
    save(&app, CUSTOMER, GOOD_NUMBER).await;
    deactivate(&app).await;
    let card = get(&app, CARDS).await["results"][0]["pk"].to_string();
    let foreign = format!("/manage/v1/customers/8/saved-cards/{card}/");
    let refused = send(&app, Method::DELETE, &foreign).await;
    insta::assert_snapshot!(refused.shown(), @r#"
    404
    content-type: application/json
    cache-control: no-store
    {"code":"card_not_found","detail":"Saved card not found."}
    "#);
    assert_eq!(app.live_tokens().await, 1, "another customer's card stays");
    let own = format!("{CARDS}{card}/");
    assert_eq!(send(&app, Method::DELETE, &own).await.status, 204);
    no_token_is_left(&app).await;
    names_its_author(&app, "deleted").await;
    assert_eq!(send(&app, Method::DELETE, &own).await.status, 404);
    assert_eq!(get(&app, CARDS).await["count"], json!(0));
}

/// The newest audit record about a card has this outcome and names its author.
async fn names_its_author(app: &TestApp, outcome: &str) {
    let page = get(app, "/manage/v1/audit/?kind=card&page_size=1").await;
    let record = &page["results"][0];
    assert_eq!(record["outcome"], outcome);
    assert!(record["principal"].is_string(), "{record}");
    assert!(record["request_id"].is_string(), "{record}");
}

#[tokio::test]
async fn support_ends_all_sessions_of_one_customer() {
    let app = start().await;
    hold(&app, CUSTOMER, GOOD_NUMBER).await;
    let ended = send(&app, Method::DELETE, SESSIONS).await;
    conforms("EndedSessions", &ended.json());
    assert_eq!((ended.status, ended.json()), (200, json!({"ended": 2})));
    for (session, status) in [(CUSTOMER, 401), (CUSTOMER_ELSEWHERE, 401), (NEIGHBOUR, 200)] {
        let path = "/payments/stored-cards/";
        let request = app.as_session(session, Method::GET, path).await;
        assert_eq!(Answer::of(request).await.status, status, "{session}");
    }
    let again = send(&app, Method::DELETE, SESSIONS).await;
    assert_eq!(again.json(), json!({"ended": 0}));
}

#[tokio::test]
async fn an_erased_customer_has_no_card_session_or_profile_and_soon_no_token() {
    let app = start().await;
    save(&app, CUSTOMER, GOOD_NUMBER).await;
    save(&app, CUSTOMER, "4355084355084358").await;
    save(&app, NEIGHBOUR, GOOD_NUMBER).await;
    let before = get(&app, ERASE).await;
    conforms("ErasureStatus", &before);
    assert_eq!(before["erased_at"], Value::Null);
    let erased = send(&app, Method::POST, ERASE).await;
    assert_eq!(erased.status, 202, "{erased:?}");
    let erased = erased.json();
    conforms("Erasure", &erased);
    let removed = json!({"saved_cards": 2, "sessions": 2, "baskets": 1});
    assert_eq!(erased["removed"], removed);
    is_complete(&app).await;
    names_its_author(&app, "erased").await;
    assert_eq!(app.live_tokens().await, 1, "the neighbour's card stays");
    assert_eq!(get(&app, CARDS).await["count"], json!(0));
    let path = "/payments/stored-cards/";
    let request = app.as_session(CUSTOMER, Method::GET, path).await;
    assert_eq!(Answer::of(request).await.status, 401);
    let empty = json!({"pk": 7, "phone_number": null, "segments": [], "is_active": false});
    assert_eq!(get(&app, "/manage/v1/customers/7/").await, empty);
    let basket = get(&app, "/manage/v1/baskets/1/").await;
    assert_eq!(basket["customer"], Value::Null);
    assert!(
        !get(&app, "/manage/v1/export/")
            .await
            .to_string()
            .contains(PHONE)
    );

    // A second erasure removes nothing and keeps the first timestamp.
    let again = send(&app, Method::POST, ERASE).await;
    assert_eq!(again.status, 202);
    let none = json!({"saved_cards": 0, "sessions": 0, "baskets": 0});
    assert_eq!(again.json()["removed"], none);
    assert_eq!(again.json()["erased_at"], erased["erased_at"]);

    // The key may be used again, for a new profile.
    let profile = json!({"phone_number": "05557654321"});
    assert_eq!(put(&app, "/manage/v1/customers/7/", &profile).await, 200);
    assert_eq!(get(&app, CARDS).await["count"], json!(0));
    let status = get(&app, ERASE).await;
    let said = (&status["is_complete"], &status["has_returned"]);
    assert_eq!(said, (&json!(false), &json!(true)));
}

#[tokio::test]
async fn an_inactive_customer_is_erased_too() {
    let app = start().await;
    save(&app, CUSTOMER, GOOD_NUMBER).await;
    deactivate(&app).await;
    assert_eq!(send(&app, Method::POST, ERASE).await.status, 202);
    no_token_is_left(&app).await;
    is_complete(&app).await;
}

#[tokio::test]
async fn more_cards_than_a_batch_are_deleted_without_waiting() {
    let interval = ("reconciler.interval_seconds", "3600");
    let app = TestApp::start_with(&[TOKEN_SETTING, interval, ("reconciler.batch", "1")]).await;
    for number in [GOOD_NUMBER, "4355084355084358", "5400010000000004"] {
        save(&app, CUSTOMER, number).await;
    }
    assert_eq!(send(&app, Method::POST, ERASE).await.status, 202);
    no_token_is_left(&app).await;
}

#[tokio::test]
async fn an_unknown_customer_is_not_found_and_nothing_is_written() {
    let app = start().await;
    let before = get(&app, "/manage/v1/export/").await;
    for key in ["404", "0", "07", "x", "99999999999999999999"] {
        for (method, rest) in [
            (Method::GET, "saved-cards/"),
            (Method::GET, "flows/"),
            (Method::GET, "audit/"),
            (Method::DELETE, "saved-cards/1/"),
            (Method::DELETE, "sessions/"),
            (Method::POST, "erase/"),
            (Method::GET, "erase/"),
        ] {
            let path = format!("/manage/v1/customers/{key}/{rest}");
            let answer = send(&app, method, &path).await;
            assert_eq!(
                (answer.status, answer.body.as_str()),
                (
                    404,
                    r#"{"code":"customer_not_found","detail":"Customer not found."}"#
                ),
                "{path}"
            );
        }
    }
    assert_eq!(get(&app, "/manage/v1/export/").await, before);
}

#[tokio::test]
async fn a_card_being_saved_does_not_come_back_after_the_erasure() {
    let app = start().await;
    // The gateway makes a token and never responds, so the card is being saved for a while.
    hold(&app, CUSTOMER, "4124111111111116").await;
    let code = send_code(&app, CUSTOMER).await;
    let saving = app.post(CUSTOMER, "/payments/stored-cards/otp/", code);
    let erasing = async {
        while get(&app, ERASE).await["outstanding"]["open_intents"] == json!(0) {
            tokio::task::yield_now().await;
        }
        send(&app, Method::POST, ERASE).await
    };
    let (_, erased) = tokio::join!(saving, erasing);
    assert_eq!(erased.status, 202);
    let outstanding = json!({"tokens": 0, "open_intents": 1});
    assert_eq!(erased.json()["outstanding"], outstanding);
    assert_eq!(get(&app, ERASE).await["is_complete"], json!(false));
    let refused = send(&app, Method::DELETE, "/manage/v1/customers/7/").await;
    assert_eq!(refused.status, 409);
    let referrers = refused.json()["errors"].as_object().unwrap().clone();
    assert_eq!(referrers.len(), 1, "{referrers:?}");
    assert!(
        referrers
            .keys()
            .all(|place| place.starts_with("/customers/7/open-intents/")),
        "{referrers:?}"
    );
    assert_eq!(get(&app, CARDS).await["count"], json!(0));
}

#[tokio::test]
async fn a_customer_with_cards_is_not_deleted_and_the_response_says_how() {
    let app = start().await;
    save(&app, CUSTOMER, GOOD_NUMBER).await;
    assert_eq!(send(&app, Method::DELETE, SESSIONS).await.status, 200);
    let card = get(&app, CARDS).await["results"][0]["pk"].clone();
    let refused = send(&app, Method::DELETE, "/manage/v1/customers/7/").await;
    let text = "this refers to it; POST /manage/v1/customers/7/erase/ removes it";
    let expected = json!({
        "/baskets/1": [text],
        (format!("/customers/7/saved-cards/{card}")): [text],
    });
    assert_eq!(
        (refused.status, &refused.json()["errors"]),
        (409, &expected)
    );
    assert_eq!(send(&app, Method::POST, ERASE).await.status, 202);
    let deleted = send(&app, Method::DELETE, "/manage/v1/customers/7/").await;
    assert_eq!(deleted.status, 204);
    assert_eq!(send(&app, Method::GET, ERASE).await.status, 404);
    no_token_is_left(&app).await;
}

#[tokio::test]
async fn a_gateway_that_fails_keeps_its_tokens_outstanding_until_it_answers() {
    let senders = vec![Sender::start("netgsm").await];
    let gateway = Gateway::start("craftgate").await;
    let harness = Harness::start_with(gateway, senders, &[TOKEN_SETTING]).await;
    assert_eq!(harness.save(GOOD_NUMBER).await.0, 200);
    harness.gateway.server.put(FaultMode::ServerError);
    let erased = send(&harness.app, Method::POST, ERASE).await;
    assert_eq!(erased.status, 202);
    assert_eq!(erased.json()["outstanding"]["tokens"], json!(1));
    assert_eq!(get(&harness.app, CARDS).await["count"], json!(0));
    assert_eq!(harness.gateway.live().len(), 1, "the gateway has it still");
    assert_eq!(get(&harness.app, ERASE).await["is_complete"], json!(false));
    harness.gateway.server.put(FaultMode::Well);
    harness.come_to_rest().await;
    assert!(harness.gateway.live().is_empty());
    assert_eq!(get(&harness.app, ERASE).await["is_complete"], json!(true));
}
