//! Why something is not offered.

use serde_json::{Value, json};

use super::running::Service;

async fn explain(service: &Service, query: &str) -> Value {
    let answer = service.get(&format!("/manage/v1/explain/?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {answer:?}");
    answer.json()
}

fn left_out<'e>(explained: &'e Value, what: &str) -> Vec<&'e Value> {
    let all = explained["left_out"].as_array().unwrap().iter();
    all.filter(|one| one["what"] == json!(what)).collect()
}

#[tokio::test]
async fn the_listing_is_the_customers_own() {
    let service = Service::demo().await;
    let explained = explain(&service, "context=product&pk=1&language=en").await;
    assert_eq!(
        explained["listing"],
        service.get("/payments/cards/product/1/").await.json()
    );
    assert_eq!(
        (&explained["amount"], &explained["currency"]),
        (&json!("19.49"), &json!("TRY"))
    );
    let turkish = explain(&service, "context=product&pk=1").await;
    assert_eq!(
        turkish["listing"]["results"][0]["installments"][0]["label"],
        json!("Tek Çekim")
    );
}

#[tokio::test]
async fn bullion_has_no_installments_and_a_rule_says_so() {
    let service = Service::demo().await;
    let explained = explain(&service, "context=product&pk=11&language=en").await;
    for card in explained["listing"]["results"].as_array().unwrap() {
        let counts: Vec<&Value> = card["installments"]
            .as_array()
            .unwrap()
            .iter()
            .map(|plan| &plan["installment_count"])
            .collect();
        assert_eq!(counts, [&json!(1)], "{card}");
    }
    let plans = left_out(&explained, "plan");
    let capped: Vec<&&Value> = plans
        .iter()
        .filter(|plan| plan["reason"]["kind"] == json!("rule"))
        .collect();
    assert!(!capped.is_empty());
    for plan in capped {
        assert_eq!(
            plan["reason"]["effect"],
            json!("cap_installments"),
            "{plan}"
        );
        assert_eq!(plan["reason"]["limit"], json!("1"), "{plan}");
        assert!(
            plan["reason"]["rule"].is_string() && plan["reason"]["name"].is_string(),
            "{plan}"
        );
    }
}

#[tokio::test]
async fn facts_are_named_where_no_rule_did_it() {
    let service = Service::demo().await;
    let explained = explain(&service, "context=basket&pk=9&language=en").await;
    let facts: Vec<(&Value, &Value)> = left_out(&explained, "payment_option")
        .iter()
        .map(|one| (&one["payment_option"], &one["reason"]["fact"]))
        .collect();
    assert!(
        facts.contains(&(&json!("masterpass"), &json!("not_credit_card"))),
        "{facts:?}"
    );
    assert!(
        facts.contains(&(&json!("bank-transfer"), &json!("inactive"))),
        "{facts:?}"
    );
    let empty = explain(&service, "context=basket&pk=12").await;
    assert_eq!(empty["listing"]["count"], json!(0));
    assert_eq!(
        left_out(&empty, "purchase")[0]["reason"]["fact"],
        json!("no_items")
    );
    let pre_order = explain(&service, "context=pre-order&pk=4").await;
    assert_eq!(pre_order["amount"], json!("6939.50"));
}

#[tokio::test]
async fn a_price_too_large_for_installments_shows_the_single_payment_and_says_why() {
    let service = Service::demo().await;
    let product = json!({"name": "Everything", "price": "92233720368547758.07", "currency": "TRY", "is_active": true});
    let answer = service.put("/manage/v1/products/900001/", &product).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let explained = explain(&service, "context=product&pk=900001&language=en").await;
    let answer = service.get("/payments/cards/product/900001/").await;
    let listing = answer.json();
    assert_eq!(explained["listing"], listing);
    let cards = listing["results"].as_array().unwrap();
    assert!(!cards.is_empty());
    for card in cards {
        assert_eq!(card["installments"][0]["installment_count"], json!(1));
    }
    // Read as text: parsing numbers as floating point would lose the last digits.
    let totals = answer.body.matches("\"total_amount\":").count();
    let exact = "\"total_amount\":92233720368547758.07";
    assert_eq!(answer.body.matches(exact).count(), totals);
    let too_large = left_out(&explained, "plan")
        .into_iter()
        .find(|plan| plan["reason"]["fact"] == json!("figures_too_large"))
        .unwrap();
    assert_eq!(
        too_large["reason"]["detail"],
        json!("the amount is too large to compute its total")
    );
}

#[tokio::test]
async fn questions_about_nothing_are_refused() {
    let service = Service::demo().await;
    let answer = service
        .get("/manage/v1/explain/?context=shop&pk=007&language=xx")
        .await;
    insta::assert_snapshot!(answer.shown(), @r#"
    400
    content-type: application/json
    cache-control: no-store
    {"code":"validation_failed","detail":"Some of the information is missing or incorrect. Please check it.","errors":{"context":["use basket, pre-order or product"],"language":["use tr, en, ar, ru, de or fr"],"pk":["use a positive integer"]}}
    "#);
    for context in ["basket", "pre-order", "product"] {
        let path = format!("/manage/v1/explain/?context={context}&pk=900000");
        assert_eq!(service.get(&path).await.status, 404, "{context}");
    }
}

#[tokio::test]
async fn with_digits_every_card_that_they_cannot_mean_is_left_out_for_them() {
    let service = Service::demo().await;
    let explained = explain(&service, "context=product&pk=1&language=en&bin=55711300").await;
    let listed = service.get("/payments/cards/product/1/?bin=55711300").await;
    assert_eq!(explained["listing"], listed.json());
    assert_eq!(
        explained["listing"]["results"][0]["slug"],
        json!("axess-card")
    );
    let bonus = left_out(&explained, "card").into_iter();
    let bonus: Vec<&Value> = bonus
        .filter(|card| card["card_slug"] == json!("bonus-card"))
        .collect();
    assert_eq!(bonus.len(), 1, "{bonus:?}");
    assert_eq!(bonus[0]["reason"]["fact"], json!("other_digits"));
    let refused = service
        .get("/manage/v1/explain/?context=product&pk=1&bin=557113001")
        .await;
    assert_eq!(refused.status, 400, "{refused:?}");
    assert_eq!(
        refused.json()["errors"],
        json!({"bin": ["use the first 6 to 8 digits"]})
    );
    assert!(!refused.body.contains("5571"), "{refused:?}");
}
