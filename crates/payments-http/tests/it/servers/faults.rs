//! Servers that stop, hang and recover while the service runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use payments_store::testing::OwnServers;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::journey::{BASKET, Customer, PATIENCE, PRODUCT, SAVED, now};
use crate::app::json as read_json;
use crate::program::{Program, run};

const LIVE: &str = "/health/live";
const READY: &str = "/health/ready";
const MASTERPASS: &str = "/masterpass-js/";

/// The maximum time of any response, no matter which server is down.
const DEADLINE: Duration = Duration::from_secs(15);
/// What a waiting customer perceives as immediate.
const AT_ONCE: Duration = Duration::from_secs(3);
/// The maximum response time without a request to a server that is known to be down.
const WITHOUT_WAITING: Duration = Duration::from_millis(500);
/// The maximum time to recover.
const RECOVERY: Duration = Duration::from_secs(5);

struct Harness {
    servers: OwnServers,
    program: Program,
    customer: Arc<Customer>,
}

impl Harness {
    async fn start() -> Self {
        let starting = tokio::task::spawn_blocking(|| {
            let servers = OwnServers::start("postgres,redis");
            let (database, flows) = (
                servers.variable("PAYMENTS_TEST_DATABASE_URL"),
                servers.variable("PAYMENTS_TEST_REDIS_URL"),
            );
            let settings = [
                ("database.url", &*database),
                ("flows.url", &*flows),
                // A cached listing would hide for a moment that the database is down.
                ("listings.keep_milliseconds", "0"),
            ];
            let migrated = run(&["migrate"], &settings);
            assert!(migrated.status.success(), "{migrated:?}");
            (servers, Program::start(&settings))
        });
        let (servers, program) = starting.await.expect("the servers");
        let customer = Arc::new(Customer::of(&program.url).await);
        Self {
            servers,
            program,
            customer,
        }
    }

    async fn status(&self, path: &str) -> u16 {
        self.customer.timed(&self.program.url, path).await.0
    }

    /// Requests to this path get 503. A listing that was read before the server stopped may still be served to requests
    /// that shared its read, so 200 is accepted for a while.
    async fn is_refused(&self, path: &str) {
        let stopped = now();
        loop {
            let started = now();
            let answer = self.customer.get(&self.program.url, path).await;
            if answer.status() != 200 {
                return Self::says_to_come_again(path, answer, started.elapsed()).await;
            }
            assert!(stopped.elapsed() < PATIENCE, "{path} is still answered");
        }
    }

    /// Saving a card is refused. Returns how long it took.
    async fn is_refused_to_hold(&self) -> Duration {
        let started = now();
        let answer = self.customer.hold(&self.program.url).await;
        let took = started.elapsed();
        Self::says_to_come_again("a card", answer, took).await;
        took
    }

    /// The quickest of some tries counts: a busy machine may interrupt any of them.
    async fn is_refused_to_hold_without_waiting(&self) {
        let mut quickest = Duration::MAX;
        for _ in 0..5 {
            quickest = quickest.min(self.is_refused_to_hold().await);
        }
        assert!(quickest < WITHOUT_WAITING, "{quickest:?}");
    }

    /// A write of the catalog is refused.
    async fn is_refused_to_write(&self) {
        let started = now();
        let url = &self.program.url;
        let answer = self.customer.rename_bank(url, "Renamed").await;
        Self::says_to_come_again("a write", answer, started.elapsed()).await;
    }

    async fn says_to_come_again(path: &str, answer: Response, took: Duration) {
        assert_eq!(answer.status(), 503, "{path}");
        assert!(answer.headers().contains_key("retry-after"), "{path}");
        assert!(read_json(answer).await["detail"].is_string(), "{path}");
        assert!(took < DEADLINE, "{path}: {took:?}");
    }

    async fn is_unready(&self, failing: &[&str]) {
        let answer = self.customer.get(&self.program.url, READY).await;
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key("retry-after"));
        let body = read_json(answer).await;
        assert_eq!(body["status"], "unready", "{body}");
        for part in failing {
            let parts = body["failing"].as_array().expect("parts");
            assert!(parts.contains(&json!(part)), "{body}");
        }
        assert_eq!(self.status(LIVE).await, 200);
    }

    /// Waits until all of these are answered again. Returns how long it took.
    async fn is_back(&self, paths: &[&str]) -> Duration {
        let started = now();
        for path in paths {
            self.customer.wait_for(&self.program.url, path, 200).await;
        }
        started.elapsed()
    }

    /// Requests this path continuously until it is stopped: every response is 200 or 503, in time.
    fn load(&self, path: &'static str) -> Load {
        let is_over = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn({
            let (is_over, customer) = (Arc::clone(&is_over), Arc::clone(&self.customer));
            let url = self.program.url.clone();
            async move {
                let mut answers = 0;
                while !is_over.load(Ordering::Relaxed) {
                    let (status, took) = customer.timed(&url, path).await;
                    assert!([200, 503].contains(&status), "{path}: {status}");
                    assert!(took < DEADLINE, "{path}: {took:?}");
                    answers += 1;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                answers
            }
        });
        Load { is_over, task }
    }
}

struct Load {
    is_over: Arc<AtomicBool>,
    task: JoinHandle<u32>,
}

impl Load {
    async fn end(self) {
        self.is_over.store(true, Ordering::Relaxed);
        assert!(self.task.await.expect("answers") > 10);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_listings_go_on_and_storage_is_refused_at_once() {
    let mut harness = Harness::start().await;
    let url = harness.program.url.clone();
    let loads = [PRODUCT, BASKET, MASTERPASS, READY].map(|path| harness.load(path));
    assert_eq!(harness.customer.hold(&url).await.status(), 204);
    for order in ["stop redis", "kill redis"] {
        harness.servers.order(order);
        for path in [PRODUCT, BASKET, MASTERPASS] {
            assert_eq!(harness.status(path).await, 200, "{path}");
        }
        harness.is_refused_to_hold_without_waiting().await;
        harness.is_unready(&["flows"]).await;
        harness.servers.order("start redis");
        harness.is_back(&[READY]).await;
        // Flows that Redis lost are started again.
        assert_eq!(harness.customer.hold(&url).await.status(), 204);
    }
    let code = harness.customer.ask_for_code(&url).await;
    assert_eq!(harness.customer.submit(&url, &code).await, 200);
    for load in loads {
        load.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_hangs_holds_up_nothing_but_storage_and_that_not_for_long() {
    let mut harness = Harness::start().await;
    let url = harness.program.url.clone();
    assert_eq!(harness.customer.hold(&url).await.status(), 204);
    harness.servers.order("pause redis");
    // The first request times out; later ones fail immediately.
    let first = harness.is_refused_to_hold().await;
    assert!(first < AT_ONCE, "{first:?}");
    harness.is_refused_to_hold_without_waiting().await;
    for path in [PRODUCT, BASKET, MASTERPASS] {
        let (status, took) = harness.customer.timed(&url, path).await;
        assert_eq!(status, 200, "{path}");
        assert!(took < AT_ONCE, "{path}: {took:?}");
    }
    harness.is_unready(&["flows"]).await;
    harness.servers.order("resume redis");
    harness.is_back(&[READY]).await;
    assert_eq!(harness.customer.hold(&url).await.status(), 204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_postgresql_everything_else_works_and_all_recovers_within_five_seconds() {
    let mut harness = Harness::start().await;
    let loads = [PRODUCT, BASKET, SAVED].map(|path| harness.load(path));
    let mut quickest = Duration::MAX;
    for away in ["stop postgres", "kill postgres"] {
        harness.servers.order(away);
        for path in [PRODUCT, BASKET, SAVED] {
            harness.is_refused(path).await;
        }
        assert_eq!(harness.status(MASTERPASS).await, 200);
        harness.is_unready(&["database"]).await;
        harness.servers.order("start postgres");
        let took = harness.is_back(&[PRODUCT, BASKET, SAVED, READY]).await;
        quickest = quickest.min(took);
    }
    // A busy machine may hold up one.
    assert!(quickest < RECOVERY, "{quickest:?}");
    for load in loads {
        load.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_that_hangs_is_given_up_in_time_and_all_is_back_within_five_seconds() {
    let mut harness = Harness::start().await;
    let loads = [PRODUCT, BASKET, SAVED].map(|path| harness.load(path));
    let mut quickest = Duration::MAX;
    for _ in 0..2 {
        harness.servers.order("pause postgres");
        harness.is_refused_to_write().await;
        for path in [PRODUCT, BASKET, SAVED] {
            harness.is_refused(path).await;
        }
        assert_eq!(harness.status(MASTERPASS).await, 200);
        harness.is_unready(&["database"]).await;
        harness.servers.order("resume postgres");
        let took = harness.is_back(&[PRODUCT, BASKET, SAVED, READY]).await;
        quickest = quickest.min(took);
    }
    // A busy machine may hold up one.
    assert!(quickest < RECOVERY, "{quickest:?}");
    let url = &harness.program.url;
    let renamed = harness.customer.rename_bank(url, "Renamed again").await;
    assert_eq!(renamed.status(), 200);
    for load in loads {
        load.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_names_the_servers_that_are_down_and_has_the_rest() {
    let mut harness = Harness::start().await;
    let status = async |harness: &Harness| {
        let (url, path) = (&harness.program.url, "/manage/v1/status/");
        let answer = harness
            .customer
            .manage(Method::GET, url, path, &Value::Null);
        let answer = answer.await;
        assert_eq!(answer.status(), 200);
        read_json(answer).await
    };
    let is_reachable =
        |status: &Value, store: &str| status["stores"][store]["is_reachable"] == true;
    harness.servers.order("stop redis");
    let shown = status(&harness).await;
    assert_eq!(shown["unavailable"], json!(["processes"]), "{shown}");
    assert!(is_reachable(&shown, "database") && !is_reachable(&shown, "flows"));
    assert!(shown["backlog"].is_object() && shown["sms"].is_object());
    assert_eq!(shown["processes"].as_array().expect("a list").len(), 1);
    harness.servers.order("stop postgres");
    let shown = status(&harness).await;
    let all = json!(["processes", "backlog", "sms"]);
    assert_eq!(shown["unavailable"], all, "{shown}");
    assert!(!is_reachable(&shown, "database"));
    assert_eq!(
        (&shown["backlog"], &shown["sms"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(shown["processes"].as_array().expect("a list").len(), 1);
    harness.servers.order("start postgres");
    harness.servers.order("start redis");
    harness.is_back(&[READY]).await;
    assert_eq!(status(&harness).await["unavailable"], json!([]));
}
