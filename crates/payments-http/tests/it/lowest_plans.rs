//! The lowest plans of many products in one request.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::app::{TestApp, json};

const PATH: &str = "/payments/cards/products/";

async fn get(app: &TestApp, query: &str) -> Response {
    let request = app.get(&format!("{PATH}{query}"));
    request.send().await.expect("an answer")
}

async fn products(app: &TestApp, query: &str) -> Vec<i64> {
    let page = json(get(app, query).await).await;
    let results = page["results"].as_array().expect("products");
    assert_eq!(page["count"], results.len(), "{query}");
    let pk = |one: &Value| one["product"].as_i64().expect("a key");
    results.iter().map(pk).collect()
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    let value = response.headers().get(name)?;
    Some(value.to_str().expect("text"))
}

/// The lowest plan of a listing, by comparing all of its plans.
fn lowest_of(listing: &Value) -> Value {
    let cards = listing["results"].as_array().expect("cards");
    let plans = cards.iter().flat_map(|card| {
        let plans = card["installments"].as_array().expect("plans");
        plans.iter().map(move |plan| (card, plan))
    });
    let amount = |plan: &Value, name: &str| plan[name].as_f64().expect("an amount");
    let figures =
        |plan| ["single_installment_amount", "total_amount"].map(|name| amount(plan, name));
    let (card, plan) = plans
        .reduce(|one, other| {
            if figures(other.1) < figures(one.1) {
                other
            } else {
                one
            }
        })
        .expect("a plan");
    let mut card = card.clone();
    card.as_object_mut().expect("a card").remove("installments");
    json!({
        "card": card, "installment_count": plan["installment_count"], "interest_rate": plan["interest_rate"],
        "single_installment_amount": plan["single_installment_amount"], "total_amount": plan["total_amount"],
    })
}

#[tokio::test]
async fn each_product_has_the_lowest_plan_of_its_listing_in_the_order_asked() {
    let app = TestApp::start().await;
    let page = json(get(&app, "?pk=4,3,6,1").await).await;
    // The third product is inactive, and the sixth costs nothing.
    let gift = json!({"product": 6, "amount": 0.0, "currency": "TRY", "lowest": null});
    let mut expected = Vec::new();
    for (pk, currency) in [(4, "JPY"), (1, "TRY")] {
        let listing = app.get(&format!("/payments/cards/product/{pk}/"));
        let listing = json(listing.send().await.expect("an answer")).await;
        let amount = &listing["results"][0]["installments"][0]["amount"];
        expected.push(json!({
            "product": pk, "amount": amount, "currency": currency, "lowest": lowest_of(&listing),
        }));
    }
    expected.insert(1, gift);
    assert_eq!(page, json!({"count": 3, "results": expected}));
}

#[tokio::test]
async fn keys_may_be_repeated_and_unknown_ones_are_absent() {
    let app = TestApp::start().await;
    for (query, expected) in [
        ("?pk=2,1", vec![2, 1]),
        ("?pk=2&pk=1", vec![2, 1]),
        ("?pk=2,1&pk=2,1,2", vec![2, 1]),
        ("?pk=2%2C1&colour=red", vec![2, 1]),
        ("?pk=9223372036854775807,1", vec![1]),
        ("?pk=999999", vec![]),
    ] {
        assert_eq!(products(&app, query).await, expected, "{query}");
    }
    let without_slash = app.get("/payments/cards/products?pk=1");
    let without_slash = without_slash.send().await.expect("an answer");
    assert_eq!(without_slash.status(), StatusCode::OK);
}

#[tokio::test]
async fn anything_but_one_to_a_hundred_keys_is_refused_and_not_repeated() {
    let app = TestApp::start().await;
    let list = |count: i64| {
        let keys: Vec<_> = (1..=count).map(|pk| pk.to_string()).collect();
        format!("?pk={}", keys.join(","))
    };
    assert_eq!(get(&app, &list(100)).await.status(), StatusCode::OK);
    let repeated = format!("{}&pk=100,99,98", list(100));
    assert_eq!(get(&app, &repeated).await.status(), StatusCode::OK);
    let too_many = list(101);
    for query in [
        "",
        "?",
        "?pk=",
        "?pk=,",
        "?pk=1,",
        "?pk=1,,2",
        "?pk=0",
        "?pk=-7",
        "?pk=%2B7",
        "?pk=007",
        "?pk=7e1",
        "?pk=1, 7",
        "?pk=7drop",
        "?pk=%D9%A7",
        "?pk=77777777777777777777",
        "?pk=1&pk=x7",
        "?PK=7",
        &too_many,
    ] {
        let response = get(&app, query).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(header(&response, "cache-control"), Some("no-store"));
        let body = response.text().await.expect("a body");
        assert!(body.contains(r#""errors":{"pk":["#), "{query}: {body}");
        assert!(!body.contains('7'), "{query}: {body}");
    }
}

#[tokio::test]
async fn it_is_public_conditional_compressed_and_the_same_in_every_language() {
    let app = TestApp::start().await;
    let first = get(&app, "?pk=1,2").await;
    assert_eq!(header(&first, "vary"), Some("Accept-Encoding"));
    assert_eq!(header(&first, "content-language"), None);
    assert_eq!(header(&first, "cache-control"), Some("public, max-age=1"));
    assert_eq!(header(&first, "access-control-allow-origin"), Some("*"));
    let tag = header(&first, "etag").expect("a tag").to_owned();
    let first = first.text().await.expect("a body");
    let ask = |name: &'static str, value: &str| {
        let request = app.get(&format!("{PATH}?pk=1,2")).header(name, value);
        async { request.send().await.expect("an answer") }
    };
    for language in ["ar", "ru"] {
        let other = ask("accept-language", language).await;
        assert_eq!(header(&other, "etag"), Some(&*tag));
        assert_eq!(other.text().await.expect("a body"), first);
    }
    let known = ask("if-none-match", &tag).await;
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(known.text().await.expect("a body"), "");
    for coding in ["br", "gzip"] {
        let encoded = ask("accept-encoding", coding).await;
        assert_eq!(header(&encoded, "content-encoding"), Some(coding));
        assert_eq!(header(&encoded, "etag"), Some(&*tag));
    }
    let head = app.request(reqwest::Method::HEAD, &format!("{PATH}?pk=1,2"));
    let head = head.send().await.expect("an answer");
    assert_eq!(
        (head.status(), header(&head, "etag")),
        (StatusCode::OK, Some(&*tag))
    );
    let reversed = get(&app, "?pk=2,1").await;
    assert_ne!(header(&reversed, "etag"), Some(&*tag));
}
