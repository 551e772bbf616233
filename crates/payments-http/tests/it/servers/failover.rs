//! Saving a card on a Redis Cluster, and on a Redis that fails over meanwhile.

use std::time::Duration;

use payments_store::testing::{OwnServers, named};
use serde_json::json;

use crate::app::{CUSTOMER, GOOD_NUMBER, PHONE, TestApp};
use crate::setup::Fixture;

const CARD: &str = "/payments/stored-cards/card/";
const PHONE_NUMBER: &str = "/payments/stored-cards/phone-number/";
const OTP: &str = "/payments/stored-cards/otp/";

async fn begin(app: &TestApp) -> String {
    let card = json!({
        "card_holder": "Ayşe Yılmaz", "card_number": GOOD_NUMBER, "card_month": "12", "card_year": "2035",
        "card_cvv": "123", "consent": true,
    });
    assert_eq!(app.post(CUSTOMER, CARD, card).await.status(), 204);
    let phone = json!({ "phone_number": PHONE });
    let sent = app.post(CUSTOMER, PHONE_NUMBER, phone).await;
    assert_eq!(sent.status(), 204);
    app.newest_code(PHONE)
}

async fn submit(app: &TestApp, code: &str) -> u16 {
    let answer = app.post(CUSTOMER, OTP, json!({ "otp": code })).await;
    answer.status().as_u16()
}

/// Submits and retries like a front end.
async fn submit_until_answered(app: &TestApp, code: &str) -> u16 {
    for _ in 0..120 {
        match submit(app, code).await {
            503 => tokio::time::sleep(Duration::from_millis(250)).await,
            status => return status,
        }
    }
    503
}

async fn on(redis: &str) -> TestApp {
    let settings = [("otp.codes_per_phone_hour", "1000")];
    TestApp::start_on(Fixture::on_servers(redis).await, &settings).await
}

#[tokio::test]
async fn a_card_is_saved_on_a_cluster() {
    let app = on(&named("PAYMENTS_TEST_REDIS_CLUSTER_URL")).await;
    let code = begin(&app).await;
    for _ in 0..2 {
        assert_eq!(submit(&app, &code).await, 200);
    }
    assert_eq!(app.live_tokens().await, 1);
}

#[tokio::test]
async fn a_card_is_saved_behind_sentinels() {
    let app = on(&named("PAYMENTS_TEST_REDIS_SENTINEL_URL")).await;
    let code = begin(&app).await;
    assert_eq!(submit(&app, &code).await, 200);
    assert_eq!(app.live_tokens().await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flow_survives_the_loss_of_the_master_its_sentinels_watch() {
    let starting = tokio::task::spawn_blocking(|| OwnServers::start("redis-sentinel"));
    let mut servers = starting.await.expect("the servers");
    let app = on(&servers.variable("PAYMENTS_TEST_REDIS_SENTINEL_URL")).await;
    let code = begin(&app).await;
    servers.order("kill redis-sentinel-master");
    assert_eq!(submit_until_answered(&app, &code).await, 200);
    assert_eq!(app.live_tokens().await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_that_lost_a_node_and_got_it_back_empty_saves_cards_again() {
    let starting = tokio::task::spawn_blocking(|| OwnServers::start("redis-cluster"));
    let mut servers = starting.await.expect("the servers");
    let app = on(&servers.variable("PAYMENTS_TEST_REDIS_CLUSTER_URL")).await;
    let code = begin(&app).await;
    for number in 1..=3 {
        servers.order(&format!("kill redis-cluster-{number}"));
    }
    assert_eq!(submit(&app, &code).await, 503);
    for number in 1..=3 {
        servers.order(&format!("start redis-cluster-{number}"));
    }
    // The flow was lost with the nodes' memory: its code is refused, and a new flow works.
    assert_eq!(submit_until_answered(&app, &code).await, 400);
    assert_eq!(app.live_tokens().await, 0);
    let code = begin(&app).await;
    assert_eq!(submit(&app, &code).await, 200);
    assert_eq!(app.live_tokens().await, 1);
}
