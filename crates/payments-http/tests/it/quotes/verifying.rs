//! Quotes verified after something changed.

use payments_core::quotes::QuoteClaims;
use reqwest::Method;
use serde_json::{Value, json};

use super::{of_basket, put, quote, send, service, text, verify};
use crate::app::TestApp;

fn basket(total: &str, quantity: u32) -> Value {
    json!({"customer": 7, "currency": "TRY", "total": total, "items": [{"product": 1, "quantity": quantity, "price": "649.95"}]})
}

async fn status(app: &TestApp, quote: &Value) -> Value {
    verify(app, text(quote)).await["status"].clone()
}

#[tokio::test]
async fn a_quote_is_valid_as_long_as_nothing_changes() {
    let app = service(&[]).await;
    let quote = quote(&app, &of_basket(3)).await;
    let verified = verify(&app, text(&quote)).await;
    assert_eq!(verified, json!({"status": "valid", "details": {}}));
}

#[tokio::test]
async fn a_changed_basket_is_named_by_what_changed() {
    let app = service(&[]).await;
    let quote = quote(&app, &of_basket(3)).await;
    put(&app, "baskets/1/", &basket("1949.85", 3)).await;
    let verified = verify(&app, text(&quote)).await;
    assert_eq!(
        verified,
        json!({"status": "purchase_changed", "details": {"changed": ["amount", "items"]}})
    );
    put(&app, "baskets/1/", &basket("1299.90", 2)).await;
    assert_eq!(status(&app, &quote).await, json!("valid"));
}

#[tokio::test]
async fn another_rate_changes_the_figures_and_a_rule_or_a_pos_ends_the_offer() {
    let app = service(&[]).await;
    let quote = quote(&app, &of_basket(3)).await;
    let rule = |then: Value| json!({"name": "New", "when": {"card": ["bonus-card"]}, "then": then});
    put(&app, "rules/new/", &rule(json!({"replace_rate": "10"}))).await;
    let verified = verify(&app, text(&quote)).await;
    assert_eq!(verified["status"], json!("figures_changed"));
    let rate = |which: &str| verified["details"][which]["interest_rate"].clone();
    assert_eq!((rate("old"), rate("new")), (json!("5"), json!("10")));
    put(&app, "rules/new/", &rule(json!({"cap_installments": 2}))).await;
    let verified = verify(&app, text(&quote)).await;
    assert_eq!(verified["status"], json!("no_longer_offered"));
    assert_eq!(
        verified["details"]["left_out"][0]["reason"]["rule"],
        json!("new")
    );
    let deleted = send(&app, Method::DELETE, "rules/new/", &Value::Null).await;
    assert_eq!(deleted.status().as_u16(), 204);
    assert_eq!(status(&app, &quote).await, json!("valid"));
    put(
        &app,
        "pos/1/",
        &json!({"name": "Sandbox", "slug": "sandbox", "gateway": "sandbox", "is_active": false}),
    )
    .await;
    let verified = verify(&app, text(&quote)).await;
    assert_eq!(verified["status"], json!("no_longer_offered"));
    let reasons = verified["details"]["left_out"].as_array().expect("reasons");
    assert!(
        reasons
            .iter()
            .any(|one| one["reason"]["fact"] == "pos_inactive"),
        "{verified}"
    );
}

#[tokio::test]
async fn times_issuer_and_purchase_of_a_signed_quote_are_checked() {
    let app = service(&[]).await;
    let quote = quote(&app, &of_basket(3)).await;
    let claims: QuoteClaims = app.state.quote_keys.open(text(&quote)).expect("our claims");
    let verified = async |change: &dyn Fn(&mut QuoteClaims)| {
        let mut changed = claims.clone();
        change(&mut changed);
        let signed = app.state.quote_keys.sign(&changed).expect("a quote");
        verify(&app, &signed).await["status"].clone()
    };
    let now = app.state.clock.now().timestamp();
    assert_eq!(verified(&|_| {}).await, json!("valid"));
    assert_eq!(verified(&|claims| claims.exp = now).await, json!("expired"));
    assert_eq!(
        verified(&|claims| claims.iat = now + 30).await,
        json!("valid")
    );
    assert_eq!(
        verified(&|claims| claims.iat = now + 120).await,
        json!("not_ours")
    );
    assert_eq!(
        verified(&|claims| claims.iss.push('x')).await,
        json!("not_ours")
    );
    // The quote of one basket does not pay another, and an expired quote is expired whatever else is wrong.
    assert_eq!(
        verified(&|claims| claims.pk = 77).await,
        json!("no_longer_offered")
    );
    let of_neighbour =
        |claims: &mut QuoteClaims| (claims.pk, claims.sub) = (2, Some("8".to_owned()));
    assert_eq!(verified(&of_neighbour).await, json!("no_longer_offered"));
    assert_eq!(
        verified(&|claims| (claims.pk, claims.exp) = (77, now - 1)).await,
        json!("expired")
    );
    let other_claims = app
        .state
        .quote_keys
        .sign(&json!({"iss": claims.iss, "exp": claims.exp}))
        .expect("a JWS");
    assert_eq!(
        verify(&app, &other_claims).await["status"],
        json!("not_ours")
    );
}

#[tokio::test]
async fn no_text_of_a_stranger_is_ours_and_none_is_echoed() {
    let app = service(&[]).await;
    let stranger = service(&[]).await;
    let foreign = quote(&stranger, &of_basket(3)).await;
    let long = "a".repeat(10_240);
    for text in [
        "",
        "a.b.c",
        "eyJhbGciOiJub25lIn0.e30.",
        &long,
        text(&foreign),
    ] {
        let verified = verify(&app, text).await;
        assert_eq!(verified, json!({"status": "not_ours", "details": {}}));
    }
    for body in [
        json!({}),
        json!({"quote": 1}),
        json!({"quote": "a", "x": 1}),
    ] {
        let refused = send(&app, Method::POST, "quotes/verify/", &body).await;
        assert_eq!(refused.status().as_u16(), 400, "{body}");
    }
}
