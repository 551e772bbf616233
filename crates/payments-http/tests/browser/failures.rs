//! When things go wrong the page says what happened, and loses nothing but the CVV.

use serde_json::json;

use crate::browser::{DESKTOP, PHONE};
use crate::shop::Visit;

/// Fills the card's form in and goes on to the code.
async fn to_the_code(visit: &Visit, number: &str) {
    let browser = &visit.browser;
    visit.go("/shop/cards/").await;
    browser
        .until("document.querySelector('#saved .note')")
        .await;
    browser.keys("#card_number", number).await;
    browser.keys("#card_holder", "Ada Yılmaz").await;
    browser.keys("#card_expiry", "1235").await;
    browser.keys("#card_cvv", "123").await;
    browser.click("#consent").await;
    browser.click("#step-card .primary").await;
    browser
        .until("document.querySelector('#phone_number').value.length === 10")
        .await;
    browser.click("#step-phone .primary").await;
    browser
        .until("!document.querySelector('#step-code').hidden")
        .await;
}

/// Takes the code from the little phone.
async fn enter_the_code(visit: &Visit) {
    let browser = &visit.browser;
    browser.click("#phone-button").await;
    browser.click("#phone-messages .secondary").await;
    browser.click("#step-code .primary").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mistakes_in_the_form_are_named_at_their_fields() {
    let visit = Visit::begin("en", PHONE).await;
    let browser = &visit.browser;
    visit.go("/shop/cards/").await;
    browser.keys("#card_number", "5528790000000007").await;
    browser.click("#step-card .primary").await;
    browser
        .until("document.querySelectorAll('#step-card [aria-invalid=true]').length === 5")
        .await;
    assert_eq!(
        browser.text("#card_number-error").await,
        "Please check the card number."
    );
    assert_eq!(
        browser.run("return document.activeElement.id;").await,
        "card_number"
    );
    visit.look("the form with its mistakes").await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_code_can_be_mended() {
    let visit = Visit::begin("de", DESKTOP).await;
    let browser = &visit.browser;
    to_the_code(&visit, "5528790000000008").await;
    browser.keys("#otp", "00").await;
    browser.click("#step-code .primary").await;
    browser
        .until("!document.querySelector('#otp-error').hidden")
        .await;
    browser
        .run("document.querySelector('#otp').value = '';")
        .await;
    browser.keys("#otp", "0000").await;
    browser.click("#step-code .primary").await;
    browser
        .until("document.querySelector('#otp-error').textContent === 'Der Code ist falsch.'")
        .await;
    enter_the_code(&visit).await;
    browser
        .until("document.querySelector('#saved [data-card]')")
        .await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_card_is_explained_and_only_its_cvv_is_gone() {
    let visit = Visit::begin("fr", DESKTOP).await;
    let browser = &visit.browser;
    to_the_code(&visit, "4111111111111129").await;
    enter_the_code(&visit).await;
    browser
        .until("!document.querySelector('#saving-problem').hidden")
        .await;
    assert!(browser.text("#saving-problem").await.contains("banque"));
    assert_eq!(browser.value("#card_number").await, "4111 1111 1111 1129");
    assert_eq!(browser.value("#card_holder").await, "Ada Yılmaz");
    assert_eq!(browser.value("#card_cvv").await, "");
    visit.look("the refused card").await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_is_away_is_said_to_be_and_can_be_tried_again() {
    let visit = Visit::begin("ru", DESKTOP).await;
    let browser = &visit.browser;
    visit.go("/shop/product/21/").await;
    browser.click("#add").await;
    browser
        .until("document.querySelector('#basket-count').textContent === '1'")
        .await;
    visit.go("/shop/basket/").await;
    browser.until("document.querySelector('.line')").await;
    set_offline(&visit, true).await;
    browser.click("[data-key='more-21']").await;
    browser
        .until("document.querySelector('#problem').textContent.includes('Сервис недоступен')")
        .await;
    browser
        .until("document.querySelector('#basket-plans').shadowRoot.querySelector('table')")
        .await;
    visit.look("the basket without a service").await;
    set_offline(&visit, false).await;
    browser.click("#problem button").await;
    browser
        .until("document.querySelector('.amount output').textContent === '2'")
        .await;
    browser.complaints().await;
    visit.end().await;
}

async fn set_offline(visit: &Visit, is_offline: bool) {
    visit.browser.devtools("Network.enable", json!({})).await;
    let conditions = json!({
        "offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
    });
    visit
        .browser
        .devtools("Network.emulateNetworkConditions", conditions)
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_currency_and_an_unknown_product_are_explained() {
    let visit = Visit::begin("en", DESKTOP).await;
    let browser = &visit.browser;
    visit.go("/shop/product/21/").await;
    browser.click("#add").await;
    browser
        .until("document.querySelector('#basket-count').textContent === '1'")
        .await;
    visit.go("/shop/product/27/").await;
    browser.click("#add").await;
    browser
        .until("document.querySelector('#add-error').textContent.includes('another currency')")
        .await;
    visit.go("/shop/product/999999/").await;
    assert_eq!(browser.text("h1").await, "Product not found");
    visit.look("the missing product").await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_logs_in_to_save_a_card() {
    let visit = Visit::begin("en", PHONE).await;
    let browser = &visit.browser;
    visit.go("/shop/cards/").await;
    browser.click("#account").await;
    browser
        .until("document.querySelector('#account').dataset.customer === 'false'")
        .await;
    browser.click("#log-in").await;
    browser
        .until("document.querySelector('#account').dataset.customer === 'true'")
        .await;
    browser
        .until("document.querySelector('#saved .note')")
        .await;
    visit.end().await;
}
