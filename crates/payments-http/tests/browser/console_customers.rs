//! What support does for a customer, in the console.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::browser::DESKTOP;
use crate::console::LANGUAGES;
use crate::keyboard::ENTER;
use crate::shop::Visit;

const MASKED: &str = "552879******0008";
const CUSTOMER: &str = "/console/customers/?customer=7";
const RECORDS_ARE_SHOWN: &str = "document.querySelector('#records .change')";

impl Visit {
    /// Sends a step of the demo's customer 7. Returns the body of the response.
    async fn customer_sends(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}{path}", self.shop.url);
        let cookie = "osessionid=demo_customer_0000000000000000001";
        let mut request = Client::new().request(method, url).header("cookie", cookie);
        if let Some(body) = body {
            let csrf = Box::pin(self.customer_sends(Method::GET, "/csrf_token/", None)).await;
            let csrf = csrf["csrf_token"].as_str().expect("a token").to_owned();
            let typed = request
                .header("x-csrftoken", csrf)
                .header("content-type", "application/json");
            request = typed.body(body.to_string());
        }
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {answer:?}");
        let text = answer.text().await.expect("a body");
        serde_json::from_str(&text).unwrap_or_default()
    }

    async fn shows(&self, selector: &str, text: &str) {
        let is_shown = format!("document.querySelector({selector:?})?.textContent === {text:?}");
        self.browser.until(&is_shown).await;
    }

    async fn customer_holds_a_card(&self) {
        let card = json!({
            "card_holder": "DEMO CUSTOMER", "card_number": "5528790000000008", "card_month": "12",
            "card_year": "2035", "card_cvv": "123", "consent": true,
        });
        let path = "/payments/stored-cards/card/";
        self.customer_sends(Method::POST, path, Some(card)).await;
    }

    async fn customer_saves_a_card(&self) {
        self.customer_holds_a_card().await;
        let phone = json!({"phone_number": "05551234567"});
        let path = "/payments/stored-cards/phone-number/";
        self.customer_sends(Method::POST, path, Some(phone)).await;
        let outbox = self
            .customer_sends(Method::GET, "/sandbox/outbox/", None)
            .await;
        let message = outbox.to_string();
        let digits = message.split(|letter: char| !letter.is_ascii_digit());
        let code = digits.clone().find(|run| run.len() == 6).expect("a code");
        let path = "/payments/stored-cards/otp/";
        self.customer_sends(Method::POST, path, Some(json!({"otp": code})))
            .await;
    }
}

async fn helps_a_customer(language: &str) {
    let visit = Visit::at_the_console(language, DESKTOP).await;
    let browser = &visit.browser;
    visit.signs_in("demo").await;
    visit.customer_saves_a_card().await;
    visit.customer_holds_a_card().await;
    visit.go("/console/customers/").await;
    browser.keys("#customer-key", "7").await;
    browser.click("#choose button").await;
    browser.until(RECORDS_ARE_SHOWN).await;
    visit.has_row("cards", &[MASKED]).await;
    visit.says("#flows th", "step-phone_number").await;
    visit.says("#records .mark", "record-card-saved").await;
    visit
        .says("#records .mark", "record-card-audit_viewed")
        .await;
    visit.look("a customer").await;

    // Nothing is deleted before it is confirmed.
    browser.click("#cards td button").await;
    browser.click("#asked .secondary").await;
    browser
        .until("document.activeElement === document.querySelector('#cards td button')")
        .await;
    visit.has_row("cards", &[MASKED]).await;
    browser.click("#cards td button").await;
    visit.look("a question before a card is deleted").await;
    browser.click("#asked .danger").await;
    visit.says("#cards .hint", "no-saved-cards").await;
    visit.says("#records .mark", "record-card-deleted").await;

    browser.click("#end-sessions").await;
    browser.click("#asked .danger").await;
    visit.says("#flows .hint", "no-flows").await;
    browser.click("#erase").await;
    browser.click("#asked .danger").await;
    visit.says("#erasure .good", "erasure-complete").await;
    visit.says("#done", "customer-erased").await;
    // What is recorded can no longer be attributed.
    visit.says("#records .hint", "no-records").await;
    visit.look("an erased customer").await;
    visit.end().await;
}

async fn needs_no_mouse(language: &str) {
    let visit = Visit::at_the_console(language, DESKTOP).await;
    let browser = &visit.browser;
    visit.signs_in("demo").await;
    visit.customer_saves_a_card().await;
    visit.go("/console/customers/").await;
    visit.tab_to("#customer-key").await;
    visit.write("7").await;
    browser.press(ENTER).await;
    browser.until(RECORDS_ARE_SHOWN).await;
    visit.enter("#cards td button").await;
    browser
        .until("document.activeElement === document.querySelector('#asked .danger')")
        .await;
    browser.press(ENTER).await;
    visit.says("#cards .hint", "no-saved-cards").await;
    browser
        .until("document.activeElement === document.querySelector('#done')")
        .await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn support_sees_a_customer_deletes_a_card_and_erases() {
    for language in LANGUAGES {
        helps_a_customer(language).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_mouse_a_card_is_deleted() {
    for language in LANGUAGES {
        needs_no_mouse(language).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_customer_is_not_found_and_the_last_one_is_hidden() {
    let visit = Visit::at_the_console("en", DESKTOP).await;
    let browser = &visit.browser;
    visit.signs_in("demo").await;
    visit.go(CUSTOMER).await;
    browser.until(RECORDS_ARE_SHOWN).await;
    browser
        .run("document.querySelector('#customer-key').value = '404';")
        .await;
    browser.click("#choose button").await;
    browser
        .until(
            "document.querySelector('#choose-problem').textContent.includes('Customer not found.')",
        )
        .await;
    browser
        .until("!document.querySelector('#customer').checkVisibility()")
        .await;
    visit.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_for_one_customer_is_never_shown_under_another() {
    let visit = Visit::at_the_console("en", DESKTOP).await;
    let browser = &visit.browser;
    visit.signs_in("demo").await;
    visit.customer_saves_a_card().await;
    visit.go("/console/customers/").await;
    // What is read for customer 7 arrives after customer 8 was asked for.
    let slow = "const before = window.fetch;
        window.fetch = (url, options) => before(url, options).then((answer) => url.includes('/customers/7/saved-cards/')
          ? new Promise((done) => { window.late = () => done(answer); }) : answer);";
    browser.run(slow).await;
    browser.keys("#customer-key", "7").await;
    browser.click("#choose button").await;
    browser.until("window.late").await;
    browser
        .run("document.querySelector('#customer-key').value = '8';")
        .await;
    browser.click("#choose button").await;
    browser
        .until("document.querySelector('#customer-title').textContent === 'Customer 8'")
        .await;
    browser.run("window.late();").await;
    browser.click("#refresh").await;
    browser
        .until("document.querySelector('#refresh').getAttribute('aria-busy') === null")
        .await;
    let shown = browser
        .run("return document.querySelector('#customer').textContent;")
        .await;
    let shown = shown.as_str().expect("a text");
    assert!(
        shown.contains("Customer 8") && !shown.contains(MASKED),
        "{shown}"
    );
    browser.click("#erase").await;
    visit
        .shows("#asked .danger", "Erase customer 8 for good")
        .await;
    visit.end().await;
}
