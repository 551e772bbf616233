//! The whole journey with the keyboard alone: every control is reachable, shows its focus, and works.

use crate::browser::Screen;
use crate::card_form::SAVED;
use crate::paying::{at_the_checkout_with_a_saved_card, shows_plans_of};
use crate::shop::{Visit, in_turn};

const TAB: char = '\u{e004}';
pub(crate) const ENTER: char = '\u{e007}';
const SPACE: char = ' ';
const ESCAPE: char = '\u{e00c}';
const DOWN: char = '\u{e015}';
/// More tab stops than any page has.
const MOST_STOPS: usize = 120;

impl Visit {
    /// Presses Tab until an element has the focus.
    pub(crate) async fn tab_to(&self, selector: &str) {
        let test = format!("return document.activeElement.matches({selector:?});");
        for _ in 0..MOST_STOPS {
            self.browser.press(TAB).await;
            if self.browser.run(&test).await == true {
                let is_seen = self
                    .browser
                    .run("return document.activeElement.matches(':focus-visible');")
                    .await;
                assert_eq!(is_seen, true, "the focus on {selector} is not visible");
                return;
            }
        }
        panic!("{selector} cannot be come to in {}", self.language);
    }

    pub(crate) async fn enter(&self, selector: &str) {
        self.tab_to(selector).await;
        self.browser.press(ENTER).await;
    }

    pub(crate) async fn write(&self, text: &str) {
        for key in text.chars() {
            self.browser.press(key).await;
        }
    }

    /// Waits until the page itself has moved the focus to an element.
    pub(crate) async fn is_at(&self, selector: &str) {
        self.browser
            .until(&format!("document.activeElement.matches({selector:?})"))
            .await;
    }
}

async fn buys(language: &str, screen: Screen) {
    let visit = Visit::begin(language, screen).await;
    let browser = &visit.browser;
    browser.press(TAB).await;
    visit.is_at(".skip").await;
    browser.press(ENTER).await;
    visit.is_at("#content").await;
    visit.enter("a[href='/shop/product/21/']").await;
    browser.until("document.querySelector('#add')").await;
    visit.enter("#add").await;
    browser
        .until("document.querySelector('#basket-count').textContent === '1'")
        .await;
    visit.go("/shop/basket/").await;
    browser.until("document.querySelector('.line')").await;
    visit.enter("[data-key='more-21']").await;
    browser
        .until("document.querySelector('#basket-count').textContent === '2'")
        .await;
    visit.is_at("[data-key='more-21']").await;
    visit.enter("a[href='/shop/checkout/']").await;
    browser.until("document.querySelector('#plans')").await;
    visit.enter("#all-cards summary").await;
    visit.tab_to("[name=card]").await;
    browser.press(DOWN).await;
    browser
        .until("document.querySelectorAll('[name=card]')[1].checked")
        .await;
    visit.tab_to("[name=plan]").await;
    browser.press(DOWN).await;
    browser
        .until("document.querySelectorAll('[name=plan]')[1].checked")
        .await;
    let total = browser.text("#summary-lines strong").await;
    visit.enter("#pay").await;
    visit.is_paid(&total).await;
    visit.end().await;
}

async fn pays_with_another_card(language: &str, screen: Screen) {
    let visit = at_the_checkout_with_a_saved_card(language, screen).await;
    let browser = &visit.browser;
    visit.tab_to("[name=saved]:checked").await;
    browser.press(DOWN).await;
    // The next stop is the field that the choice has opened.
    browser.press(TAB).await;
    visit.is_at("#bin").await;
    visit.write("554960").await;
    shows_plans_of(&visit, "Bonus").await;
    visit.tab_to("[name=plan]").await;
    browser.press(DOWN).await;
    browser.press(DOWN).await;
    browser
        .until("document.querySelectorAll('[name=plan]')[2].checked")
        .await;
    let total = browser
        .text("#plans label:nth-of-type(3) .plan-total")
        .await;
    visit.enter("#pay").await;
    visit.is_paid(&total).await;
    visit.end().await;
}

async fn saves_renames_and_deletes_a_card(language: &str, screen: Screen) {
    let visit = Visit::begin(language, screen).await;
    let browser = &visit.browser;
    visit.go("/shop/cards/").await;
    visit.shows_text("#saved", "saved-none").await;
    visit.tab_to("#card_number").await;
    visit.write(SAVED).await;
    browser.press(ENTER).await;
    // The first invalid field has the focus.
    visit.is_at("#card_holder").await;
    visit.write("Ada").await;
    visit.tab_to("#card_expiry").await;
    visit.write("1235").await;
    visit.tab_to("#card_cvv").await;
    visit.write("123").await;
    visit.tab_to("#consent").await;
    browser.press(SPACE).await;
    visit.enter("#step-card .primary").await;
    visit.is_at("#phone_number").await;
    browser
        .until("document.querySelector('#phone_number').value.length === 10")
        .await;
    browser.press(ENTER).await;
    visit.is_at("#otp").await;

    visit.shows_text("#phone-messages", "fill-code").await;
    visit.is_at("#otp").await;
    browser.press(ESCAPE).await;
    browser
        .until("document.querySelector('#phone').hidden")
        .await;
    visit.is_at("#otp").await;
    visit.enter("#phone-button").await;
    visit.is_at("#phone-close").await;
    visit.enter("#phone-messages .secondary").await;
    visit.is_at("#another").await;

    visit.go("/shop/cards/").await;
    browser.until("document.querySelector('[data-card]')").await;
    visit.enter("[data-card] button:first-of-type").await;
    visit.is_at("[data-card] input").await;
    visit.write("Market").await;
    visit.look("the card being renamed").await;
    browser.press(ENTER).await;
    browser
        .until("document.querySelector('.saved-head')?.textContent.includes('Market')")
        .await;
    visit.is_at("[data-card] button").await;
    visit.enter("[data-card] button:last-of-type").await;
    // The first key does not delete it.
    visit.is_at("[data-card] .secondary").await;
    visit.look("the card before it is deleted").await;
    visit.enter("[data-card] .danger").await;
    visit.shows_text("#saved", "saved-none").await;
    visit.is_at("#saving-title").await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_mouse_a_customer_buys_in_installments() {
    in_turn(buys).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_mouse_a_customer_pays_with_another_card_than_the_saved_one() {
    in_turn(pays_with_another_card).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_mouse_a_customer_saves_renames_and_deletes_a_card() {
    in_turn(saves_renames_and_deletes_a_card).await;
}
