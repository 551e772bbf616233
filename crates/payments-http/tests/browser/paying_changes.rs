//! What goes wrong while a customer pays: the page says so in the customer's language, and nothing is charged twice or
//! at another price.

use serde_json::json;

use crate::browser::Screen;
use crate::card_form::{SAVED, save};
use crate::paying::{
    at_the_checkout_with_a_saved_card, choose_plan, order_number, shows_plans_of, type_digits,
};
use crate::shop::{Visit, in_turn};

/// Deletes the customer's only saved card, as another page of the shop does.
const DELETE_CARD: &str = "(async () => { \
    const { results: [card] } = await (await fetch('/payments/stored-cards/', { headers: await token() })).json(); \
    return (await fetch(`/payments/stored-cards/${card.pk}/`, { method: 'DELETE', headers: await token() })).status; \
    async function token() { return { 'X-Csrftoken': (await (await fetch('/csrf_token/')).json()).csrf_token }; } })()";

/// A visit at the checkout, with a product in the basket.
async fn at_the_checkout(language: &str, screen: Screen) -> Visit {
    let visit = Visit::begin(language, screen).await;
    visit.add(21).await;
    visit.go("/shop/checkout/").await;
    visit
        .browser
        .until("document.querySelector('#plans')")
        .await;
    visit
}

/// Presses "Pay", and waits for this sentence and the focus. Asserts that nothing was paid.
async fn is_refused(visit: &Visit, sentence: &str, focused: &str) {
    let browser = &visit.browser;
    browser.click("#pay").await;
    visit.shows_text("#pay-problem", sentence).await;
    browser
        .until(&format!(
            "!document.querySelector('#steps').inert && document.activeElement.matches('{focused}:enabled')"
        ))
        .await;
    visit.look(sentence).await;
    let count =
        "fetch('/shop/api/basket/').then((answer) => answer.json()).then((basket) => basket.count)";
    assert_eq!(browser.promised(count).await, 1, "the basket is kept");
}

async fn types_unknown_digits(language: &str, screen: Screen) {
    let visit = at_the_checkout(language, screen).await;
    let browser = &visit.browser;
    browser.keys("#bin", "999999").await;
    visit
        .shows_text("#bin-unknown", "card-digits-unknown")
        .await;
    browser
        .until("[...document.querySelectorAll('[name=card]')].filter((card) => card.checkVisibility()).length > 1")
        .await;
    visit.look("unknown digits").await;
    // Backspace: with fewer digits the message is gone.
    browser.keys("#bin", "\u{e003}").await;
    browser
        .until("document.querySelector('#bin-unknown').hidden")
        .await;
    browser
        .run("document.querySelector('#bin').value = '';")
        .await;
    type_digits(&visit, "554960", "Bonus").await;
    let total = choose_plan(&visit, 103).await;
    assert_eq!(visit.pay().await, total);
    visit.end().await;
}

async fn wants_a_plan_that_disappears(language: &str, screen: Screen) {
    let visit = at_the_checkout(language, screen).await;
    let browser = &visit.browser;
    type_digits(&visit, "554960", "Bonus").await;
    choose_plan(&visit, 103).await;
    let cap = json!({"slug": "test-cap", "name": "Two", "when": {}, "then": {"cap_installments": 2}, "is_active": true});
    visit.shop.import(&json!({ "rules": [cap] })).await;
    is_refused(&visit, "pay-not-offered", "#pay").await;
    shows_plans_of(&visit, "Bonus").await;
    assert_eq!(
        browser
            .run("return document.querySelectorAll('[name=plan]').length;")
            .await,
        2
    );
    let total = choose_plan(&visit, 102).await;
    browser
        .until("document.querySelector('#pay-problem').hidden")
        .await;
    assert_eq!(visit.pay().await, total);
    visit.end().await;
}

async fn wants_a_plan_whose_price_changes(language: &str, screen: Screen) {
    let visit = at_the_checkout(language, screen).await;
    type_digits(&visit, "554960", "Bonus").await;
    let before = choose_plan(&visit, 103).await;
    let rate = json!({"slug": "test-rate", "name": "Dearer", "when": {}, "then": {"replace_rate": "50"}, "is_active": true});
    visit.shop.import(&json!({ "rules": [rate] })).await;
    is_refused(&visit, "pay-changed", "#pay").await;
    let is_chosen = "document.querySelector('[name=plan][value=\"103\"]').checked";
    visit.browser.until(is_chosen).await;
    let after = visit.pay().await;
    assert_ne!(
        after, before,
        "the price that the page showed before the second try"
    );
    visit.end().await;
}

async fn pays_with_a_card_that_is_deleted_meanwhile(language: &str, screen: Screen) {
    let visit = at_the_checkout_with_a_saved_card(language, screen).await;
    let browser = &visit.browser;
    assert_eq!(browser.promised(DELETE_CARD).await, 204);
    is_refused(&visit, "card-not-found", "#bin").await;
    browser
        .until(
            "document.querySelector('#saved').hidden && !document.querySelector('#other').hidden",
        )
        .await;
    type_digits(&visit, "554960", "Bonus").await;
    visit.pay().await;
    visit.end().await;
}

async fn chooses_a_card_that_was_deleted(language: &str, screen: Screen) {
    let visit = Visit::begin(language, screen).await;
    let browser = &visit.browser;
    save(&visit, SAVED).await;
    visit.add(21).await;
    visit.go("/shop/checkout/").await;
    browser.click("#saved label:last-child").await;
    browser
        .until("document.querySelectorAll('[name=card]').length > 1")
        .await;
    assert_eq!(browser.promised(DELETE_CARD).await, 204);
    browser.click("#saved label:first-child").await;
    browser
        .until(
            "document.querySelector('#saved').hidden && !document.querySelector('#other').hidden \
             && document.querySelectorAll('[name=card]').length > 1 && document.querySelector('#pay').disabled",
        )
        .await;
    visit.end().await;
}

async fn pays_twice(language: &str, screen: Screen) {
    let visit = at_the_checkout(language, screen).await;
    let browser = &visit.browser;
    type_digits(&visit, "554960", "Bonus").await;
    let total = choose_plan(&visit, 103).await;
    browser.requests().await;
    let twice = "const pay = document.querySelector('#pay'); pay.click(); pay.click();";
    browser.run(twice).await;
    visit.is_paid(&total).await;
    let number = order_number(&visit).await;
    browser.run("window.isOld = true; location.reload();").await;
    browser.until("!window.isOld").await;
    visit.is_paid(&total).await;
    assert_eq!(order_number(&visit).await, number);
    let asked = browser.requests().await;
    let payments = asked.iter().filter(|url| url.ends_with("/shop/api/pay/"));
    assert_eq!(payments.count(), 1, "{asked:#?}");

    browser.run("history.back();").await;
    browser
        .until("location.pathname === '/shop/checkout/'")
        .await;
    visit.shows_text("main", "basket-empty").await;
    assert_eq!(
        browser.run("return document.querySelector('#pay');").await,
        json!(null)
    );
    visit.look("the checkout of a paid basket").await;
    browser.run("history.forward();").await;
    visit.is_paid(&total).await;
    visit.go("/shop/result/ORD-1/").await;
    visit.shows_text("h1", "result-missing").await;
    visit.look("an order that is not there").await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_digits_are_explained_and_every_card_can_still_be_chosen() {
    in_turn(types_unknown_digits).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_that_disappears_before_it_is_paid_is_not_charged() {
    in_turn(wants_a_plan_that_disappears).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_that_changes_before_it_is_paid_is_shown_first() {
    in_turn(wants_a_plan_whose_price_changes).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_saved_card_that_was_deleted_elsewhere_is_not_charged() {
    in_turn(pays_with_a_card_that_is_deleted_meanwhile).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn choosing_a_saved_card_that_was_deleted_elsewhere_offers_the_other_cards() {
    in_turn(chooses_a_card_that_was_deleted).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pressing_pay_twice_reloading_and_going_back_charge_once() {
    in_turn(pays_twice).await;
}
