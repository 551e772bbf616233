//! Listings of baskets, pre-orders and products.

use serde_json::Value;

use crate::app::{CUSTOMER, NEIGHBOUR, TestApp, author, json};

async fn listing(app: &TestApp, path: &str, session: Option<&str>) -> Value {
    let mut request = app.get(path);
    if let Some(session) = session {
        request = request.header("cookie", format!("osessionid={session}"));
    }
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 200, "{path} {session:?}");
    json(response).await
}

#[tokio::test]
async fn the_recorded_figures_come_out_to_the_digit() {
    let app = TestApp::start().await;
    let text = app
        .get("/payments/cards/product/1/")
        .send()
        .await
        .expect("an answer");
    let text = text.text().await.expect("a body");
    for figures in [
        r#""interest_rate":0,"label":"Tek Çekim","is_active":true,"amount":19.49,"interest_amount":0.00,"total_amount":19.49,"single_installment_amount":19.49}"#,
        r#""interest_rate":1,"label":"2 Taksit","is_active":true,"amount":19.49,"interest_amount":0.20,"total_amount":19.69,"single_installment_amount":9.85}"#,
        r#""interest_rate":5,"label":"3 Taksit","is_active":true,"amount":19.49,"interest_amount":0.98,"total_amount":20.47,"single_installment_amount":6.83}"#,
        r#""interest_rate":12.3456,"#,
    ] {
        assert!(text.contains(figures), "{figures} is not in {text}");
    }
}

#[tokio::test]
async fn rounding_is_a_setting() {
    let app = TestApp::start_with(&[("pricing.rounding", "half_up")]).await;
    let body = listing(&app, "/payments/cards/product/1/", None).await;
    assert_eq!(
        body["results"][0]["installments"][1]["interest_amount"].to_string(),
        "0.19"
    );
}

#[tokio::test]
async fn a_listing_without_a_purchase_is_empty() {
    let app = TestApp::start().await;
    let without = [
        None,
        Some("no_items_session_0000000000000001"),
        Some("no_total_session_0000000000000001"),
        Some("expired_session_00000000000000001"),
        Some("unknown_session_00000000000000001"),
        Some("short"),
        Some("bad-alphabet-session-00000000000000"),
        Some(""),
    ];
    for session in without {
        for path in ["/payments/cards/basket/", "/payments/cards/pre-order/"] {
            let mut body = listing(&app, path, session).await;
            // An empty basket has a currency.
            let members = body.as_object_mut().expect("a listing");
            let currency = members.remove("currency");
            assert!(currency.is_none_or(|currency| currency == "TRY"));
            assert_eq!(
                body.to_string(),
                r#"{"count":0,"next":null,"previous":null,"results":[]}"#,
                "{path} {session:?}"
            );
        }
    }
    let body = listing(&app, "/payments/cards/pre-order/", Some(NEIGHBOUR)).await;
    assert_eq!(body["count"], 0);
    let body = listing(&app, "/payments/cards/product/6/", None).await;
    assert_eq!(body["count"], 0);
}

#[tokio::test]
async fn rules_see_what_is_in_the_basket() {
    let app = TestApp::start().await;
    let body = listing(&app, "/payments/cards/basket/", Some(NEIGHBOUR)).await;
    assert_eq!(body["count"], 2);
    for card in body["results"].as_array().expect("cards") {
        assert_eq!(
            card["installments"].as_array().expect("plans").len(),
            1,
            "{card}"
        );
    }
}

#[tokio::test]
async fn an_amount_too_large_for_its_interest_lists_only_what_has_none() {
    let app = TestApp::start().await;
    let body = listing(&app, "/payments/cards/product/5/", None).await;
    let cards = body["results"].as_array().expect("cards");
    assert!(!cards.is_empty());
    for card in cards {
        let plans = card["installments"].as_array().expect("plans");
        assert_eq!(plans[0]["installment_count"], 1, "{card}");
        assert!(
            plans.iter().all(|plan| plan["interest_rate"] == 0),
            "{card}"
        );
    }
}

#[tokio::test]
async fn only_a_plain_primary_key_is_a_product() {
    let app = TestApp::start().await;
    let long = "1".repeat(10_240);
    let keys = [
        "0",
        "3",
        "+5",
        "-5",
        "007",
        "1e3",
        "1.0",
        "%31%00",
        "%2B5",
        "%D9%A1",
        "%EF%BC%95",
        "abc",
        "9223372036854775808",
        "99999999999999999999",
        "%20",
        "%FF",
        "1%2F",
        "..",
        long.as_str(),
    ];
    for key in keys {
        let url = format!("/payments/cards/product/{key}/");
        let response = app.get(&url).send().await.expect("an answer");
        assert_eq!(response.status(), 404, "{key}");
        assert_eq!(
            response.headers()["content-type"],
            "application/json",
            "{key}"
        );
        let text = response.text().await.expect("a body");
        assert!(text.starts_with(r#"{"code":""#), "{key}: {text}");
        assert!(
            !text.contains(key) || key == "0" || key == "3",
            "{key}: {text}"
        );
    }
}

#[tokio::test]
async fn labels_and_errors_are_in_the_callers_language() {
    let app = TestApp::start().await;
    let cases = [
        ("tr", "Tek Çekim"),
        ("tr-tr", "Tek Çekim"),
        ("en-us,en;q=0.9", "Single payment"),
        ("fr;q=0.2, ru;q=0.9", "Одним платежом"),
        ("undefined", "Tek Çekim"),
        ("*", "Tek Çekim"),
        ("", "Tek Çekim"),
    ];
    for (header, label) in cases {
        let request = app
            .get("/payments/cards/product/1/")
            .header("accept-language", header);
        let body = json(request.send().await.expect("an answer")).await;
        assert_eq!(
            body["results"][0]["installments"][0]["label"], label,
            "{header:?}"
        );
        // The merchant's own label is used in its language only.
        let own = &body["results"][0]["installments"][2]["label"];
        let is_own = own.as_str().is_some_and(|own| own.contains("easy"));
        assert_eq!(is_own, header.starts_with("en"), "{header:?}");
    }
}

#[tokio::test]
async fn a_changed_catalog_is_listed() {
    let app = TestApp::start().await;
    let mut card = app.state.snapshots.current().catalog.cards()[1].clone();
    card.is_active = false;
    let change = payments_core::record::Change {
        upserts: vec![payments_core::record::Record::Card(card)],
        ..payments_core::record::Change::default()
    };
    app.state
        .records
        .apply(&change, author())
        .await
        .expect("a change");
    // Like another replica's watcher.
    app.state.snapshots.refresh().await.expect("a catalog");
    let body = listing(&app, "/payments/cards/basket/", Some(CUSTOMER)).await;
    assert_eq!(body["count"], 1);
}
