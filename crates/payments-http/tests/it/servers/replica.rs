//! Listings from a database replica.

use std::time::Duration;

use payments_store::testing::{OwnServers, REDIS_URL, key_prefix, named};
use reqwest::Method;
use serde_json::json;
use tokio_postgres::NoTls;

use super::journey::{Customer, LOWEST, PRODUCT, now};
use super::two_processes::{KEY_RING, LASTING_KEY};
use crate::program::{Program, run};

struct Harness {
    servers: OwnServers,
    /// Two processes on the same servers.
    programs: [Program; 2],
    customer: Customer,
}

impl Harness {
    async fn start() -> Self {
        let starting = tokio::task::spawn_blocking(|| {
            let servers = OwnServers::start("postgres-replica");
            let database = servers.variable("PAYMENTS_TEST_DATABASE_URL");
            let replica = servers.variable("PAYMENTS_TEST_REPLICA_URL");
            let (flows, prefix) = (named(REDIS_URL), key_prefix());
            let settings = [
                ("database.url", &*database),
                ("database.replica_url", &replica),
                ("database.statement_timeout_seconds", "1"),
                ("flows.url", &flows),
                ("flows.key_prefix", &prefix),
                ("security.key_ring", KEY_RING),
                ("security.lasting_key", LASTING_KEY),
            ];
            let migrated = run(&["migrate"], &settings);
            assert!(migrated.status.success(), "{migrated:?}");
            let programs = [(); 2].map(|()| Program::start(&settings));
            (servers, programs)
        });
        let (servers, programs) = starting.await.expect("the servers");
        let customer = Customer::of(&programs[0].url).await;
        Self {
            servers,
            programs,
            customer,
        }
    }

    /// A price written by one process is listed by both within two seconds, alone and among other products.
    async fn a_price_is_listed_in_time(&self, price: &str) {
        let product = json!({ "name": "Ring", "price": price, "currency": "TRY" });
        let url = &self.programs[0].url;
        let written = self
            .customer
            .manage(Method::PUT, url, "/manage/v1/products/1/", &product);
        assert_eq!(written.await.status(), 200);
        let started = now();
        let programs = self.programs.iter();
        for (program, path) in programs.flat_map(|program| [(program, PRODUCT), (program, LOWEST)])
        {
            loop {
                let listing = self.customer.get(&program.url, path).await;
                assert_eq!(listing.status(), 200, "{path} {price}");
                if listing.text().await.expect("a body").contains(price) {
                    break;
                }
                let took = started.elapsed();
                assert!(took < Duration::from_secs(2), "{path} {price}: {took:?}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    async fn replay(&self, order: &str) {
        let url = self.servers.variable("PAYMENTS_TEST_REPLICA_URL");
        let (replica, link) = tokio_postgres::connect(&url, NoTls)
            .await
            .expect("the replica");
        tokio::spawn(link);
        let replayed = format!("SELECT pg_wal_replay_{order}()");
        replica.batch_execute(&replayed).await.expect("an order");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_is_listed_in_time_whatever_the_replica_does() {
    let mut harness = Harness::start().await;
    harness.a_price_is_listed_in_time("111.11").await;
    harness.replay("pause").await;
    harness.a_price_is_listed_in_time("222.22").await;
    harness.replay("resume").await;
    harness.a_price_is_listed_in_time("333.33").await;
    for (away, back, price) in [
        ("pause", "resume", "444.44"),
        ("stop", "start", "555.55"),
        ("kill", "start", "666.66"),
    ] {
        harness.servers.order(&format!("{away} postgres-replica"));
        harness.a_price_is_listed_in_time(price).await;
        harness.servers.order(&format!("{back} postgres-replica"));
    }
}
