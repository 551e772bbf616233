//! The figures of a quote are those of the listing, byte for byte.

use bigdecimal::BigDecimal;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{put, quote, send, service};
use crate::app::{CUSTOMER, TestApp};

/// A listing whose numbers are kept as they are written.
#[derive(Deserialize)]
struct Listing {
    results: Vec<Card>,
}

#[derive(Deserialize)]
struct Card {
    pk: i64,
    installments: Vec<Plan>,
}

#[derive(Deserialize)]
struct Plan {
    pk: i64,
    installment_count: u8,
    amount: Box<RawValue>,
    interest_rate: Box<RawValue>,
    interest_amount: Box<RawValue>,
    total_amount: Box<RawValue>,
    single_installment_amount: Box<RawValue>,
}

async fn listing(app: &TestApp, path: &str, session: &str) -> Listing {
    let request = app
        .get(path)
        .header("cookie", format!("osessionid={session}"));
    let response = request.send().await.expect("an answer");
    let body = response.text().await.expect("a body");
    serde_json::from_str(&body).unwrap_or_else(|_| panic!("a listing, not {body}"))
}

fn decimal(text: &str) -> BigDecimal {
    text.parse().expect("a decimal")
}

/// The quote has the listing's texts, and its schedule sums to its total.
fn same_figures(quote: &Value, plan: &Plan) {
    for (name, listed) in [
        ("amount", &plan.amount),
        ("interest_rate", &plan.interest_rate),
        ("interest_amount", &plan.interest_amount),
        ("total_amount", &plan.total_amount),
        ("single_installment_amount", &plan.single_installment_amount),
    ] {
        assert_eq!(quote[name].as_str(), Some(listed.get()), "{name}: {quote}");
    }
    assert_eq!(quote["plan"], json!(plan.pk));
    assert_eq!(quote["installment_count"], json!(plan.installment_count));
    let schedule = quote["schedule"].as_array().expect("a schedule");
    assert_eq!(schedule.len(), usize::from(plan.installment_count));
    let parts = schedule.iter().map(|part| part.as_str().expect("a part"));
    let sum: BigDecimal = parts.map(decimal).sum();
    assert_eq!(sum, decimal(plan.total_amount.get()), "{quote}");
}

/// Quotes every plan of a listing; returns how many have a negative rate, and how many there are.
async fn quote_all(app: &TestApp, path: &str, session: &str, purchase: &Value) -> (usize, usize) {
    let (mut negative, mut all) = (0, 0);
    for card in listing(app, path, session).await.results {
        for plan in card.installments {
            let mut body = purchase.clone();
            body["choice"] = json!({"card": card.pk, "installment_count": plan.installment_count});
            let quote = quote(app, &body).await;
            assert_eq!(quote["card"], json!(card.pk));
            same_figures(&quote, &plan);
            negative += usize::from(plan.interest_rate.get().starts_with('-'));
            all += 1;
        }
    }
    (negative, all)
}

/// Quotes every plan of the listings that quotes exist for: those of the session's basket and pre-order.
async fn quote_everything(app: &TestApp, session: &str) -> (usize, usize) {
    let mut sums = (0, 0);
    for context in ["basket", "pre-order"] {
        let purchase = json!({"session": session, "context": context});
        let path = format!("/payments/cards/{context}/");
        let (negative, all) = quote_all(app, &path, session, &purchase).await;
        assert!(all > 0, "{path}");
        sums = (sums.0 + negative, sums.1 + all);
    }
    sums
}

async fn import(app: &TestApp, document: &Value) {
    let written = send(app, reqwest::Method::POST, "import/", document).await;
    assert_eq!(written.status().as_u16(), 200, "{written:?}");
}

#[tokio::test]
async fn every_plan_of_the_demo_store_is_quoted_as_it_is_listed() {
    let app = service(&[("demo.enabled", "true")]).await;
    let (_, all) = quote_everything(&app, payments_demo::CUSTOMER_SESSION).await;
    assert!(all > 20, "{all}");
}

/// Each product alone in the basket of the demo's customer.
#[tokio::test]
async fn every_plan_of_every_demo_product_is_quoted_as_it_is_listed() {
    let app = service(&[("demo.enabled", "true")]).await;
    let session = payments_demo::CUSTOMER_SESSION;
    let store: Value = serde_json::from_str(payments_demo::STORE).expect("the store");
    let purchase = json!({"session": session, "context": "basket"});
    let mut quoted = 0;
    for product in store["products"].as_array().expect("products") {
        let (pk, price) = (&product["pk"], &product["price"]);
        let basket = json!({"customer": 7, "currency": product["currency"], "total": price,
            "items": [{"product": pk, "quantity": 1, "price": price}]});
        put(&app, "baskets/9/", &basket).await;
        let path = "/payments/cards/basket/";
        let (_, all) = quote_all(&app, path, session, &purchase).await;
        assert!(all > 0, "{product}");
        quoted += 1;
    }
    assert_eq!(quoted, 30, "the demo's products");
}

#[tokio::test]
async fn every_plan_with_a_discount_is_quoted_as_it_is_listed() {
    let app = service(&[]).await;
    let plan = |pk: i64, count: u8, rate: &str| json!({"pk": pk, "installment_count": count, "interest_rate": rate, "is_active": true});
    let card = json!({"pk": 8, "name": "Discount", "slug": "discount", "card_payment_type": "credit", "bank": 1,
        "card_type": 1, "pos": 1, "sort_order": 5, "is_active": true, "installments": [
            plan(81, 1, "-3.5"), plan(82, 2, "-0.0001"), plan(83, 3, "-33.3333"), plan(84, 7, "-50"), plan(85, 12, "1.9")]});
    import(&app, &json!({"cards": [card]})).await;
    let (negative, all) = quote_everything(&app, CUSTOMER).await;
    assert!(negative == 8 && all > negative, "{negative} of {all}");
}
