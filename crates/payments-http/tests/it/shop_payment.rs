//! Paying in the demo store: an order is paid once, at the amount shown, and only with the customer's own card.

use payments_core::card::Expiry;
use payments_core::record::{Key, Part, Record};
use payments_core::session::SessionId;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json as object};

use crate::app::{TestApp, client, json};
use crate::manage::instrument;
use crate::program::Program;
use crate::setup::Fixture;
use crate::shop::{get, put, put_quantity, save_card, session_of, shop, visitor};

/// A visitor with a product in the basket and a pre-order.
pub(crate) async fn at_the_checkout(app: &TestApp) -> String {
    let session = visitor(app).await;
    fill(app, &session).await;
    session
}

async fn fill(app: &TestApp, session: &str) {
    put_quantity(app, session, "1").await;
    let delivery = object!({ "delivery": "standard" });
    put(app, session, "/shop/api/pre-order/", delivery).await;
}

pub(crate) async fn pay(app: &TestApp, session: &str, payment: &Value) -> Response {
    app.post(session, "/shop/api/pay/", payment.clone()).await
}

/// A payment of the listing's first card, in three installments.
pub(crate) async fn in_three(app: &TestApp, session: &str, query: &str) -> Value {
    let listing = get(app, session, &format!("/payments/cards/pre-order/{query}")).await;
    let card = &listing["results"][0];
    let plans = card["installments"].as_array().expect("plans");
    let plan = plans.iter().find(|plan| plan["installment_count"] == 3);
    let total = plan.expect("a plan of three")["total_amount"].to_string();
    object!({
        "order": "ORD-1", "card": card["pk"], "installment_count": 3, "total_amount": total,
        "currency": "TRY",
    })
}

/// Saves a card, and returns it.
pub(crate) async fn saved_card(app: &TestApp, session: &str) -> Value {
    save_card(app, session).await;
    let path = "/payments/stored-cards/";
    let cards = app.as_session(session, Method::GET, path).await;
    json(cards.send().await.expect("an answer")).await["results"][0].clone()
}

pub(crate) async fn result(app: &TestApp, session: &str, order: &str) -> Response {
    let page = app.get(&format!("/shop/result/{order}/"));
    let page = page.header("cookie", format!("osessionid={session}"));
    page.send().await.expect("a page")
}

#[tokio::test]
async fn the_charged_amount_is_the_listings_to_the_minor_unit_and_the_basket_is_empty() {
    let app = shop().await;
    let session = at_the_checkout(&app).await;
    let mut payment = in_three(&app, &session, "?bin=55496000").await;
    payment["bin"] = "55496000".into();
    let paid = pay(&app, &session, &payment).await;
    assert_eq!(paid.status(), StatusCode::OK);
    assert_eq!(json(paid).await["result"], "/shop/result/ORD-1/");
    let page = result(&app, &session, "ORD-1").await;
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.unwrap();
    // 2499.90 and 5 %: 124.995, rounded up.
    assert!(page.contains("value=\"2624.90\""), "{page}");
    assert!(page.contains("Bonus") && page.contains("ORD-1"));
    assert_eq!(get(&app, &session, "/shop/api/basket/").await["count"], 0);
}

#[tokio::test]
async fn an_order_that_is_sent_twice_is_paid_once() {
    let app = shop().await;
    let session = at_the_checkout(&app).await;
    let payment = in_three(&app, &session, "").await;
    let (one, other) = tokio::join!(pay(&app, &session, &payment), pay(&app, &session, &payment));
    let statuses = [one.status(), other.status()];
    assert_eq!(statuses, [StatusCode::OK; 2]);
    let again = pay(&app, &session, &payment).await;
    assert_eq!(again.status(), StatusCode::OK);

    // The basket is empty, so another order, of a second tab, has nothing to pay.
    let mut second = payment.clone();
    second["order"] = "ORD-2".into();
    let refused = pay(&app, &session, &second).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert_eq!(json(refused).await["code"], "basket_empty");
    let page = result(&app, &session, "ORD-2").await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_basket_that_changes_while_it_is_paid_is_paid_once() {
    let app = shop().await;
    for round in 0..10 {
        let session = at_the_checkout(&app).await;
        let payment = in_three(&app, &session, "").await;
        let unchanged = object!({ "quantity": "0" });
        let change = put(&app, &session, "/shop/api/items/2/", unchanged);
        let (paid, _) = tokio::join!(pay(&app, &session, &payment), change);
        assert_eq!(paid.status(), StatusCode::OK, "round {round}");
        let basket = get(&app, &session, "/shop/api/basket/").await;
        assert_eq!(basket["count"], 0, "round {round}");
    }
}

#[tokio::test]
async fn a_price_that_changed_is_not_charged_and_nothing_is_lost() {
    let app = shop().await;
    let session = at_the_checkout(&app).await;
    let payment = in_three(&app, &session, "").await;
    let delivery = object!({ "delivery": "fast" });
    put(&app, &session, "/shop/api/pre-order/", delivery).await;
    let refused = pay(&app, &session, &payment).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert_eq!(json(refused).await["code"], "plan_changed");
    assert_eq!(get(&app, &session, "/shop/api/basket/").await["count"], 1);
    let page = result(&app, &session, "ORD-1").await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);

    let payment = in_three(&app, &session, "").await;
    let paid = pay(&app, &session, &payment).await;
    assert_eq!(
        paid.status(),
        StatusCode::OK,
        "the order can be paid after all"
    );
}

#[tokio::test]
async fn a_plan_that_is_not_offered_is_not_sold() {
    let app = shop().await;
    let session = at_the_checkout(&app).await;
    let payment = in_three(&app, &session, "").await;
    let with = |name: &str, value: Value| {
        let mut other = payment.clone();
        other[name] = value;
        other
    };
    for other in [
        with("installment_count", 99.into()),
        with("card", 424_242.into()),
        // The digits of another card.
        with("bin", "552879".into()),
    ] {
        let refused = pay(&app, &session, &other).await;
        assert_eq!(refused.status(), StatusCode::CONFLICT, "{other}");
        assert_eq!(json(refused).await["code"], "not_offered", "{other}");
    }
}

#[tokio::test]
async fn invalid_payments_are_refused_and_not_repeated() {
    let app = shop().await;
    let session = at_the_checkout(&app).await;
    let payment = in_three(&app, &session, "").await;
    for (name, value) in [
        ("order", object!("5528790000000008")),
        ("order", object!("ORD-<script>")),
        ("bin", object!("5528790000000008")),
        ("bin", object!(552_879)),
        ("card", object!("x")),
        ("saved_card", object!("x")),
        ("installment_count", object!("many")),
        ("total_amount", object!(null)),
        ("total_amount", object!("12.345")),
        ("currency", object!("XYZ")),
    ] {
        let mut other = payment.clone();
        other[name] = value.clone();
        let refused = pay(&app, &session, &other).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{name} {value}");
        let body = refused.text().await.unwrap();
        assert!(body.contains(name), "{body}");
        assert!(
            !body.contains("552879") && !body.contains("script"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_payment_asks_for_the_sessions_token() {
    let app = shop().await;
    let session = at_the_checkout(&app).await;
    let payment = in_three(&app, &session, "").await;
    let bare = app
        .request(Method::POST, "/shop/api/pay/")
        .header("content-type", "application/json")
        .header("cookie", format!("osessionid={session}"))
        .body(payment.to_string());
    assert_eq!(bare.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(get(&app, &session, "/shop/api/basket/").await["count"], 1);
}

#[tokio::test]
async fn a_saved_card_pays_for_its_owner_only() {
    let app = shop().await;
    let (owner, other) = (at_the_checkout(&app).await, at_the_checkout(&app).await);
    let saved = saved_card(&app, &owner).await;
    let mut payment = in_three(&app, &owner, "?bin=552879").await;
    payment["saved_card"] = saved["pk"].clone();

    let refused = pay(&app, &other, &payment).await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
    let paid = pay(&app, &owner, &payment).await;
    assert_eq!(paid.status(), StatusCode::OK);
    let request_id = paid.headers()["x-request-id"].to_str().unwrap();
    let audit = app.get("/manage/v1/audit/?kind=card").bearer_auth("demo");
    let audit = json(audit.send().await.expect("the audit log")).await;
    let is_instrument = |record: &&Value| record["outcome"] == "instrument";
    let mut records = audit["results"].as_array().unwrap().iter();
    let record = records.find(is_instrument).expect("a record");
    assert_eq!(record["request_id"], request_id);
    let page = result(&app, &owner, "ORD-1").await.text().await.unwrap();
    let masked = saved["masked_card_number"].as_str().expect("a mask");
    assert!(page.contains(masked), "{page}");
    let foreign = result(&app, &other, "ORD-1").await;
    assert_eq!(
        foreign.status(),
        StatusCode::NOT_FOUND,
        "a receipt is its owner's"
    );
}

#[tokio::test]
async fn the_same_figure_in_another_currency_is_not_charged() {
    let app = shop().await;
    let session = at_the_checkout(&app).await;
    let mut payment = in_three(&app, &session, "").await;
    payment["currency"] = "USD".into();
    let refused = pay(&app, &session, &payment).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert_eq!(json(refused).await["code"], "plan_changed");
    assert_eq!(get(&app, &session, "/shop/api/basket/").await["count"], 1);
}

#[tokio::test]
async fn an_order_number_that_may_be_a_card_number_is_refused() {
    let app = shop().await;
    let session = at_the_checkout(&app).await;
    let page = app.get("/shop/checkout/");
    let page = page.header("cookie", format!("osessionid={session}"));
    let page = page.send().await.unwrap().text().await.unwrap();
    let drawn = page.split_once("data-order=\"").expect("an order").1;
    let digits = drawn.split('"').next().unwrap().trim_start_matches("ORD-");
    assert_eq!(digits.len(), 10, "{digits}");
    let mut payment = in_three(&app, &session, "").await;
    payment["order"] = "ORD-4111111111111111".into();
    let refused = pay(&app, &session, &payment).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn after_a_log_out_a_saved_card_neither_pays_nor_is_shown() {
    let app = shop().await;
    let session = at_the_checkout(&app).await;
    let saved = saved_card(&app, &session).await;
    let mut payment = in_three(&app, &session, "?bin=552879").await;
    payment["saved_card"] = saved["pk"].clone();
    assert_eq!(pay(&app, &session, &payment).await.status(), StatusCode::OK);
    let page = result(&app, &session, "ORD-1").await.text().await.unwrap();
    assert!(page.contains("552879******0008"), "{page}");

    let out = app
        .as_session(&session, Method::POST, "/shop/api/log-out/")
        .await;
    let anonymous = session_of(&out.send().await.unwrap());
    let page = result(&app, &anonymous, "ORD-1").await;
    assert_eq!(page.status(), StatusCode::OK, "the basket is the same");
    let page = page.text().await.unwrap();
    assert!(page.contains("ORD-1") && !page.contains("552879"), "{page}");
    fill(&app, &anonymous).await;
    payment["order"] = "ORD-2".into();
    let refused = pay(&app, &anonymous, &payment).await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
}

/// The customer of a session.
async fn customer_of(app: &TestApp, session: &str) -> i64 {
    let key = Key::Session(SessionId::parse(session).expect("an id").digest());
    match app.state.records.get(Part::Sessions, &key).await {
        Ok(Some(Record::Session(session))) => session.customer.expect("a customer").get(),
        other => panic!("a session, not {other:?}"),
    }
}

#[tokio::test]
async fn an_expired_saved_card_is_refused_and_nothing_is_lost() {
    let app = shop().await;
    let session = at_the_checkout(&app).await;
    let customer = customer_of(&app, &session).await;
    let past = Expiry::new(12, 2020).expect("a month");
    let expired = instrument::save_card(&app, customer, 1, |card| card.expiry = past).await;
    let mut payment = in_three(&app, &session, "?bin=552879").await;
    payment["saved_card"] = expired.into();
    let refused = pay(&app, &session, &payment).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let refused = json(refused).await;
    assert_eq!(refused["code"], "not_offered");
    let detail = refused["detail"].as_str().expect("a sentence");
    assert!(detail.contains("Nothing was charged"), "{detail}");
    assert_eq!(get(&app, &session, "/shop/api/basket/").await["count"], 1);
    let page = result(&app, &session, "ORD-1").await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
}

/// Everything is logged.
#[tokio::test]
async fn no_digits_token_quote_or_session_of_a_payment_is_logged() {
    const DIGITS: &str = "55496037";
    const SESSION: &str = "demo_customer_0000000000000000001";
    let fixture = Fixture::new().await;
    let program = Program::start(&fixture.settings(&[("log.filter", "trace")]));
    let client = client();
    let ask = async |method: Method, path: &str, body: Value, csrf: &str| {
        let request = client.request(method, format!("{}{path}", program.url));
        let request = request.header("cookie", format!("osessionid={SESSION}"));
        let request = request.header("content-type", "application/json");
        let request = request.header("x-csrftoken", csrf);
        request
            .body(body.to_string())
            .send()
            .await
            .expect("an answer")
    };
    let csrf = json(ask(Method::GET, "/csrf_token/", Value::Null, "").await).await;
    let csrf = csrf["csrf_token"].as_str().expect("a token");
    let path = format!("/payments/cards/pre-order/?bin={DIGITS}");
    let listing = json(ask(Method::GET, &path, Value::Null, "").await).await;
    let card = &listing["results"][0];
    let payment = object!({
        "order": "ORD-1", "bin": DIGITS, "card": card["pk"], "installment_count": 1, "currency": "TRY",
        "total_amount": card["installments"][0]["total_amount"].to_string(),
    });
    let paid = ask(Method::POST, "/shop/api/pay/", payment.clone(), csrf).await;
    assert_eq!(paid.status(), StatusCode::OK, "{:?}", paid.text().await);
    let mut wrong = payment;
    wrong["bin"] = "5549603700000000".into();
    let refused = ask(Method::POST, "/shop/api/pay/", wrong, csrf).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    drop(client);
    let log = program.stop().concat();
    assert!(log.contains("answered"), "{log}");
    // "eyJ" begins every signed quote.
    for secret in [DIGITS, SESSION, csrf, "eyJ"] {
        assert!(!log.contains(secret), "{secret} is in {log}");
    }
}
