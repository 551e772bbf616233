//! Invalid input and refusals of the bank: the page says so in the customer's language, and keeps all input but the
//! CVV.

use crate::browser::{DESKTOP, turn};
use crate::card_form::{DECLINED, SAVED, enter_the_code, fill, is_kept, to_the_code, to_the_phone};
use crate::shop::{Shop, Visit, languages};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mistakes_in_the_form_are_named_at_their_fields() {
    for &(language, screen) in languages() {
        let visit = Visit::begin(language, screen).await;
        let browser = &visit.browser;
        visit.go("/shop/cards/").await;
        browser.keys("#card_number", "5528790000000007").await;
        browser.click("#step-card .primary").await;
        browser
            .until("document.querySelectorAll('#step-card [aria-invalid=true]').length === 5")
            .await;
        visit
            .shows_text("#card_number-error", "card-number-bad")
            .await;
        visit
            .shows_text("#card_holder-error", "field-missing")
            .await;
        visit.shows_text("#consent-error", "consent-missing").await;
        assert_eq!(
            browser.run("return document.activeElement.id;").await,
            "card_number"
        );
        visit.look("the form with its mistakes").await;
        visit.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_code_can_be_mended_and_after_a_refused_card_another_is_asked_for() {
    for &(language, screen) in languages() {
        let visit = Visit::begin(language, screen).await;
        let browser = &visit.browser;
        fill(&visit, DECLINED).await;
        to_the_phone(&visit).await;
        to_the_code(&visit).await;
        browser.keys("#otp", "00").await;
        browser.click("#step-code .primary").await;
        visit.shows_text("#otp-error", "code-digits").await;
        // The sixth digit submits the code.
        browser.keys("#otp", "0000").await;
        visit.shows_text("#otp-error", "otp-wrong").await;
        visit.shows_text("#tries", "tries-left").await;
        assert!(browser.text("#tries").await.contains('4'), "{language}");
        visit.look("the wrong code").await;

        enter_the_code(&visit).await;
        visit
            .shows_text("#saving-problem", "gateway-declined")
            .await;
        is_another_cards(&visit).await;
        visit.look("the refused card").await;
        visit.end().await;
    }
}

/// Asserts that the form asks for another card of the same customer.
async fn is_another_cards(visit: &Visit) {
    let browser = &visit.browser;
    let language = &visit.language;
    browser
        .until("document.activeElement.matches('#card_number')")
        .await;
    for field in ["#card_number", "#card_expiry", "#card_cvv"] {
        assert_eq!(browser.value(field).await, "", "{field} in {language}");
    }
    assert_eq!(browser.value("#card_holder").await, "Ada Yılmaz");
    let errors = "return document.querySelectorAll('#step-card [aria-invalid]').length;";
    assert_eq!(browser.run(errors).await, 0, "{language}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_wrong_codes_lead_back_to_the_card() {
    for &(language, screen) in languages() {
        let visit = Visit::begin(language, screen).await;
        let browser = &visit.browser;
        fill(&visit, SAVED).await;
        to_the_phone(&visit).await;
        to_the_code(&visit).await;
        for left in ["4", "3", "2", "1"] {
            // The wrong code is selected: typing replaces it.
            browser.keys("#otp", &format!("00000{left}")).await;
            browser
                .until(&format!(
                    "document.querySelector('#tries').textContent.includes('{left}')"
                ))
                .await;
        }
        browser.keys("#otp", "999999").await;
        visit.shows_text("#saving-problem", "flow-void").await;
        visit.shows_text("#card_cvv-error", "cvv-again").await;
        is_kept(&visit, SAVED).await;
        visit.look("the card after five wrong codes").await;
        returns_to(&visit, "#step-card").await;
        visit.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_tab_continues_at_the_step_of_the_flow() {
    for &(language, screen) in languages() {
        let visit = Visit::begin(language, screen).await;
        let browser = &visit.browser;
        fill(&visit, SAVED).await;
        to_the_phone(&visit).await;
        returns_to(&visit, "#step-phone").await;
        to_the_code(&visit).await;
        browser.keys("#otp", "000000").await;
        visit.shows_text("#tries", "tries-left").await;
        returns_to(&visit, "#step-code").await;
        visit.shows_text("#sent-to", "sent").await;
        visit.shows_text("#countdown", "time-left").await;
        visit.shows_text("#tries", "tries-left").await;
        assert!(browser.text("#tries").await.contains('4'));
        visit.look("the code after a reload").await;
        enter_the_code(&visit).await;
        browser
            .until("document.querySelector('#saved [data-card]')")
            .await;
        returns_to(&visit, "#step-card").await;
        visit.end().await;
    }
}

/// Opens the page as in another tab, which has nothing stored, and waits for this step alone.
async fn returns_to(visit: &Visit, step: &str) {
    visit.browser.run("sessionStorage.clear();").await;
    visit.go("/shop/cards/").await;
    let is_at = format!(
        "performance.getEntriesByType('resource').some((one) => one.name.endsWith('/flow/') && one.responseEnd > 0) \
         && [...document.querySelectorAll('[id^=step-]')].every((one) => one.hidden !== one.matches('{step}'))"
    );
    visit.browser.until(&is_at).await;
}

/// What is typed key by key, and what the field shows then.
const EXPIRIES: [(&str, &str); 7] = [
    ("3/28", "03 / 28"),
    ("328", "03 / 28"),
    ("9/2029", "09 / 2029"),
    ("12/2035", "12 / 2035"),
    ("1/30", "01 / 30"),
    ("1130", "11 / 30"),
    ("5 30", "05 / 30"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expiry_keeps_the_order_of_its_digits() {
    let visit = Visit::begin("en", DESKTOP).await;
    let browser = &visit.browser;
    visit.go("/shop/cards/").await;
    for (typed, shown) in EXPIRIES {
        for key in typed.chars() {
            browser.keys("#card_expiry", &key.to_string()).await;
        }
        assert_eq!(browser.value("#card_expiry").await, shown, "{typed}");
        browser
            .run("document.querySelector('#card_expiry').value = '';")
            .await;
    }
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_came_too_late_is_replaced() {
    let turn = turn().await;
    let mut visits = Vec::new();
    // All visits wait in parallel for the shortest lifetime that a code can have.
    for &(language, screen) in languages() {
        let shop = Shop::open_with(&[("OTP__CODE_LIFETIME_SECONDS", "30")]).await;
        let visit = Visit::begin_in(turn.clone(), shop, language, screen).await;
        fill(&visit, SAVED).await;
        to_the_phone(&visit).await;
        to_the_code(&visit).await;
        visits.push(visit);
    }
    for visit in visits {
        let browser = &visit.browser;
        visit.shows_text("#countdown", "time-over").await;
        browser.keys("#otp", "123456").await;
        visit.shows_text("#otp-error", "code-expired").await;
        visit.look("the code that is too late").await;
        let old = browser.text("#phone-messages").await;
        browser.click("#resend").await;
        visit.shows_text("#countdown", "time-left").await;
        browser
            .until("document.querySelector('#otp-error').hidden")
            .await;
        browser
            .until(&format!(
                "document.querySelector('#phone-messages').textContent !== {old:?}"
            ))
            .await;
        enter_the_code(&visit).await;
        browser
            .until("document.querySelector('#saved [data-card]')")
            .await;
        visit.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_who_requests_too_many_codes_is_told_how_long_to_wait() {
    for &(language, screen) in languages() {
        let shop = Shop::open_with(&[("OTP__CODES_PER_CUSTOMER_HOUR", "1")]).await;
        let visit = Visit::begin_in(turn().await, shop, language, screen).await;
        let browser = &visit.browser;
        fill(&visit, SAVED).await;
        to_the_phone(&visit).await;
        to_the_code(&visit).await;
        browser.click("[data-back=step-phone]").await;
        let phone = browser.value("#phone_number").await;
        browser.click("#step-phone .primary").await;
        visit.shows_text("#saving-problem", "error-busy").await;
        let said = browser.text("#saving-problem").await;
        assert!(said.contains(char::is_numeric), "{said}");
        assert_eq!(browser.value("#phone_number").await, phone);
        visit.look("too many codes").await;
        browser.click("#step-phone [data-back=step-card]").await;
        is_kept(&visit, SAVED).await;
        visit.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_currency_and_an_unknown_product_are_explained() {
    for &(language, screen) in languages() {
        let visit = Visit::begin(language, screen).await;
        let browser = &visit.browser;
        visit.go("/shop/basket/").await;
        visit.shows_text("#lines", "basket-empty").await;
        visit.look("the empty basket").await;
        visit.add(21).await;
        visit.go("/shop/product/27/").await;
        browser.click("#add").await;
        visit.shows_text("#add-error", "other-currency").await;
        visit.go("/shop/product/999999/").await;
        visit.shows_text("h1", "product-missing").await;
        visit.look("the missing product").await;
        visit.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_logs_in_to_save_a_card() {
    for &(language, screen) in languages() {
        let visit = Visit::begin(language, screen).await;
        let browser = &visit.browser;
        visit.go("/shop/cards/").await;
        browser.click("#account").await;
        browser
            .until("document.querySelector('#account').dataset.customer === 'false'")
            .await;
        visit.shows_text("#content", "cards-log-in").await;
        visit.look("the page without cards").await;
        browser.click("#log-in").await;
        browser
            .until("document.querySelector('#account').dataset.customer === 'true'")
            .await;
        visit.shows_text("#saved", "saved-none").await;
        visit.end().await;
    }
}
