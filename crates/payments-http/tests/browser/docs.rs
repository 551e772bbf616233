//! `/docs/`: the API description is shown, operations can be tried out, and nothing is loaded from other hosts.

use crate::axe;
use crate::browser::{DESKTOP, turn};
use crate::shop::{Shop, Visit};

/// Finds an element in nested shadow roots, and reads its text.
const DEEP: &str = "const deep = (test, root = document) => [...root.querySelectorAll('*')].reduce((found, one) => \
      found ?? (test(one) ? one : one.shadowRoot ? deep(test, one.shadowRoot) : null), null); \
    const read = (node) => node.data ?? [...(node.shadowRoot ?? node).childNodes].map(read).join(' ');";

/// Tries out an operation with its default values, and waits until the response matches a pattern.
async fn try_out(visit: &Visit, [method, path]: [&str; 2], answer: &str) {
    let browser = &visit.browser;
    let entry = format!(
        "document.querySelector('openapi-explorer')?.shadowRoot?.querySelector('[data-content-id=\"{method}-{path}\"]')"
    );
    browser.until(&entry).await;
    browser.run(&format!("{entry}.click();")).await;
    let request = format!(
        "deep((one) => one.tagName === 'API-REQUEST' && one.method === '{method}' && one.path === '{path}')"
    );
    let button =
        "deep((one) => one.classList.contains('btn-execute'), request.shadowRoot ?? request)";
    browser
        .until(&format!(
            "(() => {{ {DEEP} const request = {request}; return request && {button}; }})()"
        ))
        .await;
    let is_answered = format!("(() => {{ {DEEP} return {answer}.test(read({request})); }})()");
    let before = browser.run(&format!("return {is_answered};")).await;
    assert_eq!(before, false, "{answer} matches before {path} is executed");
    browser
        .run(&format!(
            "{DEEP} const request = {request}; {button}.click();"
        ))
        .await;
    browser.until(&is_answered).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operations_are_tried_from_their_description() {
    // As this browser's visitor, by the cookie; and with X-Cookie, as in the demo's settings, as the demo's customer.
    for (x_cookie, phone) in [("false", r"/555\d{7}/"), ("true", "/5551234567/")] {
        let shop = Shop::open_with(&[("SESSION__ENABLE_X_COOKIE_HEADER", x_cookie)]).await;
        let visit = Visit::begin_in(turn().await, shop, "en", DESKTOP).await;
        visit.go("/docs/").await;
        let stored_cards = |step| format!("/payments/stored-cards/{step}/");
        try_out(&visit, ["get", &stored_cards("phone-number")], phone).await;
        try_out(&visit, ["get", "/manage/v1/banks/"], "/Garanti BBVA/").await;
        // Its required parameters have values of the demo store.
        try_out(&visit, ["get", "/manage/v1/explain/"], "/bddk-jewellery/").await;
        try_out(&visit, ["post", &stored_cards("card")], r"/\b204\b/").await;
        let findings = axe::findings(&visit.browser).await;
        assert!(findings.is_empty(), "{findings:#?}");
        visit.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_plain_page_reads_the_same_without_scripts() {
    let visit = Visit::begin("tr", DESKTOP).await;
    visit.go("/docs/plain/").await;
    assert!(
        visit
            .browser
            .text("body")
            .await
            .contains("/payments/cards/product/{pk}/")
    );
    visit.end().await;
}
