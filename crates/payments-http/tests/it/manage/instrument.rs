//! Instruments of saved cards, over the management API.

use payments_core::card::{
    Brand, CardHolder, CardToken, Expiry, Fingerprint, MaskedPan, ProviderCustomerKey,
};
use payments_core::catalog::{GatewayAccount, LeadingDigits};
use payments_core::flow::FlowId;
use payments_core::id::{CustomerId, PosId};
use payments_core::intent::{Intent, IntentOutcome};
use payments_core::saved_card::NewSavedCard;
use payments_core::slug::Slug;
use reqwest::Method;
use serde_json::{Value, json};

use super::running::{Answer, TOKEN};
use crate::app::TestApp;
use crate::openapi::{check_value, document};

const TOKEN_SETTING: (&str, &str) = (
    "manage.tokens.back_office",
    "c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a",
);
const CARD_TOKEN: &str = "sbx_card_secret";
const CUSTOMER_KEY: &str = "sbx_customer_secret";
/// The owner of the cards.
const OWNER: i64 = 7;
const NEVER: i32 = 2099;

pub(crate) struct Shop {
    pub(crate) app: TestApp,
}

/// Saves a card of a customer with these changes; returns its primary key.
pub(crate) async fn save_card(
    app: &TestApp,
    customer: i64,
    number: u8,
    change: impl FnOnce(&mut NewSavedCard),
) -> i64 {
    let now = app.state.clock.now();
    let mut card = NewSavedCard {
        customer: CustomerId::new(customer).unwrap(),
        pos: PosId::new(1).unwrap(),
        account: GatewayAccount {
            gateway: Slug::parse("sandbox").unwrap(),
            label: Slug::parse("main").unwrap(),
        },
        token: CardToken::parse(CARD_TOKEN).unwrap(),
        provider_customer_key: ProviderCustomerKey::parse(CUSTOMER_KEY).ok(),
        masked_number: MaskedPan::parse("552879******0008").unwrap(),
        leading_digits: LeadingDigits::parse("55287900").unwrap(),
        fingerprint: Fingerprint([number; 32]),
        expiry: Expiry::new(12, NEVER).unwrap(),
        brand: Brand::Mastercard,
        family: None,
        bank: None,
        holder: CardHolder::parse("Ayşe Yılmaz").unwrap(),
        name: None,
        consented_at: now,
        consent_version: None,
    };
    change(&mut card);
    let id = FlowId([number; 16]).intent();
    let account = card.account.clone();
    let intent = Intent::new(id.clone(), card.customer, card.pos, account, None);
    let intents = &app.state.database.intents;
    intents.record(&intent).await.unwrap();
    match intents.save_card(&id, &card, now).await.unwrap() {
        Some(IntentOutcome::Saved(pk)) => pk.get(),
        outcome => panic!("saved, not {outcome:?}"),
    }
}

impl Shop {
    pub(crate) async fn start(over: &[(&str, &str)]) -> Self {
        let settings = [&[TOKEN_SETTING], over].concat();
        Self {
            app: TestApp::start_with(&settings).await,
        }
    }

    /// Saves a card of the owner that is valid through December of a year; returns its primary key.
    pub(crate) async fn card(&self, number: u8, year: i32) -> i64 {
        let expiry = Expiry::new(12, year).unwrap();
        self.save(number, |card| card.expiry = expiry).await
    }

    /// Saves a card of the owner with these changes; returns its primary key.
    pub(crate) async fn save(&self, number: u8, change: impl FnOnce(&mut NewSavedCard)) -> i64 {
        save_card(&self.app, OWNER, number, change).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &str) -> Answer {
        let request = self.app.request(method, path).bearer_auth(TOKEN);
        let request = request.header("Content-Type", "application/json");
        Answer::of(
            request
                .header("Accept-Language", "en")
                .body(body.to_owned()),
        )
        .await
    }

    pub(crate) async fn ask(&self, card: i64, body: &Value) -> Answer {
        self.send(Method::POST, &path(card), &body.to_string())
            .await
    }

    /// The audit records about instruments, the newest first.
    pub(crate) async fn records(&self) -> Vec<Value> {
        let page = self
            .send(Method::GET, "/manage/v1/audit/?kind=card", "")
            .await;
        let mut records = page.json()["results"].as_array().unwrap().clone();
        records.retain(|record| record["outcome"] == "instrument");
        records
    }

    /// No secret is in a response that refuses, and nothing was recorded.
    pub(crate) async fn refuses(&self, card: i64, body: &Value, status: u16, code: &str) -> Answer {
        let before = self.records().await.len();
        let answer = self.ask(card, body).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (status, &json!(code)),
            "{answer:?}"
        );
        assert!(!answer.body.contains("secret"), "{answer:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(self.records().await.len(), before);
        answer
    }

    pub(crate) async fn import(&self, document: &Value) {
        let written = self
            .send(Method::POST, "/manage/v1/import/", &document.to_string())
            .await;
        assert_eq!(written.status, 200, "{written:?}");
    }
}

fn path(card: i64) -> String {
    format!("/manage/v1/saved-cards/{card}/instrument/")
}

fn of_owner(order: &str) -> Value {
    json!({"order": order, "customer": OWNER})
}

pub(crate) fn pos(is_active: bool, config: &Value) -> Value {
    json!({"pos": [{"pk": 1, "name": "Sandbox", "slug": "sandbox", "gateway": "sandbox", "is_active": is_active, "config": config}]})
}

#[tokio::test]
async fn an_order_gets_the_token_of_its_customers_card_and_leaves_a_record() {
    let shop = Shop::start(&[]).await;
    let card = shop.card(1, NEVER).await;
    let answer = shop.ask(card, &of_owner("ORD-10023")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    let expected = json!({
        "gateway": "sandbox", "pos": 1, "token": CARD_TOKEN, "customer_key": CUSTOMER_KEY,
        "masked_card_number": "552879******0008", "expiry": "2099-12", "requires_cvv": false,
        "provider": {"customer_key": CUSTOMER_KEY, "token": CARD_TOKEN},
    });
    assert_eq!(body, expected);
    let document = document();
    let schema = &document["components"]["schemas"]["Instrument"];
    check_value(&document, "Instrument", schema, &body);
    let again = shop.ask(card, &of_owner("ORD-10023")).await;
    assert_eq!(
        again.json(),
        expected,
        "the same order gets the same answer"
    );

    let records = shop.records().await;
    assert_eq!(records.len(), 2, "one record for each answer");
    let record = &records[0];
    assert_eq!(record["kind"], "card");
    assert_eq!(record["principal"], "back_office");
    assert_eq!(record["object_key"], json!(card.to_string()));
    assert_eq!(record["changes"], json!({"order": "ORD-10023"}));
    assert_eq!(
        (&record["customer"], &record["pos"]),
        (&json!(OWNER), &json!(1))
    );
    assert_eq!(record["request_id"], json!(again.header("x-request-id")));
    let pseudonym = record["pseudonym"].as_str().unwrap();
    assert_eq!(pseudonym.len(), 32);
    assert!(
        !format!("{records:?}").contains("secret"),
        "no token in a record"
    );
}

#[tokio::test]
async fn only_the_owners_chargeable_cards_have_an_instrument() {
    let shop = Shop::start(&[]).await;
    let card = shop.card(1, NEVER).await;
    let expired = shop.card(2, 2020).await;
    let order = of_owner("ORD-1");
    let foreign = json!({"order": "ORD-1", "customer": 8});
    shop.refuses(card, &foreign, 404, "card_not_found").await;
    shop.refuses(4_711, &order, 404, "card_not_found").await;
    for odd in ["0", "x", "-1", "99999999999999999999"] {
        let path = format!("/manage/v1/saved-cards/{odd}/instrument/");
        let answer = shop.send(Method::POST, &path, &order.to_string()).await;
        assert_eq!(answer.json()["code"], "card_not_found", "{odd}");
    }
    let because = async |card, reason: &str| {
        let answer = shop.refuses(card, &order, 409, "card_not_chargeable").await;
        assert_eq!(answer.json()["errors"], json!({"saved_card": [reason]}));
    };
    because(expired, "expired").await;
    let customer =
        |is_active| json!({"customers": [{"pk": OWNER, "segments": [], "is_active": is_active}]});
    shop.import(&customer(false)).await;
    because(card, "customer_inactive").await;
    shop.import(&customer(true)).await;
    shop.import(&pos(false, &json!({}))).await;
    because(card, "pos_inactive").await;
    let other = json!({"account": "new", "accounts": {"main": {}}});
    shop.import(&pos(true, &other)).await;
    because(card, "account_changed").await;
    shop.import(&pos(true, &json!({}))).await;
    let path = format!("/manage/v1/customers/{OWNER}/saved-cards/{card}/");
    assert_eq!(shop.send(Method::DELETE, &path, "").await.status, 204);
    shop.refuses(card, &order, 404, "card_not_found").await;
}

#[tokio::test]
async fn the_configuration_of_the_point_of_sale_says_whether_a_cvv_is_required() {
    let shop = Shop::start(&[]).await;
    let card = shop.card(1, NEVER).await;
    shop.import(&pos(true, &json!({"requires_cvv": true})))
        .await;
    let answer = shop.ask(card, &of_owner("ORD-1")).await;
    assert_eq!(answer.json()["requires_cvv"], json!(true), "{answer:?}");
}

#[tokio::test]
async fn a_wrong_body_is_refused_by_its_pointers_and_not_repeated() {
    let shop = Shop::start(&[]).await;
    let card = shop.card(1, NEVER).await;
    let long = "x".repeat(5_000);
    for (body, pointer) in [
        (
            json!({"order": "5528790000000008", "customer": OWNER}),
            "/order",
        ),
        (
            json!({"order": "A-5528-7900-0000-0008", "customer": OWNER}),
            "/order",
        ),
        (json!({"order": long, "customer": OWNER}), "/order"),
        (
            json!({"order": "a\u{0}b\u{1b}[31m", "customer": OWNER}),
            "/order",
        ),
        (json!({"order": "", "customer": OWNER}), "/order"),
        (json!({"customer": OWNER}), "/order"),
        (json!({"order": "A"}), "/customer"),
        (json!({"order": "A", "customer": "7"}), "/customer"),
        (json!({"order": "A", "quote": 1}), "/quote"),
        (
            json!({"order": "A", "customer": OWNER, "token": "x"}),
            "/token",
        ),
    ] {
        let answer = shop.refuses(card, &body, 400, "document_invalid").await;
        let errors = answer.json()["errors"].as_object().unwrap().clone();
        assert_eq!(errors.keys().collect::<Vec<_>>(), [pointer], "{body}");
        for echoed in ["5528", "0008", "xxxx", "[31m"] {
            assert!(!answer.body.contains(echoed), "{echoed} in {answer:?}");
        }
    }
    let answer = shop
        .ask(card, &json!({"order": "A", "quote": "x".repeat(30_000)}))
        .await;
    assert_eq!(answer.status, 413);
    let request = shop
        .app
        .request(Method::POST, &path(card))
        .bearer_auth(TOKEN);
    let form = request.header("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(
        Answer::of(form.body("order=A&customer=7")).await.status,
        415
    );
    assert_eq!(shop.send(Method::GET, &path(card), "").await.status, 405);
    assert_eq!(shop.records().await.len(), 0);
}

#[tokio::test]
async fn a_quote_can_be_required_and_a_wrong_one_is_refused() {
    let shop = Shop::start(&[("instrument.require_quote", "true")]).await;
    let card = shop.card(1, NEVER).await;
    shop.refuses(card, &of_owner("ORD-1"), 400, "quote_required")
        .await;
}

#[tokio::test]
async fn a_token_without_the_scope_gets_nothing_and_leaves_no_record() {
    let shop = Shop::start(&[
        (
            "manage.tokens.support.sha256",
            "ebca95604276a73fb41ea1ae6556b45bf815fa9733bc6e7a7be1316f9c3e8a89",
        ),
        ("manage.tokens.support.scopes", "support"),
    ])
    .await;
    let card = shop.card(1, NEVER).await;
    let ask = async |token: &str| {
        let request = shop
            .app
            .request(Method::POST, &path(card))
            .bearer_auth(token);
        let request = request.header("Content-Type", "application/json");
        Answer::of(request.body(of_owner("ORD-1").to_string())).await
    };
    let forbidden = ask("support-token").await;
    assert_eq!(forbidden.status, 403);
    assert_eq!(forbidden.json()["errors"], json!({"scope": ["instrument"]}));
    assert_eq!(ask("wrong").await.status, 401);
    assert_eq!(shop.records().await.len(), 0);
}

#[tokio::test]
async fn answers_are_counted_by_their_result_and_no_metric_has_a_secret() {
    let shop = Shop::start(&[]).await;
    let card = shop.card(1, NEVER).await;
    for order in ["ORD-1", "ORD-2"] {
        assert_eq!(shop.ask(card, &of_owner(order)).await.status, 200);
    }
    assert_eq!(shop.ask(4_711, &of_owner("ORD-3")).await.status, 404);
    assert_eq!(shop.ask(card, &json!({})).await.status, 400);
    let metrics = shop.send(Method::GET, "/metrics", "").await.body;
    for (result, count) in [("given", 2), ("card_not_found", 1), ("document_invalid", 1)] {
        let line = format!("payments_instruments_total{{result=\"{result}\"}} {count}\n");
        assert!(metrics.contains(&line), "{line} {metrics}");
    }
    assert!(
        !metrics.contains("secret") && !metrics.contains("ORD-1"),
        "{metrics}"
    );
}

#[tokio::test]
async fn neither_the_export_nor_the_customers_api_has_a_token() {
    let shop = Shop::start(&[]).await;
    let card = shop.card(1, NEVER).await;
    assert_eq!(shop.ask(card, &of_owner("ORD-1")).await.status, 200);
    for path in [
        "/manage/v1/export/",
        "/manage/v1/audit/",
        "/manage/v1/customers/7/saved-cards/",
    ] {
        let answer = shop.send(Method::GET, path, "").await;
        assert_eq!(answer.status, 200);
        assert!(!answer.body.contains("_secret"), "{path} {answer:?}");
    }
    let path = "/payments/stored-cards/";
    let request = shop
        .app
        .as_session(crate::app::CUSTOMER, Method::GET, path)
        .await;
    let cards = Answer::of(request).await;
    assert_eq!(cards.json()["count"], json!(1));
    assert!(!cards.body.contains("_secret"), "{cards:?}");
}
