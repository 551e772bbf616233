//! The journeys of the people who run a store, in the console.

use serde_json::json;

use crate::browser::{DESKTOP, Screen};
use crate::keyboard::ENTER;
use crate::shop::Visit;
use crate::words;

/// The smallest screen that the console is for.
pub(crate) const TABLET: Screen = Screen(768, 1024, false);

/// The languages of the console.
pub(crate) const LANGUAGES: [&str; 2] = ["tr", "en"];

/// What shows that a page has loaded.
pub(crate) const HEALTH_IS_SHOWN: &str = "document.querySelector('#processes table')";
pub(crate) const HISTORY_IS_SHOWN: &str = "document.querySelector('.change')";

impl Visit {
    /// Opens the form to sign in to the console, in the visit's language.
    pub(crate) async fn at_the_console(language: &str, screen: Screen) -> Self {
        let visit = Self::begin(language, screen).await;
        let chosen = format!("/console/language/?code={language}");
        visit.go(&chosen).await;
        visit.says("h1", "sign-in").await;
        visit
    }

    pub(crate) async fn signs_in(&self, token: &str) {
        self.browser.keys("#token", token).await;
        self.browser.click("form button").await;
        self.browser
            .until("document.querySelector('#sign-out')")
            .await;
        self.go("/console/health/").await;
        self.browser.until(HEALTH_IS_SHOWN).await;
    }

    /// Waits until an element shows a sentence of the console.
    pub(crate) async fn says(&self, selector: &str, sentence: &str) {
        let expected = words::console(&self.language, sentence);
        let is_said = format!(
            "[...document.querySelectorAll({selector:?})].some((one) => one.checkVisibility() \
             && one.textContent.includes({expected:?}))"
        );
        self.browser.until(&is_said).await;
    }

    /// A name of a bank, as the management API has it.
    async fn name_of_bank(&self, pk: u64) -> String {
        let banks = self.shop.export().await["banks"].take();
        let is_asked = |bank: &&serde_json::Value| bank["pk"] == pk;
        let bank = banks.as_array().expect("banks").iter().find(is_asked);
        bank.expect("the bank")["name"]
            .as_str()
            .expect("a name")
            .to_owned()
    }

    async fn renames_a_bank(&self) {
        let renamed = json!({"banks": [{"pk": 1, "name": "Renamed", "slug": "garanti", "logo_path": "logos/garanti.svg"}]});
        self.shop.import(&renamed).await;
    }
}

async fn looks_around(language: &str) {
    let visit = Visit::at_the_console(language, DESKTOP).await;
    let browser = &visit.browser;
    browser.keys("#token", "wrong").await;
    browser.click("form button").await;
    visit.says("#token-help", "sign-in-wrong").await;
    visit.signs_in("demo").await;
    visit.says("h1", "health").await;
    visit.says("#stores .good", "reachable").await;
    browser
        .until("document.querySelectorAll('#activity svg').length === 5")
        .await;
    browser.click("#activity summary").await;
    browser.click("#check").await;
    visit.says("#checked", "none-to-check").await;
    browser.click("#refresh").await;
    browser.click("a[href='/console/history/']").await;
    browser.until(HISTORY_IS_SHOWN).await;
    visit.says("h1", "history").await;
    let shown = browser
        .run("return document.querySelectorAll('.change').length;")
        .await;
    browser.click("#more").await;
    browser
        .until(&format!(
            "document.querySelectorAll('.change').length > {shown}"
        ))
        .await;
    browser.click("#sign-out").await;
    visit.says("h1", "sign-in").await;
    visit.go("/console/history/").await;
    visit.says("h1", "sign-in").await;
    visit.end().await;
}

async fn takes_a_change_back(language: &str) {
    let visit = Visit::at_the_console(language, DESKTOP).await;
    let browser = &visit.browser;
    let before = visit.name_of_bank(1).await;
    visit.renames_a_bank().await;
    visit.signs_in("demo-approver").await;
    visit.go("/console/history/").await;
    browser.until(HISTORY_IS_SHOWN).await;
    browser.click(".change summary").await;
    browser
        .until("document.querySelector('.change td:last-child').textContent === 'Renamed'")
        .await;
    visit.look("a change of the history").await;
    browser
        .click(".change .buttons button:nth-of-type(1)")
        .await;
    browser
        .until("document.querySelectorAll('#compare .change').length === 1")
        .await;
    browser
        .click("#list .change .buttons button:nth-of-type(2)")
        .await;
    visit.says("#restore h3", "would-be-updated-one").await;
    visit.look("the preview of a restoration").await;
    assert_eq!(visit.name_of_bank(1).await, "Renamed");
    browser.click("#restore .danger").await;
    visit.says("#restore h3", "was-updated-one").await;
    assert_eq!(visit.name_of_bank(1).await, before);
    browser
        .until(
            "document.querySelector('#list .change .hint').textContent.includes('demo-approver')",
        )
        .await;
    visit.end().await;
}

async fn is_refused_in_words(language: &str) {
    let visit = Visit::at_the_console(language, DESKTOP).await;
    let browser = &visit.browser;
    visit.signs_in("demo").await;
    visit.go("/console/history/").await;
    browser.until(HISTORY_IS_SHOWN).await;
    browser
        .run("document.querySelector('#restore-at').value = '2001-01-01T00:00';")
        .await;
    browser.click("#restore form button").await;
    browser
        .until("document.querySelector('#restore .problem code')?.textContent === '/at'")
        .await;
    browser
        .until("document.querySelector('#restore .problem [lang=en] p').textContent !== ''")
        .await;
    visit.look("a refused restoration").await;
    // A key without a part is not the whole catalog.
    browser
        .run("document.querySelector('#restore-at').value = '2101-01-01T00:00';")
        .await;
    browser.keys("#restore-key", "gold").await;
    browser.click("#restore form button").await;
    browser
        .until("document.querySelector('#restore .problem code')?.textContent === '/part'")
        .await;
    visit.end().await;
}

/// The session ends while a filter is typed. Another tab signs in, and the page continues.
async fn continues_after_the_session_ended(language: &str) {
    let visit = Visit::at_the_console(language, DESKTOP).await;
    let browser = &visit.browser;
    visit.signs_in("demo").await;
    visit.go("/console/history/").await;
    browser.until(HISTORY_IS_SHOWN).await;
    browser
        .devtools("Network.clearBrowserCookies", json!({}))
        .await;
    browser.keys("#filter-key", "store-vip-fashion").await;
    browser.click("#filters button").await;
    visit.says("#session-ended", "session-ended").await;
    visit.look("an ended session").await;
    browser.click("#session-ended a").await;
    let sign_in = async {
        browser.keys("#token", "demo").await;
        browser.click("form button").await;
        browser.until(HISTORY_IS_SHOWN).await;
    };
    browser.in_the_other_tab(sign_in).await;
    browser
        .until("document.querySelector('#session-ended').hidden && document.querySelectorAll('#list .change').length === 1")
        .await;
    assert_eq!(browser.value("#filter-key").await, "store-vip-fashion");
    // The CSRF token is the new session's.
    browser
        .click("#list .change .buttons button:nth-of-type(3)")
        .await;
    visit.says("#restore .hint", "nothing-to-restore").await;
    visit.end().await;
}

async fn needs_no_mouse(language: &str) {
    let visit = Visit::at_the_console(language, DESKTOP).await;
    let browser = &visit.browser;
    visit.renames_a_bank().await;
    visit.is_at("#token").await;
    visit.write("demo").await;
    browser.press(ENTER).await;
    browser.until("document.querySelector('#sign-out')").await;
    visit.go("/console/health/").await;
    browser.until(HEALTH_IS_SHOWN).await;
    visit.tab_to(".skip").await;
    browser.press(ENTER).await;
    visit.is_at("#content").await;
    visit.enter("#check").await;
    visit.says("#checked", "none-to-check").await;
    visit.go("/console/").await;
    visit.enter("a[href='/console/history/']").await;
    browser.until(HISTORY_IS_SHOWN).await;
    visit.tab_to("#filter-principal").await;
    visit.write("demo").await;
    browser.press(ENTER).await;
    browser
        .until("document.querySelectorAll('#list .change').length === 1")
        .await;
    visit
        .enter("#list .change .buttons button:nth-of-type(2)")
        .await;
    visit.is_at("#restore-title").await;
    visit.says("#restore h3", "would-be-updated-one").await;
    visit.enter("#restore .danger").await;
    visit.says("#restore h3", "was-updated-one").await;
    visit.is_at("#restore-title").await;
    visit.go("/console/health/").await;
    visit.enter("#sign-out").await;
    visit.says("h1", "sign-in").await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_looks_around_and_signs_out() {
    for language in LANGUAGES {
        looks_around(language).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_taken_back_after_a_preview() {
    for language in LANGUAGES {
        takes_a_change_back(language).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_shown_in_words_with_its_pointer() {
    for language in LANGUAGES {
        is_refused_in_words(language).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_continues_after_its_session_ended() {
    for language in LANGUAGES {
        continues_after_the_session_ended(language).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_mouse_a_change_is_taken_back() {
    for language in LANGUAGES {
        needs_no_mouse(language).await;
    }
}
