//! A Redis that comes back with older data while cards are being saved.

use payments_store::testing::{REDIS_URL, TestDatabase, key_prefix, named};
use reqwest::Method;
use serde_json::Value;

use super::copies::Copies;
use super::journey::Customer;
use super::slow_redis::{is_judged_wrong, wrong};
use super::two_processes::{KEY_RING, LASTING_KEY};
use crate::app::json as read_json;
use crate::program::Program;

struct Harness {
    program: Program,
    copies: Copies,
    _database: TestDatabase,
}

impl Harness {
    async fn new() -> Self {
        let (database, prefix) = (TestDatabase::migrated().await, key_prefix());
        let program = Program::start(&[
            ("database.url", &database.url),
            ("flows.url", &named(REDIS_URL)),
            ("flows.key_prefix", &prefix),
            ("security.key_ring", KEY_RING),
            ("security.lasting_key", LASTING_KEY),
            ("gateways.sandbox_ledger_file", ""),
        ]);
        Self {
            program,
            copies: Copies::of(&prefix).await,
            _database: database,
        }
    }
}

/// The audit log's outcomes for cards, oldest first.
async fn audited(customer: &Customer, url: &str) -> Vec<String> {
    let path = "/manage/v1/audit/?kind=card";
    let page = customer.manage(Method::GET, url, path, &Value::Null).await;
    let page = read_json(page).await;
    let records = page["results"].as_array().expect("records").iter();
    let outcomes = records.map(|record| record["outcome"].as_str().expect("a word").to_owned());
    outcomes.rev().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_copy_of_redis_brings_no_try_back() {
    let mut harness = Harness::new().await;
    let url = &harness.program.url;
    let customer = Customer::of(url).await;
    assert_eq!(customer.hold(url).await.status(), 204);
    let code = customer.ask_for_code(url).await;
    assert!(harness.copies.keep().await >= 2, "a state and a card");
    let mut judged = 0;
    for number in 0..8 {
        judged += u32::from(is_judged_wrong(&customer, url, &wrong(&code, number)).await);
        harness.copies.bring_back().await;
    }
    assert_eq!(judged, 5);
    // The right code is no longer compared.
    assert_eq!(customer.submit(url, &code).await, 400);
    assert_eq!(customer.saved(url).await, 0);
    assert_eq!(audited(&customer, url).await, ["void"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_copy_of_redis_lets_no_saved_card_be_refused() {
    let mut harness = Harness::new().await;
    let url = &harness.program.url;
    let customer = Customer::of(url).await;
    assert_eq!(customer.hold(url).await.status(), 204);
    let code = customer.ask_for_code(url).await;
    harness.copies.keep().await;
    assert_eq!(customer.submit(url, &code).await, 200);
    harness.copies.bring_back().await;
    for _ in 0..2 {
        assert_eq!(customer.submit(url, &code).await, 200);
    }
    harness.copies.bring_back().await;
    for number in 0..6 {
        let answer = customer.submit(url, &wrong(&code, number)).await;
        assert_eq!(answer, 400, "{number}");
    }
    assert_eq!(customer.submit(url, &code).await, 200);
    assert_eq!(customer.saved(url).await, 1);
    assert_eq!(audited(&customer, url).await, ["saved"]);
}
