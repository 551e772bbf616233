//! 3-D Secure, from the card form to the saved card.

use std::sync::Arc;

use payments_gateways::fakes::{FakeServer, FakeStripe};
use serde_json::json;

use crate::browser::{DESKTOP, PHONE, Screen, turn};
use crate::card_form::{enter_the_code, fill, to_the_code, to_the_phone};
use crate::shop::{Shop, Visit};

const ASKING: &str = "4000002500003155";
const SECRET: &str = "sk_test_of_the_shop";

/// A shop that saves cards at Stripe, which may require 3-D Secure.
async fn shop() -> (Shop, FakeServer, Arc<FakeStripe>) {
    let stripe = FakeStripe::with_secret_keys(&[SECRET]);
    let server = FakeServer::start(([127, 0, 0, 1], 0).into(), stripe.clone())
        .await
        .expect("a port");
    let shop = Shop::open_with(&[
        ("GATEWAYS__ENABLED", "stripe,sandbox"),
        ("GATEWAYS__EXTRA_HOSTS", &server.authority()),
        ("GATEWAYS__THREE_D_SECURE", "true"),
    ])
    .await;
    let exported = shop.export().await;
    let all = exported["pos"].as_array().expect("points of sale").iter();
    let moved: Vec<_> = all
        .filter(|pos| pos["gateway"] == "sandbox")
        .map(|pos| {
            let mut pos = pos.clone();
            pos["gateway"] = "stripe".into();
            pos["config"] = json!({"secret_key": SECRET, "base_url": server.base_url()});
            pos
        })
        .collect();
    assert!(!moved.is_empty());
    shop.import(&json!({ "pos": moved })).await;
    (shop, server, stripe)
}

async fn to_the_bank(visit: &Visit) {
    fill(visit, ASKING).await;
    to_the_phone(visit).await;
    to_the_code(visit).await;
    enter_the_code(visit).await;
    visit
        .browser
        .until("document.title === '3D Secure' && document.readyState === 'complete'")
        .await;
}

async fn saves_a_card_at_the_bank(language: &str, screen: Screen) {
    let (shop, _server, stripe) = shop().await;
    let visit = Visit::begin_in(turn().await, shop, language, screen).await;
    to_the_bank(&visit).await;
    assert!(stripe.tokens().live().is_empty(), "nothing is saved yet");
    visit.browser.click("button[value=approve]").await;
    visit.shows_text("h1", "action-saved-title").await;
    visit.look("the page after the bank").await;
    visit.browser.run("location.reload();").await;
    visit.shows_text("h1", "action-saved-title").await;
    visit.go("/shop/cards/").await;
    let browser = &visit.browser;
    browser
        .until("document.querySelectorAll('#saved [data-card]').length === 1")
        .await;
    assert!(browser.text("#saved").await.contains("400000******3155"));
    assert_eq!(stripe.tokens().live().len(), 1);
    visit.browser.close().await;
}

async fn is_declined_at_the_bank(language: &str, screen: Screen) {
    let (shop, _server, stripe) = shop().await;
    let visit = Visit::begin_in(turn().await, shop, language, screen).await;
    to_the_bank(&visit).await;
    visit.browser.click("button[value=decline]").await;
    visit.shows_text("h1", "action-refused-title").await;
    visit.shows_text("p", "gateway-declined").await;
    visit.look("the page after the bank").await;
    visit.go("/shop/cards/").await;
    visit
        .browser
        .until("document.querySelector('#saved .note')")
        .await;
    assert!(stripe.tokens().live().is_empty());
    visit.browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_english_at_a_desk_a_customer_whose_bank_asks_saves_a_card() {
    Box::pin(saves_a_card_at_the_bank("en", DESKTOP)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_arabic_on_a_phone_a_customer_whose_bank_asks_is_declined() {
    Box::pin(is_declined_at_the_bank("ar", PHONE)).await;
}
