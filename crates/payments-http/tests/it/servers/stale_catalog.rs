//! A stored catalog that cannot be loaded.

use std::time::Duration;

use serde_json::{Value, json};

use super::journey::{PRODUCT, now};
use crate::app::{TestApp, json as read_json};

async fn text(app: &TestApp, path: &str) -> String {
    let answer = app.get(path).header("accept-language", "en").send().await;
    answer.expect("an answer").text().await.expect("a body")
}

async fn wait_until_ready_is(app: &TestApp, wanted: &Value) {
    let started = now();
    loop {
        let answer = app.get("/health/ready").send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        let body = read_json(answer).await;
        if body == *wanted {
            return;
        }
        assert!(started.elapsed() < Duration::from_mins(1), "{body}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_catalog_that_cannot_be_loaded_never_replaces_a_good_one_and_is_reported() {
    let app = TestApp::start().await;
    let listing = text(&app, PRODUCT).await;
    let version = app.state.snapshots.current().catalog.version().0;
    wait_until_ready_is(&app, &json!({ "status": "ready" })).await;
    app.change_database(
        "ALTER TABLE banks RENAME TO banks_away; UPDATE catalog_version SET version = version + 1",
    )
    .await;
    let degraded = json!({ "status": "degraded", "failing": ["catalog"] });
    wait_until_ready_is(&app, &degraded).await;
    assert_eq!(text(&app, PRODUCT).await, listing);
    let metrics = text(&app, "/metrics").await;
    assert!(metrics.contains("\npayments_catalog_load_is_failing 1\n"));
    assert!(metrics.contains(&format!("\npayments_catalog_version {version}\n")));
    assert!(!metrics.contains("\npayments_catalog_load_failures 0\n"));
    app.change_database("ALTER TABLE banks_away RENAME TO banks")
        .await;
    wait_until_ready_is(&app, &json!({ "status": "ready" })).await;
    assert_eq!(text(&app, PRODUCT).await, listing);
    let metrics = text(&app, "/metrics").await;
    assert!(metrics.contains("\npayments_catalog_load_is_failing 0\n"));
    let next = version + 1;
    assert!(metrics.contains(&format!("\npayments_catalog_version {next}\n")));
}
