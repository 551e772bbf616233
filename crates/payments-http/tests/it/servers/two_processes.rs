//! Two processes that share only PostgreSQL and Redis.

use std::process::Command;
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

/// Names two running processes, separated by a comma, that the tests use instead of starting their own.
const PROCESSES: &str = "PAYMENTS_TEST_PROCESSES";
/// The command that kills the first of them.
const KILL: &str = "PAYMENTS_TEST_KILL";

/// Two processes that share a database and a flow store.
struct Pair {
    one: String,
    other: String,
    /// Those that the test started, and what they share.
    started: Vec<Program>,
    _shared: Option<Shared>,
}

impl Pair {
    async fn new() -> Self {
        if let Some(urls) = given(PROCESSES) {
            let (one, other) = urls.split_once(',').expect("two URLs");
            return Self {
                one: one.to_owned(),
                other: other.to_owned(),
                started: Vec::new(),
                _shared: None,
            };
        }
        let shared = Shared::new().await;
        let (one, other) = (shared.start(), shared.start());
        Self {
            one: one.url.clone(),
            other: other.url.clone(),
            started: vec![one, other],
            _shared: Some(shared),
        }
    }

    fn kill_one(&mut self) {
        if !self.started.is_empty() {
            drop(self.started.remove(0));
            return;
        }
        let command = given(KILL).expect(KILL);
        let mut words = command.split(' ');
        let mut kill = Command::new(words.next().expect("a program"));
        assert!(kill.args(words).status().expect("an end").success());
    }
}

#[expect(clippy::disallowed_methods, reason = "the environment names processes")]
fn given(variable: &str) -> Option<String> {
    std::env::var(variable).ok()
}

#[tokio::test]
async fn a_flow_begun_at_one_process_is_finished_at_the_other() {
    let pair = Pair::new().await;
    let customer = Customer::of(&pair.one).await;
    assert_eq!(customer.hold(&pair.one).await.status(), 204);
    let code = customer.ask_for_code(&pair.other).await;
    assert_eq!(customer.submit(&pair.one, &code).await, 200);
    // The same request again, at the process that did not execute it.
    assert_eq!(customer.submit(&pair.other, &code).await, 200);
    assert_eq!(customer.saved(&pair.other).await, 1);
    // The first process accepts a token of the second.
    let customer = Customer::of(&pair.other).await;
    assert_eq!(customer.saved(&pair.one).await, 1);
}

#[tokio::test]
async fn a_flow_continues_at_the_other_process_when_one_is_killed() {
    let mut pair = Pair::new().await;
    let customer = Customer::of(&pair.one).await;
    assert_eq!(customer.hold(&pair.one).await.status(), 204);
    let code = customer.ask_for_code(&pair.one).await;
    pair.kill_one();
    assert_eq!(customer.submit(&pair.other, &code).await, 200);
    assert_eq!(customer.saved(&pair.other).await, 1);
}

#[tokio::test]
async fn writes_of_one_process_are_listed_by_the_other_within_two_seconds() {
    let pair = Pair::new().await;
    let customer = Customer::of(&pair.one).await;
    let mut quickest = Duration::MAX;
    for round in 1..=3 {
        let name = format!("Renamed {round}");
        let started = now();
        let written = customer.rename_bank(&pair.one, &name).await;
        assert_eq!(written.status(), 200);
        let lists = async |url: &str| {
            let listing = customer.get(url, PRODUCT).await;
            listing.text().await.expect("a body").contains(&name)
        };
        assert!(lists(&pair.one).await, "the writer lists it immediately");
        while !lists(&pair.other).await {
            assert!(started.elapsed() < PATIENCE, "{name}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        quickest = quickest.min(started.elapsed());
    }
    // A busy machine may hold up some.
    assert!(quickest < Duration::from_secs(2), "{quickest:?}");
}
