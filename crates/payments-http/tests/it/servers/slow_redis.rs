//! Tries are counted with a slow Redis, and while a card is being saved when a reply of Redis is lost or the process is
//! killed.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use payments_store::testing::{REDIS_URL, TestDatabase, key_prefix, named};
use serde_json::json;

use super::copies::Copies;
use super::journey::{Customer, OTP, now};
use super::proxy::Proxy;
use super::two_processes::{KEY_RING, LASTING_KEY};
use crate::app::json as read_json;
use crate::program::Program;

struct Harness {
    database: TestDatabase,
    prefix: String,
    proxy: Proxy,
}

impl Harness {
    async fn with_delay(delay: Duration) -> Self {
        Self {
            database: TestDatabase::migrated().await,
            prefix: key_prefix(),
            proxy: Proxy::to(&named(REDIS_URL), delay).await,
        }
    }

    fn start(&self) -> Program {
        self.start_with(&self.proxy.url)
    }

    /// A process with a fast connection to Redis.
    fn start_near(&self) -> Program {
        self.start_with(&named(REDIS_URL))
    }

    fn start_with(&self, flows: &str) -> Program {
        Program::start(&[
            ("database.url", &self.database.url),
            ("flows.url", flows),
            ("flows.key_prefix", &self.prefix),
            // A slow link and a busy machine together exceed the default.
            ("flows.wait_timeout_seconds", "10"),
            ("otp.codes_per_customer_hour", "1000"),
            ("otp.codes_per_phone_hour", "1000"),
            ("security.key_ring", KEY_RING),
            ("security.lasting_key", LASTING_KEY),
            ("gateways.sandbox_ledger_file", ""),
        ])
    }
}

/// A wrong code.
pub(super) fn wrong(code: &str, number: u32) -> String {
    let right: u32 = code.parse().expect("digits");
    format!("{:06}", (right + 1 + number) % 1_000_000)
}

/// Whether the code was compared and found wrong.
pub(super) async fn is_judged_wrong(customer: &Customer, url: &str, code: &str) -> bool {
    let answer = customer.post(url, OTP, json!({ "otp": code })).await;
    let status = answer.status().as_u16();
    assert!([400, 429, 503].contains(&status), "{status}");
    let body = read_json(answer).await;
    body["errors"]["otp"][0] == "The code is wrong."
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_150_wrong_codes_a_day_at_two_processes_far_from_redis_no_more_than_15_are_compared() {
    let harness = Harness::with_delay(Duration::from_millis(100)).await;
    let (one, other) = (harness.start(), harness.start());
    let customer = Customer::of(&one.url).await;
    let mut judged = BTreeSet::new();
    for round in 0..10 {
        assert_eq!(customer.hold(&one.url).await.status(), 204);
        let code = customer.ask_for_code(&one.url).await;
        let codes: Vec<String> = (0..15).map(|number| wrong(&code, number)).collect();
        // Each code at both processes, so one may receive the response for the other.
        let twins = codes
            .iter()
            .flat_map(|code| [(&one.url, code), (&other.url, code)]);
        let answers = join_all(
            twins
                .clone()
                .map(|(url, code)| is_judged_wrong(&customer, url, code)),
        );
        let before = judged.len();
        for ((_, code), is_wrong) in std::iter::zip(twins, answers.await) {
            if is_wrong {
                judged.insert((round, code.clone()));
            }
        }
        assert!(judged.len() - before <= 5, "for the code of round {round}");
    }
    assert!((1..=15).contains(&judged.len()), "{} codes", judged.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whichever_reply_of_redis_is_lost_the_card_is_saved_or_the_session_free_within_seconds() {
    let harness = Harness::with_delay(Duration::ZERO).await;
    let program = harness.start();
    let url = &program.url;
    let customer = Customer::of(url).await;
    let mut saved = 0;
    for number in 1..=6 {
        assert_eq!(customer.hold(url).await.status(), 204);
        let code = customer.ask_for_code(url).await;
        harness.proxy.lose_reply(number);
        let started = now();
        let mut status = customer.submit(url, &code).await;
        assert!(harness.proxy.has_lost(), "there is a message {number}");
        while status == 503 {
            assert!(
                started.elapsed() < Duration::from_secs(9),
                "message {number}"
            );
            status = customer.submit(url, &code).await;
        }
        // Only the reply that contains the card cannot be read a second time.
        assert!([200, 400].contains(&status), "message {number}: {status}");
        saved += u32::from(status == 200);
        assert_eq!(customer.submit(url, &code).await, status, "{number}");
    }
    assert!(saved >= 5, "{saved} of 6 are saved");
    assert_eq!(customer.saved(url).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wherever_a_process_is_killed_in_a_saving_the_session_is_free_within_seconds() {
    let harness = Harness::with_delay(Duration::ZERO).await;
    let other = harness.start_near();
    let customer = Customer::of(&other.url).await;
    for number in 1..=6 {
        let killed = harness.start();
        assert_eq!(customer.hold(&other.url).await.status(), 204);
        let code = customer.ask_for_code(&other.url).await;
        harness.proxy.withhold_reply(number);
        let url = killed.url.clone();
        let submitted = customer.try_to_submit(&url, &code);
        let kill = async {
            let began = now();
            while !harness.proxy.has_lost() {
                assert!(
                    began.elapsed() < Duration::from_mins(1),
                    "message {number}: never sent"
                );
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            drop(killed);
        };
        let (answer, ()) = tokio::join!(submitted, kill);
        assert_eq!(answer, None, "message {number}: it was killed before");
        let started = now();
        while customer.hold(&other.url).await.status() != 204 {
            let took = started.elapsed();
            assert!(took < Duration::from_secs(12), "message {number}: {took:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let code = customer.ask_for_code(&other.url).await;
        assert_eq!(
            customer.submit(&other.url, &code).await,
            200,
            "message {number}"
        );
    }
    assert_eq!(customer.saved(&other.url).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_cards_submitted_at_once_one_stays_in_redis() {
    let harness = Harness::with_delay(Duration::from_millis(5)).await;
    let (one, other) = (harness.start(), harness.start());
    let mut copies = Copies::of(&harness.prefix).await;
    let customer = Customer::of(&one.url).await;
    assert_eq!(customer.hold(&one.url).await.status(), 204);
    let alone = copies.keep().await;
    for round in 0..3 {
        let urls = [&one.url, &other.url].into_iter().cycle().take(16);
        let answers = join_all(urls.map(|url| customer.hold(url))).await;
        let held = answers.iter().filter(|answer| answer.status() == 204);
        assert!(held.count() >= 1, "round {round}");
        assert_eq!(copies.keep().await, alone, "keys after round {round}");
    }
    let code = customer.ask_for_code(&other.url).await;
    assert_eq!(customer.submit(&one.url, &code).await, 200);
}
