//! Listings for the card whose first digits a customer has typed.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::app::{CUSTOMER, TestApp, json};

const LISTINGS: [&str; 3] = [
    "/payments/cards/product/1/",
    "/payments/cards/basket/",
    "/payments/cards/pre-order/",
];

async fn get(app: &TestApp, path: &str) -> Response {
    let request = app
        .get(path)
        .header("cookie", format!("osessionid={CUSTOMER}"));
    request.send().await.expect("an answer")
}

async fn listing(app: &TestApp, path: &str) -> Value {
    let response = get(app, path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    json(response).await
}

/// The store's BINs, each of one card.
const BINS: [(&str, i64); 2] = [("552879", 1), ("435508", 5)];

#[tokio::test]
async fn every_listing_has_only_the_cards_that_the_digits_can_mean() {
    let app = TestApp::start().await;
    for (path, (bin, pk)) in LISTINGS
        .into_iter()
        .flat_map(|path| BINS.map(|bin| (path, bin)))
    {
        let whole = listing(&app, path).await;
        let results = whole["results"].as_array().expect("cards");
        let expected: Vec<&Value> = results.iter().filter(|card| card["pk"] == pk).collect();
        assert_eq!(expected.len(), 1, "{path}");
        let restricted = listing(&app, &format!("{path}?bin={bin}")).await;
        let expected = json!({"count": 1, "next": null, "previous": null, "currency": whole["currency"], "results": expected});
        assert_eq!(restricted, expected, "{path}");
        let nothing = listing(&app, &format!("{path}?bin=000000")).await;
        let empty = json!({"count": 0, "next": null, "previous": null, "currency": whole["currency"], "results": []});
        assert_eq!(nothing, empty, "{path}");
    }
}

#[tokio::test]
async fn a_product_is_cached_by_cards_and_has_a_tag_and_codings_of_its_own() {
    let app = TestApp::start().await;
    let path = format!("{}?bin={}", LISTINGS[0], BINS[0].0);
    let (whole, first) = (get(&app, LISTINGS[0]).await, get(&app, &path).await);
    let header = |response: &Response, name: &str| {
        let value = response.headers().get(name).expect("a header");
        value.to_str().expect("text").to_owned()
    };
    assert_ne!(header(&whole, "etag"), header(&first, "etag"));
    for name in ["cache-control", "vary", "content-language"] {
        assert_eq!(header(&whole, name), header(&first, name), "{name}");
    }
    let request = app
        .get(&path)
        .header("if-none-match", header(&first, "etag"));
    let known = request.send().await.expect("an answer");
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    let packed = app.get(&path).header("accept-encoding", "br");
    let packed = packed.send().await.expect("an answer");
    assert_eq!(header(&packed, "content-encoding"), "br");
    // Two digits more can only mean the same card.
    let longer = get(&app, &format!("{path}00")).await;
    assert_eq!(header(&longer, "etag"), header(&first, "etag"));
}

#[tokio::test]
async fn anything_but_six_to_eight_digits_is_refused_and_not_repeated() {
    let app = TestApp::start().await;
    for path in LISTINGS {
        for text in [
            "",
            "55496",
            "554960123",
            "5549600000000004",
            "55496a",
            "%2B554960",
            "554960%20",
            "%D9%A5%D9%A5%D9%A4%D9%A9%D9%A6%D9%A0",
            "554960&bin=554960",
        ] {
            let response = get(&app, &format!("{path}?bin={text}")).await;
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{path} {text}");
            let body = response.text().await.expect("a body");
            assert!(body.contains(r#""errors":{"bin":["#), "{body}");
            assert!(!body.contains("5549"), "{body}");
        }
    }
}

#[tokio::test]
async fn an_unknown_product_stays_unknown() {
    let app = TestApp::start().await;
    let response = get(&app, "/payments/cards/product/999/?bin=554960").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}
