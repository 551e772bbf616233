//! Changes of a point of sale that has saved cards.

use reqwest::Method;
use serde_json::{Value, json};

use super::running::Service;
use crate::app::{CUSTOMER, TestApp, json as body_of};
use crate::saved_cards::saved;

/// The point of sale of all the store's saved cards, with these changes.
fn pos(changes: &Value) -> Value {
    let mut pos = json!({"pk": 1, "name": "Sandbox", "slug": "sandbox", "gateway": "sandbox", "is_active": true, "config": {}});
    for (name, value) in changes.as_object().unwrap() {
        pos[name] = value.clone();
    }
    pos
}

/// A second service on the same database.
async fn manager(app: &TestApp) -> Service {
    Service::over(super::running::settings(app.fixture(), false)).await
}

async fn listed(app: &TestApp) -> usize {
    let list = app
        .as_session(CUSTOMER, Method::GET, "/payments/stored-cards/")
        .await;
    let list = body_of(list.send().await.unwrap()).await;
    list["results"].as_array().unwrap().len()
}

#[tokio::test]
async fn neither_the_gateway_nor_an_accounts_settings_go_while_a_card_belongs_to_them() {
    let app = TestApp::start().await;
    saved(&app).await;
    let service = manager(&app).await;
    let before = service.get("/manage/v1/pos/1/").await.json();

    let gateway = pos(&json!({"gateway": "masterpass-test"}));
    let answer = service.put("/manage/v1/pos/1/", &gateway).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    409
    content-type: application/json
    cache-control: no-store
    {"code":"still_in_use","detail":"This cannot be changed because saved cards or tokens belong to it.","errors":{"/customers/7/saved-cards/1":["this belongs to it"],"/gateway":["this cannot be changed while saved cards or tokens belong to it"]}}
    "#);
    let account = pos(&json!({"config": {"account": "new"}}));
    let answer = service.put("/manage/v1/pos/1/", &account).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    409
    content-type: application/json
    cache-control: no-store
    {"code":"still_in_use","detail":"This cannot be changed because saved cards or tokens belong to it.","errors":{"/config/accounts":["saved cards or tokens belong to the account main: keep its settings here"],"/customers/7/saved-cards/1":["this belongs to it"]}}
    "#);

    let both = [
        (gateway, "/pos/0/gateway"),
        (account, "/pos/0/config/accounts"),
    ];
    for (changed, pointer) in both {
        let answer = service.import(&json!({ "pos": [changed] })).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        let errors = answer.json()["errors"].clone();
        let pointers: Vec<_> = errors.as_object().unwrap().keys().cloned().collect();
        assert_eq!(pointers, [pointer]);
    }
    assert_eq!(service.get("/manage/v1/pos/1/").await.json(), before);
    assert_eq!(listed(&app).await, 1);
}

#[tokio::test]
async fn a_point_of_sale_moves_to_another_account_and_keeps_the_settings_of_the_former_one() {
    let app = TestApp::start().await;
    saved(&app).await;
    let service = manager(&app).await;
    let moved = pos(&json!({"config": {"account": "new", "accounts": {"main": {}}}}));
    let answer = service.put("/manage/v1/pos/1/", &moved).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["config"], moved["config"]);
    assert_eq!(listed(&app).await, 0, "its cards cannot be charged there");

    let without = pos(&json!({"config": {"account": "new"}}));
    let answer = service.put("/manage/v1/pos/1/", &without).await;
    assert_eq!(answer.status, 409, "{answer:?}");
    let back = pos(&json!({"config": {}}));
    let answer = service.put("/manage/v1/pos/1/", &back).await;
    assert_eq!(
        answer.status, 200,
        "nothing belongs to the new account: {answer:?}"
    );
    assert_eq!(listed(&app).await, 1);
}
