//! Fills in the card form like a customer.

use crate::shop::Visit;

/// A card number that the sandbox saves.
pub(crate) const SAVED: &str = "5528790000000008";
/// A card number whose bank declines.
pub(crate) const DECLINED: &str = "4111111111111129";

/// Opens the page and fills in a card, without submitting it.
pub(crate) async fn fill(visit: &Visit, number: &str) {
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
}

/// Submits the card form and waits for the phone form, with the number of the profile. (The number alone does not show that
/// the card was accepted: it is filled in when the page opens.)
pub(crate) async fn to_the_phone(visit: &Visit) {
    let browser = &visit.browser;
    browser.click("#step-card .primary").await;
    browser
        .until(
            "!document.querySelector('#step-phone').hidden && document.querySelector('#phone_number').value.length === 10",
        )
        .await;
}

/// Submits the phone form and waits for the code form.
pub(crate) async fn to_the_code(visit: &Visit) {
    let browser = &visit.browser;
    browser.click("#step-phone .primary").await;
    browser
        .until("!document.querySelector('#step-code').hidden")
        .await;
}

/// Takes the code from the phone, which opens by itself. The complete code is submitted by itself, too.
pub(crate) async fn enter_the_code(visit: &Visit) {
    let newest = "#phone-messages li:first-child .secondary";
    visit.browser.click(newest).await;
}

/// Saves a card.
pub(crate) async fn save(visit: &Visit, number: &str) {
    fill(visit, number).await;
    to_the_phone(visit).await;
    to_the_code(visit).await;
    enter_the_code(visit).await;
    let is_saved = "document.querySelector('#saved [data-card]')";
    visit.browser.until(is_saved).await;
}

/// Asserts that the form keeps all input but the CVV.
pub(crate) async fn is_kept(visit: &Visit, number: &str) {
    let browser = &visit.browser;
    let digits = browser.value("#card_number").await.replace(' ', "");
    let rest = [
        browser.value("#card_holder").await,
        browser.value("#card_expiry").await,
        browser.value("#card_cvv").await,
    ];
    let language = &visit.language;
    assert_eq!(digits, number, "{language}");
    assert_eq!(rest, ["Ada Yılmaz", "12 / 35", ""], "{language}");
    let consents = browser
        .run("return document.querySelector('#consent').checked;")
        .await;
    assert_eq!(consents, true, "{language}");
    let stored = browser
        .run(
            "return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]);",
        )
        .await;
    assert!(
        !stored.to_string().contains(number),
        "{language}: the number is stored in {stored}"
    );
}
