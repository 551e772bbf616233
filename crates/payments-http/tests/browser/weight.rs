//! What a page weighs, as the browser counts it.

use crate::browser::DESKTOP;
use crate::shop::Visit;

/// Everything a first visit loads, headers left out.
const MOST_BYTES: u64 = 150 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_weighs_more_than_150_kilobytes() {
    for page in ["/", "/shop/product/13/", "/shop/cards/", "/shop/component/"] {
        let visit = Visit::begin("tr", DESKTOP).await;
        visit
            .browser
            .devtools("Network.clearBrowserCache", serde_json::json!({}))
            .await;
        visit.go(page).await;
        visit
            .browser
            .until("document.querySelector('data.money, #brand, #snippet')")
            .await;
        let bytes = visit.browser.run(
            "return performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource')) \
             .reduce((sum, entry) => sum + entry.encodedBodySize, 0);",
        );
        let bytes = bytes.await.as_u64().unwrap_or(u64::MAX);
        assert!(
            (10_000..=MOST_BYTES).contains(&bytes),
            "{page}: {bytes} bytes"
        );
        visit.end().await;
    }
}
