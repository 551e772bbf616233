//! When the service is down, slow or overloaded, the page says so in the customer's language, offers a retry, and keeps
//! all input but the CVV.

use serde_json::json;

use crate::browser::{Screen, turn};
use crate::card_form::{SAVED, enter_the_code, fill, is_kept, to_the_phone};
use crate::shop::{Shop, Visit, languages};
use crate::wire::{Fault, Wire};
use crate::words;

const CARD: &str = "/payments/stored-cards/card/";
const PHONE_NUMBER: &str = "/payments/stored-cards/phone-number/";
const CODE: &str = "/payments/stored-cards/otp/";

/// Shortens timeouts of 10 seconds and more to 1.5 seconds.
const IMPATIENT: &str = "const timeout = AbortSignal.timeout.bind(AbortSignal), later = window.setTimeout; \
    AbortSignal.timeout = (wait) => timeout(wait >= 10000 ? 1500 : wait); \
    window.setTimeout = (work, wait, ...rest) => later(work, wait >= 10000 ? 1500 : wait, ...rest);";

/// A visit of a shop behind a faulty proxy.
async fn begin(language: &str, screen: Screen) -> (Visit, Wire) {
    let mut shop = Shop::open().await;
    let wire = Wire::before(&shop.url);
    shop.url.clone_from(&wire.url);
    let visit = Visit::begin_in(turn().await, shop, language, screen).await;
    (visit, wire)
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
async fn a_card_is_saved_through_every_outage() {
    for &(language, screen) in languages() {
        let (visit, wire) = begin(language, screen).await;
        let browser = &visit.browser;
        fill(&visit, SAVED).await;
        for (fault, sentence) in [
            (Some(Fault::Status(429)), "error-busy"),
            (Some(Fault::Status(503)), "error-generic"),
            (Some(Fault::Silence), "error-slow"),
            (None, "error-offline"),
        ] {
            match fault {
                Some(fault) => wire.fail(CARD, fault),
                None => set_offline(&visit, true).await,
            }
            if matches!(fault, Some(Fault::Silence)) {
                browser.run(IMPATIENT).await;
            }
            browser.click("#step-card .primary").await;
            visit.shows_text("#saving-problem", sentence).await;
            visit.shows_text("#card_cvv-error", "cvv-again").await;
            is_kept(&visit, SAVED).await;
            wire.mend();
            set_offline(&visit, false).await;
            browser.keys("#card_cvv", "123").await;
        }
        visit.look("the card that could not be sent").await;
        to_the_phone(&visit).await;

        wire.fail(PHONE_NUMBER, Fault::Status(502));
        let phone = browser.value("#phone_number").await;
        browser.click("#step-phone .primary").await;
        visit.shows_text("#saving-problem", "error-generic").await;
        assert_eq!(browser.value("#phone_number").await, phone);
        wire.mend();
        browser.click("#saving-problem button").await;
        browser
            .until("!document.querySelector('#step-code').hidden")
            .await;

        wire.fail(CODE, Fault::Status(504));
        enter_the_code(&visit).await;
        visit.shows_text("#saving-problem", "error-generic").await;
        assert_eq!(browser.value("#otp").await.len(), 6);
        visit.look("the code that could not be sent").await;
        wire.mend();
        browser.click("#saving-problem button").await;
        browser
            .until("document.querySelector('#saved [data-card]')")
            .await;
        visit.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_basket_and_a_checkout_survive_an_outage() {
    for &(language, screen) in languages() {
        let (visit, wire) = begin(language, screen).await;
        let browser = &visit.browser;
        visit.go("/shop/product/21/").await;
        wire.fail("/shop/api/", Fault::Status(503));
        browser.click("#add").await;
        visit.shows_text("#add-error", "error-generic").await;
        visit.look("a product that cannot be bought").await;
        wire.mend();
        browser.click("#add-error button").await;
        browser
            .until("document.querySelector('#basket-count').textContent === '1'")
            .await;

        visit.go("/shop/basket/").await;
        browser.until("document.querySelector('.line')").await;
        set_offline(&visit, true).await;
        browser.click("[data-key='more-21']").await;
        visit.shows_text("#problem", "error-offline").await;
        visit.look("the basket without a service").await;
        set_offline(&visit, false).await;
        browser.click("#problem button").await;
        browser
            .until("document.querySelector('.amount output').textContent === '2'")
            .await;

        wire.fail("/payments/cards/pre-order/", Fault::Status(429));
        visit.go("/shop/checkout/").await;
        visit.shows_text("#problem", "error-busy").await;
        visit.look("the checkout without plans").await;
        wire.mend();
        browser.click("#problem button").await;
        visit.choose_listed_card().await;
        browser.click("#plans label:nth-of-type(2)").await;
        wire.fail("/shop/api/pre-order/", Fault::Status(503));
        browser.click("label:has([value=fast])").await;
        visit.shows_text("#problem", "error-generic").await;
        wire.mend();
        browser.click("#problem button").await;
        browser
            .until("document.querySelector('#problem').hidden && !document.querySelector('#pay').disabled \
                 && document.querySelectorAll('#plans input')[1].checked")
            .await;

        let total = browser.text("#summary-lines strong").await;
        wire.fail("/shop/api/pay/", Fault::Status(503));
        browser.click("#pay").await;
        visit.shows_text("#pay-problem", "error-generic").await;
        assert_eq!(browser.text("#summary-lines strong").await, total);
        wire.mend();
        assert_eq!(visit.pay().await, total);

        wire.fail("/payments/stored-cards/", Fault::Status(503));
        visit.go("/shop/cards/").await;
        visit.shows_text("#saved-problem", "error-generic").await;
        wire.mend();
        browser.click("#saved-problem button").await;
        visit.shows_text("#saved", "saved-none").await;
        visit.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_component_shows_an_error_and_retries() {
    const COMPONENT: &str = "document.querySelector('#live')";
    for &(language, screen) in languages() {
        let (visit, wire) = begin(language, screen).await;
        let browser = &visit.browser;
        visit.go("/shop/component/").await;
        browser.run(IMPATIENT).await;
        let says = async |text: &str| {
            let text = words::component(language, text);
            let is_said = format!("{COMPONENT}.shadowRoot.textContent.includes({text:?})");
            browser.until(&is_said).await;
        };
        for (fault, text) in [
            (Fault::Status(429), "busy"),
            (Fault::Status(503), "failed"),
            (Fault::Silence, "failed"),
        ] {
            wire.fail("/payments/cards/product/", fault);
            browser.run(&format!("{COMPONENT}.refresh();")).await;
            says(text).await;
            visit.look("the component without an answer").await;
            wire.mend();
            let retry = format!("{COMPONENT}.shadowRoot.querySelector('[part=retry]').click();");
            browser.run(&retry).await;
            let table = format!("{COMPONENT}.shadowRoot.querySelector('table')");
            browser.until(&table).await;
        }
        browser
            .run(&format!("{COMPONENT}.setAttribute('product', '424242');"))
            .await;
        says("missing").await;
        // A session without a pre-order has an empty listing.
        browser
            .run(&format!(
                "{COMPONENT}.setAttribute('src', '/payments/cards/pre-order/');"
            ))
            .await;
        says("none").await;
        visit.look("the component with nothing to show").await;
        visit.leave().await;
    }
}
