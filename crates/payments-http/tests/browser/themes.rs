//! Every page in both themes, every language and both sizes: no accessibility errors, no overflow.

use serde_json::json;

use crate::browser::{DESKTOP, PHONE, Screen};
use crate::shop::Visit;

/// The narrowest phone that the pages have to fit.
const NARROW: Screen = Screen(320, 640, true);

/// The pages, and what shows that they have loaded.
const PAGES: [(&str, &str); 7] = [
    (
        "/",
        "document.querySelector('.tile-plan').textContent !== ''",
    ),
    ("/shop/product/13/", "document.querySelector('.matrix')"),
    ("/shop/basket/", "document.querySelector('.line')"),
    (
        "/shop/checkout/",
        "document.querySelector('#plans') && document.querySelector('#masterpass dl')",
    ),
    ("/shop/cards/", "document.querySelector('#saved .note')"),
    (
        "/shop/component/",
        "(document.querySelector('#live').scrollIntoView(), document.querySelector('#live').shadowRoot.querySelector('table'))",
    ),
    ("/shop/product/424242/", "document.querySelector('.hero a')"),
];

/// Checks every page in these themes, with a product in the basket, and on the narrowest phone, too.
async fn looks_at_every_page(language: &str, screen: Screen, themes: &[&str]) {
    let visit = Visit::begin(language, screen).await;
    let browser = &visit.browser;
    visit.add(21).await;
    for (page, has_loaded) in PAGES {
        visit.go(page).await;
        browser.until(has_loaded).await;
        for theme in themes {
            let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
            browser.devtools("Emulation.setEmulatedMedia", media).await;
            visit.look(&format!("{page}, {theme},")).await;
        }
        if screen == PHONE {
            browser.resize(NARROW).await;
            visit.look(&format!("{page}, narrow,")).await;
            browser.resize(PHONE).await;
        }
    }
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_can_be_read_at_a_desk() {
    for language in ["tr", "en", "ar"] {
        looks_at_every_page(language, DESKTOP, &["light", "dark"]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_fits_a_phone_in_every_language() {
    for language in ["tr", "en", "ar"] {
        looks_at_every_page(language, PHONE, &["light", "dark"]).await;
    }
    for language in ["ru", "de", "fr"] {
        looks_at_every_page(language, PHONE, &["light"]).await;
    }
}
