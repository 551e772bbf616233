//! Every page of the console in both themes, both languages and both sizes.

use serde_json::json;

use crate::browser::{DESKTOP, Screen};
use crate::console::{HEALTH_IS_SHOWN, HISTORY_IS_SHOWN, LANGUAGES, TABLET};
use crate::console_work::{MATRIX_IS_SHOWN, PHONE, RULES_ARE_SHOWN};
use crate::shop::Visit;
use crate::weight::measured;

/// The limit for everything that a first visit of a page loads, without headers.
const MOST_BYTES: u64 = 200 * 1024;

const PAGES: [(&str, &str); 9] = [
    (PHONE, MATRIX_IS_SHOWN),
    ("/console/rules/", RULES_ARE_SHOWN),
    (
        "/console/rules/?rule=bddk-computers",
        "!document.querySelector('#editor').hidden",
    ),
    ("/console/calendar/", "document.querySelector('.lane')"),
    (
        "/console/catalog/",
        "document.querySelector('#objects .change')",
    ),
    (
        "/console/approvals/",
        "document.querySelector('#list p.hint, #list .change')",
    ),
    (
        "/console/customers/?customer=7",
        "document.querySelector('#records .change')",
    ),
    ("/console/health/", HEALTH_IS_SHOWN),
    ("/console/history/", HISTORY_IS_SHOWN),
];

async fn looks_at_every_page(language: &str, screen: Screen) {
    let visit = Visit::at_the_console(language, screen).await;
    looks_in_both_themes(&visit, "signing in").await;
    visit.signs_in("demo").await;
    for (page, is_shown) in PAGES {
        visit.go(page).await;
        visit.browser.until(is_shown).await;
        looks_in_both_themes(&visit, page).await;
    }
    visit.end().await;
}

async fn looks_in_both_themes(visit: &Visit, page: &str) {
    for theme in ["light", "dark"] {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
        visit
            .browser
            .devtools("Emulation.setEmulatedMedia", media)
            .await;
        visit.look(&format!("{page}, {theme},")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_the_console_can_be_read_at_a_desk_and_on_a_tablet() {
    for language in LANGUAGES {
        for screen in [DESKTOP, TABLET] {
            looks_at_every_page(language, screen).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_of_the_console_is_larger_than_200_kilobytes() {
    let visit = Visit::at_the_console("tr", DESKTOP).await;
    visit.signs_in("demo").await;
    for (page, _) in PAGES {
        let bytes = measured(&visit, page).await["bytes"].as_u64();
        let bytes = bytes.unwrap_or(u64::MAX);
        assert!((10_000..=MOST_BYTES).contains(&bytes), "{page}: {bytes}");
    }
    visit.end().await;
}
