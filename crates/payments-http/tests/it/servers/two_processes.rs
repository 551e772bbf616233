//! Two processes that share only PostgreSQL and Redis.

use std::time::Duration;

use super::journey::{Customer, PATIENCE, PRODUCT, now};
use crate::program::Program;
use payments_store::testing::{REDIS_URL, TestDatabase, key_prefix, named};

/// A database and a flow store, with the keys of every process.
pub(super) struct Shared {
    pub(super) database: TestDatabase,
    redis: String,
    pub(super) prefix: String,
}

pub(super) const KEY_RING: &str = "1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
pub(super) const LASTING_KEY: &str = "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=";

impl Shared {
    pub(super) async fn new() -> Self {
        Self {
            database: TestDatabase::migrated().await,
            redis: named(REDIS_URL),
            prefix: key_prefix(),
        }
    }

    fn start(&self) -> Program {
        self.start_with(&[])
    }

    /// Starts a process with these settings of its own.
    pub(super) fn start_with(&self, over: &[(&str, &str)]) -> Program {
        let shared = [
            ("database.url", &*self.database.url),
            ("flows.url", &self.redis),
            ("flows.key_prefix", &self.prefix),
            ("security.key_ring", KEY_RING),
            ("security.lasting_key", LASTING_KEY),
            ("gateways.sandbox_ledger_file", ""),
        ];
        Program::start(&[&shared[..], over].concat())
    }
}

#[tokio::test]
async fn a_flow_begun_at_one_process_is_finished_at_the_other() {
    let shared = Shared::new().await;
    let (one, other) = (shared.start(), shared.start());
    let customer = Customer::of(&one.url).await;
    assert_eq!(customer.hold(&one.url).await.status(), 204);
    let code = customer.ask_for_code(&other.url).await;
    assert_eq!(customer.submit(&one.url, &code).await, 200);
    // The same request again, at the process that did not execute it.
    assert_eq!(customer.submit(&other.url, &code).await, 200);
    assert_eq!(customer.saved(&other.url).await, 1);
    // The first process accepts a token of the second.
    let customer = Customer::of(&other.url).await;
    assert_eq!(customer.saved(&one.url).await, 1);
}

#[tokio::test]
async fn a_flow_continues_at_the_other_process_when_one_is_killed() {
    let shared = Shared::new().await;
    let (one, other) = (shared.start(), shared.start());
    let customer = Customer::of(&one.url).await;
    assert_eq!(customer.hold(&one.url).await.status(), 204);
    let code = customer.ask_for_code(&one.url).await;
    drop(one);
    assert_eq!(customer.submit(&other.url, &code).await, 200);
    assert_eq!(customer.saved(&other.url).await, 1);
}

#[tokio::test]
async fn writes_of_one_process_are_listed_by_the_other_within_two_seconds() {
    let shared = Shared::new().await;
    let (one, other) = (shared.start(), shared.start());
    let customer = Customer::of(&one.url).await;
    let mut quickest = Duration::MAX;
    for round in 1..=3 {
        let name = format!("Renamed {round}");
        let started = now();
        let written = customer.rename_bank(&one.url, &name).await;
        assert_eq!(written.status(), 200);
        let lists = async |url: &str| {
            let listing = customer.get(url, PRODUCT).await;
            listing.text().await.expect("a body").contains(&name)
        };
        assert!(lists(&one.url).await, "the writer lists it immediately");
        while !lists(&other.url).await {
            assert!(started.elapsed() < PATIENCE, "{name}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        quickest = quickest.min(started.elapsed());
    }
    // A busy machine may hold up some.
    assert!(quickest < Duration::from_secs(2), "{quickest:?}");
}
