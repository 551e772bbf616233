//! An audit log that cannot be sealed.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::journey::{PATIENCE, now};
use crate::app::TestApp;
use crate::manage::running::TOKEN;
use crate::manage::status::TOKEN_SETTING;

const AGE: &str = "\npayments_audit_oldest_unsealed_seconds ";

async fn age(app: &TestApp) -> u64 {
    let answer = app.get("/metrics").send().await.expect("an answer");
    let metrics = answer.text().await.expect("a body");
    let (_, rest) = metrics.split_once(AGE).expect("the metric");
    let value = rest.lines().next().expect("a value");
    value.parse().expect("a number")
}

async fn wait_until_age(app: &TestApp, is_right: impl Fn(u64) -> bool) {
    let started = now();
    while !is_right(age(app).await) {
        assert!(started.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn the_age_of_records_that_wait_for_their_seal_is_measured() {
    let app = TestApp::start_with(&[TOKEN_SETTING]).await;
    app.change_database("ALTER TABLE audit_seals RENAME TO audit_seals_away")
        .await;
    let bank = json!({ "name": "Unsealed", "slug": "unsealed" });
    let request = app.request(Method::PUT, "/manage/v1/banks/4711/");
    let request = request.bearer_auth(TOKEN).body(bank.to_string());
    let request = request.header("content-type", "application/json");
    let written = request.send().await;
    assert_eq!(written.expect("an answer").status(), 201);
    wait_until_age(&app, |seconds| seconds > 0).await;
    app.change_database("ALTER TABLE audit_seals_away RENAME TO audit_seals")
        .await;
    wait_until_age(&app, |seconds| seconds == 0).await;
}
