//! Paying at the checkout: with a saved card, and with the first digits of another one.

use crate::browser::Screen;
use crate::card_form::{SAVED, save};
use crate::shop::{Visit, in_turn};

/// The mask of [`SAVED`].
const MASK: &str = "552879******0008";

/// Chooses the plan with this primary key. Returns its total as the page shows it.
pub(crate) async fn choose_plan(visit: &Visit, pk: u32) -> String {
    let browser = &visit.browser;
    let row = format!("label:has([name=plan][value='{pk}'])");
    browser.click(&row).await;
    let total = browser.text(&format!("{row} .plan-total")).await;
    let is_shown = format!(
        "document.querySelector('#summary-lines strong').textContent === {total:?} \
         && document.querySelector('#pay').textContent.includes({total:?}) && !document.querySelector('#pay').disabled"
    );
    browser.until(&is_shown).await;
    total
}

/// Types the first digits of a card, and waits for the plans of this card alone.
pub(crate) async fn type_digits(visit: &Visit, digits: &str, card: &str) {
    visit.browser.keys("#bin", digits).await;
    shows_plans_of(visit, card).await;
}

/// Waits until only the plans of one card are offered.
pub(crate) async fn shows_plans_of(visit: &Visit, card: &str) {
    visit
        .browser
        .until(&format!(
            "!document.querySelector('[name=card]') \
             && document.querySelector('#plans legend')?.textContent.includes({card:?})"
        ))
        .await;
}

/// Asserts that the result has an order number, which is also the last part of its path. Returns the number.
pub(crate) async fn order_number(visit: &Visit) -> String {
    let number = visit.browser.text("#order").await;
    let digits = number.strip_prefix("ORD-").unwrap_or_default();
    assert!(
        digits.len() == 10 && digits.bytes().all(|digit| digit.is_ascii_digit()),
        "{number}"
    );
    let path = visit.browser.run("return location.pathname;").await;
    assert_eq!(path, format!("/shop/result/{number}/"));
    number
}

/// A customer whose saved card is a Paraf, with a product in the basket.
pub(crate) async fn at_the_checkout_with_a_saved_card(language: &str, screen: Screen) -> Visit {
    let visit = Visit::begin(language, screen).await;
    save(&visit, SAVED).await;
    visit.add(21).await;
    visit.go("/shop/checkout/").await;
    shows_plans_of(&visit, "Paraf").await;
    visit
}

async fn pays_with_a_saved_card(language: &str, screen: Screen) {
    let visit = at_the_checkout_with_a_saved_card(language, screen).await;
    let browser = &visit.browser;
    let first = "#saved label:first-child";
    browser
        .until(&format!(
            "document.querySelector('{first} input').checked && document.querySelector('#other').hidden \
             && document.querySelector('{first} img').naturalWidth > 0"
        ))
        .await;
    let shown = browser.text(first).await;
    assert!(shown.contains(MASK) && shown.contains("12/2035"), "{shown}");
    let total = choose_plan(&visit, 606).await;
    visit.look("the checkout with a saved card").await;
    browser.click("#pay").await;
    visit.is_paid(&total).await;
    assert!(browser.text("#card").await.contains(MASK));
    order_number(&visit).await;
    visit.look("the result of a saved card").await;
    visit.end().await;
}

async fn pays_with_typed_digits(language: &str, screen: Screen) {
    let visit = Visit::begin(language, screen).await;
    let browser = &visit.browser;
    visit.add(21).await;
    visit.go("/shop/checkout/").await;
    type_digits(&visit, "554960", "Bonus").await;
    let total = choose_plan(&visit, 103).await;
    visit.look("the checkout with typed digits").await;
    browser.click("#pay").await;
    visit.is_paid(&total).await;
    assert!(browser.text("#card").await.contains("Bonus"));
    order_number(&visit).await;
    visit.look("the result of typed digits").await;
    let requests = browser.requests().await;
    let with_digits = requests.iter().filter(|url| url.contains("554960"));
    let with_digits: Vec<&String> = with_digits.collect();
    let listing = format!("{}/payments/cards/pre-order/?bin=554960", visit.shop.url);
    assert_eq!(with_digits, [&listing], "no other URL has the digits");
    let stored = browser
        .run("return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, document.body.outerHTML]);")
        .await;
    assert!(!stored.to_string().contains("554960"), "{stored}");
    visit.browser.close().await;
}

/// The single payment needs no lines that say so, and no interest.
async fn pays_at_once(language: &str, screen: Screen) {
    let visit = Visit::begin(language, screen).await;
    let browser = &visit.browser;
    visit.add(21).await;
    visit.go("/shop/checkout/").await;
    type_digits(&visit, "55496000", "Bonus").await;
    let total = choose_plan(&visit, 101).await;
    assert_eq!(
        browser
            .run("return document.querySelectorAll('#summary-lines p').length;")
            .await,
        2,
        "the products and the delivery"
    );
    browser.click("#pay").await;
    visit.is_paid(&total).await;
    assert_eq!(
        browser
            .run("return document.querySelectorAll('.result dt').length;")
            .await,
        3,
        "the order, the card and the total"
    );
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_saved_card_is_offered_first_and_the_result_shows_the_total_of_its_plan() {
    in_turn(pays_with_a_saved_card).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn six_typed_digits_offer_the_plans_of_their_card_and_are_kept_nowhere() {
    in_turn(pays_with_typed_digits).await;
}

/// The browser's year, after every card of the tests has expired.
const LATER: &str = "const Now = Date; window.Date = class extends Now { \
    constructor(...parts) { if (parts.length > 0) super(...parts); else super(2036, 0, 1); } };";

async fn has_an_expired_card(language: &str, screen: Screen) {
    let visit = Visit::begin(language, screen).await;
    let browser = &visit.browser;
    save(&visit, SAVED).await;
    visit.add(21).await;
    let later = serde_json::json!({ "source": LATER });
    browser
        .devtools("Page.addScriptToEvaluateOnNewDocument", later)
        .await;
    visit.go("/shop/checkout/").await;
    visit
        .shows_text("#saved label:first-child", "expired")
        .await;
    browser
        .until(
            "document.querySelector('#saved input').disabled && document.querySelector('#saved label:last-child input').checked \
             && !document.querySelector('#other').hidden",
        )
        .await;
    visit.look("the checkout with an expired card").await;
    type_digits(&visit, "554960", "Bonus").await;
    visit.pay().await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_card_is_shown_and_cannot_be_chosen() {
    in_turn(has_an_expired_card).await;
}

/// Asserts that on the narrowest phone everything in a row is inside it.
async fn fits_the_narrowest_phone(language: &str) {
    let visit = Visit::begin(language, Screen(320, 640, true)).await;
    visit.add(13).await;
    visit.go("/shop/checkout/").await;
    visit.choose_listed_card().await;
    let rows = "[...document.querySelectorAll('.choice')].filter((row) => row.checkVisibility())";
    visit.browser.until(&format!("{rows}.length > 10")).await;
    let outside = visit
        .browser
        .run(&format!(
            "return {rows}.filter((row) => row.scrollWidth > row.clientWidth).map((row) => row.textContent);"
        ))
        .await;
    assert_eq!(outside, serde_json::json!([]), "{language}");
    visit.look("the checkout on the narrowest phone").await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_the_narrowest_phone_every_amount_is_inside_its_row() {
    for language in ["tr", "en", "ar", "ru", "de", "fr"] {
        Box::pin(fits_the_narrowest_phone(language)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_single_payment_shows_neither_installments_nor_interest() {
    in_turn(pays_at_once).await;
}
