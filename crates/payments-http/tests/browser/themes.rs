//! Every page in both themes, every language and both sizes: nothing keeps anybody out, nothing runs over.

use serde_json::json;

use crate::browser::{DESKTOP, PHONE};
use crate::shop::Visit;

const PAGES: [&str; 5] = [
    "/",
    "/shop/product/13/",
    "/shop/basket/",
    "/shop/cards/",
    "/shop/component/",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_can_be_read_in_the_dark() {
    let visit = Visit::begin("tr", DESKTOP).await;
    let dark = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
    visit
        .browser
        .devtools("Emulation.setEmulatedMedia", dark)
        .await;
    for page in PAGES {
        visit.go(page).await;
        visit.look(page).await;
    }
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_fits_a_phone_in_every_language() {
    for language in ["tr", "en", "ar", "ru", "de", "fr"] {
        let visit = Visit::begin(language, PHONE).await;
        for page in PAGES {
            visit.go(page).await;
            visit.look(&format!("{page} in {language}")).await;
        }
        visit.end().await;
    }
}
