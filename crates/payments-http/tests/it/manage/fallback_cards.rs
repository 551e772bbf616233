//! Cards that stand for all others of their point of sale.

use reqwest::Method;
use serde_json::{Value, json};

use super::running::{Answer, Service};

async fn patch(service: &Service, pk: i64, change: &Value) -> Answer {
    let request = service
        .request(Method::PATCH, &format!("/manage/v1/cards/{pk}/"))
        .header("Content-Type", "application/merge-patch+json");
    Answer::of(request.body(change.to_string())).await
}

async fn listed(service: &Service, bin: &str) -> Vec<Value> {
    let path = format!("/payments/cards/product/1/?bin={bin}");
    let listing = service.get(&path).await.json();
    let cards = listing["results"].as_array().expect("cards");
    cards.iter().map(|card| card["pk"].clone()).collect()
}

#[tokio::test]
async fn a_fallback_is_listed_for_digits_of_no_card_and_is_the_only_one_of_its_point_of_sale() {
    let service = Service::demo().await;
    assert_eq!(listed(&service, "000000").await, [] as [Value; 0]);
    let refused = patch(&service, 1, &json!({"is_fallback": true})).await;
    assert_eq!(refused.status, 400, "{refused:?}");
    let errors = json!({"/bins": ["a fallback card has no BINs"]});
    assert_eq!(refused.json()["errors"], errors);

    let fallback = json!({"is_fallback": true, "bins": []});
    assert_eq!(patch(&service, 1, &fallback).await.status, 200);
    let second = patch(&service, 2, &fallback).await;
    assert_eq!(second.status, 400, "{second:?}");
    let taken = "card 1 (bonus-card) is the fallback of this point of sale too";
    let errors = json!({"/is_fallback": [taken]});
    assert_eq!(second.json()["errors"], errors);

    assert_eq!(listed(&service, "000000").await, [json!(1)]);
    assert_eq!(listed(&service, "557113").await, [json!(2)]);
}

#[tokio::test]
async fn one_document_moves_the_fallback_to_another_card() {
    let service = Service::demo().await;
    let fallback = json!({"is_fallback": true, "bins": []});
    assert_eq!(patch(&service, 2, &fallback).await.status, 200);
    let card = async |pk: i64, is_fallback: bool| {
        let mut card = service.get(&format!("/manage/v1/cards/{pk}/")).await.json();
        card["is_fallback"] = json!(is_fallback);
        card["bins"] = json!([]);
        card
    };
    let document = json!({"cards": [card(1, true).await, card(2, false).await]});
    let answer = service.import(&document).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(listed(&service, "000000").await, [json!(1)]);
}
