//! `/docs/`: the description is shown, operations can be tried, and nobody else is asked for anything.

use crate::axe;
use crate::browser::DESKTOP;
use crate::shop::Visit;

/// Finds an element of the viewer, in whatever shadow it stands.
const DEEP: &str = "const deep = (test, root = document) => [...root.querySelectorAll('*')].reduce((found, one) => \
    found ?? (test(one) ? one : one.shadowRoot ? deep(test, one.shadowRoot) : null), null);";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operation_is_tried_from_its_description() {
    let visit = Visit::begin("tr", DESKTOP).await;
    let browser = &visit.browser;
    visit.go("/docs/").await;
    let entry = "document.querySelector('openapi-explorer')?.shadowRoot\
        ?.querySelector('[data-content-id=\"get-/payments/cards/product/-pk-/\"]')";
    browser.until(entry).await;
    let findings = axe::findings(browser).await;
    assert!(findings.is_empty(), "{findings:#?}");
    browser.run(&format!("{entry}.click();")).await;
    let wait = |test: &str| format!("(() => {{ {DEEP} return deep({test}); }})()");
    browser
        .until(&wait("(one) => one.dataset.pname === 'pk'"))
        .await;
    let fill = format!(
        "{DEEP} const field = deep((one) => one.dataset.pname === 'pk'); field.value = '1'; \
         field.dispatchEvent(new Event('input', {{ bubbles: true }})); \
         deep((one) => one.classList.contains('btn-execute')).click();"
    );
    browser.run(&fill).await;
    browser
        .until(&wait("(one) => one.tagName === 'API-REQUEST' && /Status: .*200/.test((one.shadowRoot ?? one).textContent)"))
        .await;
    visit.end().await;
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
