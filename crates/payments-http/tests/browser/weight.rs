//! The size of a page and the time of its first paint, as the browser measures them.
//!
//! The size is the same on every machine and has a limit here. The time is not, so it is only written to
//! `target/figures.md`, which `cargo xtask screenshots` prints.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::browser::{Browser, DESKTOP};
use crate::shop::Visit;

/// The limit for everything that a first visit loads, without headers.
const MOST_BYTES: u64 = 150 * 1024;
/// The limit for the compressed component.
const MOST_COMPONENT_BYTES: u64 = 12 * 1024;
/// The factor by which the processor is slowed down.
const SLOWER: u32 = 4;

const PAGES: [&str; 6] = [
    "/",
    "/shop/product/14/",
    "/shop/basket/",
    "/shop/checkout/",
    "/shop/cards/",
    "/shop/component/",
];

const MEASURED: &str = "const of = (type) => performance.getEntriesByType(type); \
    const all = [...of('navigation'), ...of('resource')]; \
    return { bytes: all.reduce((sum, entry) => sum + entry.encodedBodySize, 0), requests: all.length, \
      first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null };";

/// Measures a page as a first visit, with an empty cache.
pub(crate) async fn measured(visit: &Visit, page: &str) -> Value {
    let browser = &visit.browser;
    browser
        .devtools("Network.clearBrowserCache", json!({}))
        .await;
    browser.go(&format!("{}{page}", visit.shop.url)).await;
    is_quiet(browser).await;
    browser.run(MEASURED).await
}

/// Waits until something was painted and nothing is loading.
async fn is_quiet(browser: &Browser) {
    browser
        .until(
            "document.readyState === 'complete' && performance.getEntriesByName('first-contentful-paint').length > 0",
        )
        .await;
    let before = "JSON.stringify(performance.getEntriesByType('resource').length)";
    loop {
        let count = browser.run(&format!("return {before};")).await;
        browser
            .promised("new Promise((done) => requestIdleCallback(() => setTimeout(done, 400)))")
            .await;
        if browser.run(&format!("return {before};")).await == count {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_is_larger_than_150_kilobytes() {
    let visit = Visit::begin("tr", DESKTOP).await;
    let browser = &visit.browser;
    visit.add(21).await;
    let slowly = json!({ "rate": SLOWER });
    browser
        .devtools("Emulation.setCPUThrottlingRate", slowly)
        .await;
    let mut figures = format!(
        "| page | weight | requests | first content, processor {SLOWER} times slower |\n|---|---|---|---|\n"
    );
    let mut heavy = Vec::new();
    for page in PAGES {
        let found = measured(&visit, page).await;
        let bytes = found["bytes"].as_u64().unwrap_or(u64::MAX);
        if !(10_000..=MOST_BYTES).contains(&bytes) {
            heavy.push((page, bytes));
        }
        let first = found["first"].as_f64().unwrap_or(f64::NAN);
        let (kilobytes, requests) = (bytes.div_ceil(1024), &found["requests"]);
        writeln!(
            figures,
            "| `{page}` | {kilobytes} KB | {requests} | {first:.0} ms |"
        )
        .expect("a text");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/figures.md");
    fs::write(file, figures).expect("written figures");
    assert!(heavy.is_empty(), "bytes: {heavy:?}");
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_component_weighs_no_more_than_12_kilobytes() {
    let visit = Visit::begin("tr", DESKTOP).await;
    let bytes = visit
        .browser
        .promised(
            "fetch('/static/component/payments-installments.js') \
             .then((file) => new Response(file.body.pipeThrough(new CompressionStream('gzip'))).arrayBuffer()) \
             .then((packed) => packed.byteLength)",
        )
        .await;
    let bytes = bytes.as_u64().expect("a size");
    assert!(
        (1_000..=MOST_COMPONENT_BYTES).contains(&bytes),
        "{bytes} bytes"
    );
    visit.end().await;
}
