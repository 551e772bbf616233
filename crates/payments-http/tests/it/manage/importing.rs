//! Imports and exports.

use payments_http::demo::STORE;
use serde_json::{Value, json};

use super::running::Service;

fn store() -> Value {
    serde_json::from_str(STORE).unwrap()
}

#[tokio::test]
async fn a_document_comes_back_as_it_was_imported_but_for_its_sessions() {
    let service = Service::empty().await;
    let counts = service.import(&store()).await;
    assert_eq!(counts.status, 200, "{counts:?}");
    assert_eq!(counts.json()["cards"], json!({"created": 17, "updated": 0}));
    assert_eq!(
        counts.json()["sessions"],
        json!({"created": 4, "updated": 0})
    );
    let exported = service.export().await;
    assert!(exported.get("sessions").is_none());
    let other = Service::empty().await;
    assert_eq!(other.import(&exported).await.status, 200);
    assert_eq!(other.export().await, exported);
    let again = service.import(&exported).await;
    assert_eq!(again.json()["cards"], json!({"created": 0, "updated": 17}));
    assert_eq!(service.export().await, exported);
    let names = |document: &Value| {
        let cards = document["cards"].as_array().unwrap().iter();
        cards.map(|card| card["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&exported), names(&store()));
}

#[tokio::test]
async fn three_mistakes_are_all_reported_by_pointer_and_nothing_is_written() {
    let service = Service::empty().await;
    let mut document = store();
    document["cards"][0]["installments"][1]["interest_rate"] = json!("-1");
    document["cards"][2]["bank"] = json!(999);
    document["baskets"][0]["customer"] = json!(999);
    let answer = service.import(&document).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    400
    content-type: application/json
    cache-control: no-store
    {"detail":"The document has errors; nothing was saved.","errors":{"/baskets/0/customer":["there is no such object in customers"],"/cards/0/installments/1/interest_rate":["use a percentage from 0 to 1000 with at most 4 fraction digits"],"/cards/2/bank":["there is no such object in banks"]}}
    "#);
    for (part, objects) in service.export().await.as_object().unwrap() {
        assert_eq!(objects, &json!([]), "{part}");
    }
}

#[tokio::test]
async fn what_only_the_store_can_know_is_reported_by_pointer_too() {
    let service = Service::demo().await;
    let before = service.export().await;
    let answer = service
        .import(&json!({
            "banks": [{"pk": 900, "name": "New", "slug": "new"}],
            "baskets": [{"pk": 900, "customer": 7, "currency": "TRY", "total": "1",
                "items": [{"product": 899_999, "quantity": 1, "price": "1"}]}],
        }))
        .await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.json()["errors"],
        json!({"/baskets/0/items/0/product": ["there is no such object in products"]}),
    );
    assert_eq!(service.export().await, before);
}

#[tokio::test]
async fn what_is_not_a_document_is_refused_and_never_repeated() {
    let service = Service::empty().await;
    for body in [
        json!([]),
        json!("4111111111111111"),
        json!({"4111111111111111": 1}),
    ] {
        let answer = service.import(&body).await;
        assert_eq!(answer.status, 400);
        assert!(!answer.body.contains("4111"), "{answer:?}");
    }
}

#[tokio::test]
async fn an_import_is_listed_at_once() {
    let service = Service::demo().await;
    let mut cards = store()["cards"].clone();
    for card in cards.as_array_mut().unwrap() {
        card["is_active"] = json!(card["pk"] == json!(1));
    }
    assert_eq!(service.import(&json!({"cards": cards})).await.status, 200);
    let listing = service.get("/payments/cards/product/1/").await.json();
    assert_eq!(listing["count"], json!(1));
    assert_eq!(listing["results"][0]["slug"], json!("bonus-card"));
}
