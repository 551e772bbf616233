//! The first page: what this is, three ways to try it, and a drawing for every product.

use crate::browser::{PHONE, Screen};
use crate::card_form::{SAVED, to_the_code, to_the_phone};
use crate::shop::{Visit, in_turn};

async fn follows_the_stories(language: &str, screen: Screen) {
    let visit = Visit::begin(language, screen).await;
    let browser = &visit.browser;
    visit.shows_text("h1", "hero-what").await;
    browser
        .until(
            "[...document.querySelectorAll('.tile use')].every((use) => use.getBBox().width > 0)",
        )
        .await;
    let drawings = "return ['1', '10', '26'].map((pk) => \
        document.querySelector(`[href='/shop/product/${pk}/'] use`).getAttribute('href').split('#')[1]).join();";
    assert_eq!(browser.run(drawings).await, "earrings,coin,table");
    visit.look("the first page").await;

    browser.click(".stories li:nth-child(1) a").await;
    visit.shows_text("#why", "why-cap").await;
    browser
        .until("location.hash === '#why-title' && document.readyState === 'complete'")
        .await;

    visit.go("/").await;
    browser.click(".stories li:nth-child(2) a").await;
    browser
        .until("document.querySelector('#card_number')?.value.length > 15")
        .await;
    assert_eq!(
        browser.value("#card_number").await.replace(' ', ""),
        SAVED,
        "the sandbox's number"
    );
    // The network's mark, and the plastic in the bank's colour.
    browser
        .until(
            "document.querySelector('#brand use')?.getBBox().width > 0 \
             && document.querySelector('#plastic').dataset.bank === 'halkbank' \
             && document.querySelector('#card-plans table')",
        )
        .await;
    visit.look("the card of the story").await;
    browser.click("#consent").await;
    to_the_phone(&visit).await;
    to_the_code(&visit).await;
    browser.click("#phone-messages .secondary").await;
    browser
        .until("document.querySelector('#saved [data-card][data-bank=halkbank] .brand-mark')")
        .await;
    visit.look("the saved card of the story").await;

    visit.add(13).await;
    visit.go("/").await;
    browser.click(".stories li:nth-child(3) a").await;
    browser
        .until("location.pathname === '/shop/checkout/' && document.querySelector('#plans')")
        .await;
    visit.pay().await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_stories_lead_from_a_reason_to_a_paid_order() {
    in_turn(follows_the_stories).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_language_is_chosen_from_the_list_and_kept() {
    let visit = Visit::begin("tr", PHONE).await;
    let browser = &visit.browser;
    for language in ["en", "ar", "ru", "de", "fr", "tr"] {
        browser.click("#languages summary").await;
        browser
            .click(&format!("#languages [lang={language}]"))
            .await;
        let is_chosen = format!(
            "document.documentElement.lang === '{language}' && document.readyState === 'complete'"
        );
        browser.until(&is_chosen).await;
        visit.go("/shop/cards/").await;
        browser.until(&is_chosen).await;
    }
    visit.end().await;
}
