//! A customer's journeys through the shop, in three languages, on a desktop and on a phone.

use crate::browser::{DESKTOP, PHONE, Screen};
use crate::card_form::{to_the_code, to_the_phone};
use crate::shop::Visit;

async fn buys_in_installments(language: &str, screen: Screen) {
    let visit = Visit::begin(language, screen).await;
    let browser = &visit.browser;
    let direction = if language == "ar" { "rtl" } else { "ltr" };
    browser
        .until(&format!("document.documentElement.dir === '{direction}'"))
        .await;
    browser
        .until("document.querySelector('.tile-plan').textContent !== ''")
        .await;
    visit.look("the products").await;

    for product in [21, 13] {
        visit.go(&format!("/shop/product/{product}/")).await;
        browser.until("document.querySelector('.matrix')").await;
        browser.click("#add").await;
        browser
            .until("document.querySelector('#toast').textContent !== ''")
            .await;
    }
    visit.look("a product").await;

    visit.go("/shop/basket/").await;
    browser
        .until("document.querySelectorAll('.line').length === 2")
        .await;
    let before = browser.text("#total").await;
    browser.click("[data-key='more-21']").await;
    browser
        .until("document.querySelector('#basket-count').textContent === '3'")
        .await;
    assert_ne!(browser.text("#total").await, before);
    assert_eq!(
        browser
            .run("return document.activeElement.dataset.key;")
            .await,
        "more-21"
    );
    visit.look("the basket").await;

    visit.go("/shop/checkout/").await;
    browser
        .until("document.querySelector('#all-cards') && !document.querySelector('.offers').checkVisibility() && document.querySelector('#pay').disabled")
        .await;
    visit.choose_listed_card().await;
    browser.click("#plans label:nth-of-type(3)").await;
    let standard = browser.text("#summary-lines strong").await;
    browser.click("label:has([value=fast])").await;
    browser
        .until(&format!(
            "document.querySelector('#summary-lines strong').textContent !== {standard:?}"
        ))
        .await;
    browser
        .until("document.querySelector('#masterpass dl')")
        .await;
    assert_eq!(
        browser
            .run("return document.querySelectorAll('#plans input')[2].checked;")
            .await,
        true
    );
    visit.look("the checkout").await;

    // A whole number is cut before anything is sent.
    browser.keys("#bin", "5549 6000 0000 0129").await;
    assert_eq!(browser.value("#bin").await, "55496000");
    browser
        .until("!document.querySelector('[name=card]') && document.querySelector('#plans legend').textContent.includes('Bonus')")
        .await;
    browser.click("#plans label:nth-of-type(3)").await;
    visit.shows_text("#summary-lines", "interest").await;
    visit.look("the plans of a card").await;
    visit.pay().await;
    assert!(browser.text("#card").await.contains("Bonus"));
    visit.look("the result").await;
    let asked = browser.requests().await;
    let digits: Vec<&str> = asked
        .iter()
        .filter_map(|url| url.split_once("bin="))
        .map(|(_, digits)| digits)
        .collect();
    assert_eq!(digits, ["55496000"], "one request, after the last key");

    visit.add(21).await;
    visit.go("/shop/basket/").await;
    browser.until("document.querySelector('.line')").await;
    browser.click(".line .quiet-button").await;
    browser
        .until(
            "document.querySelector('#lines .note') && document.querySelector('#summary').hidden",
        )
        .await;
    visit.end().await;
}

async fn saves_a_card(language: &str, screen: Screen) {
    let visit = Visit::begin(language, screen).await;
    let browser = &visit.browser;
    visit.go("/shop/cards/").await;
    browser
        .until("document.querySelector('#saved .note')")
        .await;
    browser.keys("#card_number", "4543590000000121").await;
    browser
        .until("document.querySelector('#card_number-of').textContent.includes('Maximum')")
        .await;
    browser
        .until("document.querySelector('#card-plans table')")
        .await;
    assert_eq!(browser.text("#brand").await, "Visa");
    browser.keys("#card_holder", "Ada Yılmaz").await;
    browser.keys("#card_expiry", "1235").await;
    browser.keys("#card_cvv", "123").await;
    browser.click("#consent").await;
    visit.look("the card").await;
    to_the_phone(&visit).await;
    to_the_code(&visit).await;
    assert_eq!(browser.value("#card_cvv").await, "");
    assert!(browser.text("#countdown").await.contains(':'));
    // The phone opens by itself, and the focus stays at the code.
    visit.shows_text("#phone-news", "phone-news").await;
    browser
        .until("document.querySelector('#phone').checkVisibility() && document.activeElement.matches('#otp')")
        .await;
    visit.look("the code").await;
    browser.click("#phone-messages .secondary").await;

    browser
        .until("document.querySelector('#saved [data-card]')")
        .await;
    assert!(browser.text("#saved").await.contains("454359******0121"));
    visit.look("the saved card").await;
    pays_with_the_saved_card(&visit).await;
    browser.click("#saved .secondary").await;
    browser.keys("#saved input", "Market").await;
    browser.click("#saved .primary").await;
    browser
        .until("document.querySelector('.saved-head')?.textContent.includes('Market')")
        .await;
    browser.click("#saved .secondary:last-child").await;
    browser.click("#saved .danger").await;
    browser
        .until("document.querySelector('#saved .note')")
        .await;
    visit.end().await;
}

/// Pays with the only saved card, and returns to the saved cards.
async fn pays_with_the_saved_card(visit: &Visit) {
    let browser = &visit.browser;
    visit.add(21).await;
    visit.go("/shop/checkout/").await;
    browser
        .until("document.querySelector('#saved input')?.checked && document.querySelector('#other').hidden")
        .await;
    browser.click("#plans label:nth-of-type(2)").await;
    visit.look("the checkout with a saved card").await;
    visit.pay().await;
    assert!(browser.text("#card").await.contains("454359******0121"));
    visit.look("the result of the saved card").await;
    visit.go("/shop/cards/").await;
    browser
        .until("document.querySelector('#saved [data-card]')")
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_turkish_at_a_desk_a_customer_buys_in_installments() {
    Box::pin(buys_in_installments("tr", DESKTOP)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_english_on_a_phone_a_customer_buys_in_installments() {
    Box::pin(buys_in_installments("en", PHONE)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_arabic_at_a_desk_a_customer_buys_in_installments() {
    Box::pin(buys_in_installments("ar", DESKTOP)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_arabic_on_a_phone_a_customer_buys_in_installments() {
    Box::pin(buys_in_installments("ar", PHONE)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_turkish_on_a_phone_a_customer_saves_a_card() {
    Box::pin(saves_a_card("tr", PHONE)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_english_at_a_desk_a_customer_saves_a_card() {
    Box::pin(saves_a_card("en", DESKTOP)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_arabic_on_a_phone_a_customer_saves_a_card() {
    Box::pin(saves_a_card("ar", PHONE)).await;
}
