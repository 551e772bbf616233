//! The attributes of `<payments-installments>`, on a page of the store itself: digits, saved cards, and mistakes.

use serde_json::json;

use crate::browser::DESKTOP;
use crate::card_form::{SAVED, save};
use crate::shop::Visit;
use crate::words;

/// The names of the cards that the component shows.
const SHOWN: &str = "[...document.querySelector('#tested').shadowRoot.querySelectorAll('caption .name')].map((name) => name.textContent).join()";
/// The last status that the component reported.
const FAILED: &str = "window.failed.at(-1)";

/// A component for the product 21 that shows all cards, in place of a page's content.
async fn begin() -> Visit {
    let visit = Visit::begin("en", DESKTOP).await;
    place(&visit).await;
    visit
}

async fn place(visit: &Visit) {
    let browser = &visit.browser;
    browser
        .run(
            "window.failed = []; const one = document.createElement('payments-installments'); one.id = 'tested'; \
             one.addEventListener('payments-failed', ({ detail }) => window.failed.push(detail.status)); \
             one.setAttribute('src', '/payments/cards/product/21/'); document.querySelector('main').replaceChildren(one);",
        )
        .await;
    shows_all(visit).await;
}

async fn set(visit: &Visit, name: &str, value: &str) {
    let script = format!("document.querySelector('#tested').setAttribute('{name}', '{value}');");
    visit.browser.run(&script).await;
}

async fn remove(visit: &Visit, name: &str) {
    let script = format!("document.querySelector('#tested').removeAttribute('{name}');");
    visit.browser.run(&script).await;
}

async fn shows(visit: &Visit, card: &str) {
    visit.browser.until(&format!("{SHOWN} === {card:?}")).await;
}

async fn shows_all(visit: &Visit) {
    let are_all = format!("{SHOWN}.startsWith('Bonus,Axess,')");
    visit.browser.until(&are_all).await;
}

/// Waits until the component reports this status, and shows this text of the component.
async fn fails(visit: &Visit, status: u16, text: &str) {
    let browser = &visit.browser;
    browser.until(&format!("{FAILED} === {status}")).await;
    let text = words::component(&visit.language, text);
    let state = "document.querySelector('#tested').shadowRoot.querySelector('.state').textContent";
    browser.until(&format!("{state}.includes({text:?})")).await;
    visit.look("the component that failed").await;
}

/// The queries of the listings that were requested since the last call.
async fn queries(visit: &Visit) -> Vec<String> {
    let requests = visit.browser.requests().await;
    let listing = "/payments/cards/product/21/";
    let queries = requests.iter().filter_map(|url| url.split_once(listing));
    queries.map(|(_, query)| query.to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn digits_can_be_set_changed_and_removed_and_wrong_ones_are_never_sent() {
    let visit = begin().await;
    queries(&visit).await;
    set(&visit, "bin", "554960").await;
    shows(&visit, "Bonus").await;
    set(&visit, "bin", "55287900").await;
    shows(&visit, "Paraf").await;
    remove(&visit, "bin").await;
    shows_all(&visit).await;
    set(&visit, "bin", "554960").await;
    shows(&visit, "Bonus").await;
    set(&visit, "bin", "5549600000000129").await;
    shows_all(&visit).await;
    set(&visit, "bin", "554960").await;
    shows(&visit, "Bonus").await;
    set(&visit, "bin", "").await;
    shows_all(&visit).await;
    let asked = queries(&visit).await;
    let known = ["", "?bin=554960", "?bin=55287900"];
    assert!(
        asked.iter().all(|query| known.contains(&query.as_str())),
        "{asked:?}"
    );
    let warnings = visit.browser.complaints().await;
    assert!(
        warnings.len() == 1 && !warnings[0].contains("554960"),
        "{warnings:#?}"
    );
    visit.browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_saved_card_can_be_set_changed_and_removed_and_precedes_digits() {
    let visit = Visit::begin("en", DESKTOP).await;
    save(&visit, SAVED).await;
    let pk = "return Number(document.querySelector('#saved [data-card]').dataset.card);";
    let pk = visit.browser.run(pk).await;
    place(&visit).await;
    set(&visit, "bin", "554960").await;
    shows(&visit, "Bonus").await;
    set(&visit, "saved-card", &pk.to_string()).await;
    shows(&visit, "Paraf").await;
    set(&visit, "saved-card", "424242").await;
    fails(&visit, 404, "missing").await;
    set(&visit, "saved-card", &pk.to_string()).await;
    shows(&visit, "Paraf").await;
    remove(&visit, "saved-card").await;
    shows(&visit, "Bonus").await;
    remove(&visit, "bin").await;
    shows_all(&visit).await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_customers_session_a_saved_card_is_an_error_until_it_is_removed() {
    let visit = Visit::begin("en", DESKTOP).await;
    visit.browser.click("#account").await;
    let is_out = "document.querySelector('#account').dataset.customer === 'false' && document.readyState === 'complete'";
    visit.browser.until(is_out).await;
    place(&visit).await;
    set(&visit, "saved-card", "1").await;
    fails(&visit, 401, "failed").await;
    remove(&visit, "saved-card").await;
    shows_all(&visit).await;
    visit.end().await;
}

/// Holds the answer for the digits 554960 until `release` is called, even if the request is aborted, as an answer that
/// had arrived already. `status` replaces its status.
fn held(status: u16) -> String {
    format!(
        "const ask = window.fetch; window.held = 0; window.isLate = false; \
         window.fetch = async (url, options) => {{ \
           if (!String(url).includes('bin=554960')) return ask(url, options); \
           const listing = await (await ask(url, {{ ...options, signal: null }})).json(); \
           const released = new Promise((done) => {{ window.release = done; }}); \
           window.held += 1; \
           await released; \
           setTimeout(() => {{ window.isLate = true; }}); \
           return {{ ok: {status} === 200, status: {status}, json: async () => listing }}; }};"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_answer_does_not_replace_the_answer_for_later_digits() {
    for status in [200, 503] {
        let visit = begin().await;
        let browser = &visit.browser;
        browser.run(&held(status)).await;
        set(&visit, "bin", "554960").await;
        browser.until("window.held === 1").await;
        set(&visit, "bin", "552879").await;
        shows(&visit, "Paraf").await;
        browser.run("window.release();").await;
        browser.until("window.isLate").await;
        assert_eq!(browser.run(&format!("return {SHOWN};")).await, "Paraf");
        assert_eq!(browser.run("return window.failed;").await, json!([]));
        visit.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attributes_that_change_together_are_one_request() {
    let visit = begin().await;
    queries(&visit).await;
    visit
        .browser
        .run(
            "const one = document.querySelector('#tested'); \
             one.setAttribute('bin', '554960'); one.setAttribute('bin', '552879');",
        )
        .await;
    shows(&visit, "Paraf").await;
    assert_eq!(queries(&visit).await, ["?bin=552879"]);
    assert_eq!(visit.browser.complaints().await, Vec::<String>::new());
    visit.browser.close().await;
}

/// The component's warnings since the last call, each without the place in its source.
async fn warnings(visit: &Visit) -> Vec<String> {
    let complaints = visit.browser.complaints().await.into_iter();
    let texts = complaints.filter_map(|text| {
        let (_, warning) = text.split_once("payments-installments: ")?;
        Some(warning.trim_end_matches('"').to_owned())
    });
    texts.collect()
}

async fn refresh(visit: &Visit) {
    let refreshed = "document.querySelector('#tested').refresh().then(() => true)";
    visit.browser.promised(refreshed).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mistyped_attributes_and_values_are_ignored_with_one_warning_each() {
    let visit = begin().await;
    for (name, value) in [
        ("class", "a"),
        ("data-a", "b"),
        ("aria-label", "c"),
        ("dir", "ltr"),
        ("part", "d"),
        ("bank", "akbank"),
    ] {
        set(&visit, name, value).await;
    }
    refresh(&visit).await;
    assert_eq!(warnings(&visit).await, Vec::<String>::new());
    for (name, value) in [
        ("prodcut", "13"),
        ("savedcard", "7"),
        ("bank", "akbnk, akbank"),
        ("layout", "compat"),
        ("limit", "six"),
        ("lang", "english"),
        ("currency", "lira"),
        ("bin", "5549600000000129"),
    ] {
        set(&visit, name, value).await;
        refresh(&visit).await;
        refresh(&visit).await;
        let found = warnings(&visit).await;
        assert!(found.len() == 1 && found[0].contains(name), "{found:?}");
        assert!(!found[0].contains("554960"), "{found:?}");
        shows(&visit, "Axess").await;
    }
    set(&visit, "bank", "akbnk").await;
    let note = words::component("en", "noneOfBank");
    let state = "document.querySelector('#tested').shadowRoot.querySelector('.state')?.textContent";
    visit.browser.until(&format!("{state} === {note:?}")).await;
    visit.browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bank_without_a_card_among_the_restricted_ones_is_no_mistake() {
    let visit = begin().await;
    set(&visit, "bank", "akbank").await;
    set(&visit, "bin", "554960").await;
    let state = "document.querySelector('#tested').shadowRoot.querySelector('.state')";
    visit.browser.until(state).await;
    assert_eq!(warnings(&visit).await, Vec::<String>::new());
    visit.browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_product_nothing_is_requested_and_the_console_says_so() {
    let visit = begin().await;
    remove(&visit, "src").await;
    visit.browser.until(&format!("{FAILED} === 0")).await;
    let shown = "return document.querySelector('#tested').shadowRoot.childElementCount;";
    assert_eq!(visit.browser.run(shown).await, 0);
    let found = warnings(&visit).await;
    assert_eq!(found, ["nothing is shown without product or src"]);
    let requests = visit.browser.requests().await;
    assert!(!requests.iter().any(|url| url.contains("/product//")));
    set(&visit, "product", "21").await;
    shows_all(&visit).await;
    visit.end().await;
}
