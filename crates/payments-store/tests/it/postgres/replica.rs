//! A replica for the purchases of listings, that falls behind, hangs and stops.

use std::time::Duration;

use payments_core::id::ProductId;
use payments_core::money::Money;
use payments_core::record::{Key, Part, Record};
use payments_core::store_data::Product;
use payments_store::Store;
use payments_store::testing::{OwnServers, TestDatabase};
use tokio_postgres::{Client, NoTls};

use super::{refused, settings};
use crate::fixture::{PATIENCE, author, change, eventually, fill, lira, product, within};

/// The maximum age of what is read, in any state of the replica.
const FRESH_WITHIN: Duration = Duration::from_secs(2);

struct World {
    servers: OwnServers,
    store: Store,
    replica: Client,
}

impl World {
    async fn start(statement_timeout: Duration) -> Self {
        let servers = OwnServers::start("postgres-replica");
        let mut both = settings(&servers.variable("PAYMENTS_TEST_DATABASE_URL"));
        let replica = servers.variable("PAYMENTS_TEST_REPLICA_URL");
        both.replica_url = Some(replica.clone().into());
        both.statement_timeout = statement_timeout;
        let store = Store::open(&both).await.expect("a store");
        store.migrate().await.expect("the migrations");
        fill(&store).await;
        let (replica, link) = tokio_postgres::connect(&replica, NoTls)
            .await
            .expect("the replica");
        tokio::spawn(link);
        let world = Self {
            servers,
            store,
            replica,
        };
        world.wait_until_read().await;
        world
    }

    /// The price, where it can be read.
    async fn known(&self) -> Option<Money> {
        let pk = ProductId::new(1).expect("a key");
        let found = self.store.purchases.product(pk).await.ok()?;
        found.map(|(_, product)| product.amount)
    }

    async fn price(&self) -> Money {
        self.known().await.expect("the product")
    }

    async fn write(&self, price: Money) {
        let product = Record::Product(Product {
            price,
            ..product(1)
        });
        let written = self.store.records.apply(&change([product]), author()).await;
        written.expect("a change");
    }

    /// As another program, whose writes this process does not track.
    async fn write_by_another_program(&self, price: Money) {
        let first = self.first().await;
        let write = "UPDATE products SET price_minor = $1 WHERE pk = 1";
        first
            .execute(write, &[&price.minor])
            .await
            .expect("a write");
    }

    /// Uses all of the store's connections to the primary, so that the primary does not answer this process.
    async fn occupy_the_first_server(&self) -> Client {
        let first = self.servers.variable("PAYMENTS_TEST_DATABASE_URL");
        let blocker = self.first().await;
        let locked = blocker.batch_execute("BEGIN; LOCK TABLE banks");
        locked.await.expect("an exclusive lock");
        // Each waits for the lock with a connection of the pool, until none is left.
        for _ in 0..settings(&first).max_connections {
            let records = self.store.records.clone();
            tokio::spawn(async move { records.get(Part::Banks, &Key::Pk(1)).await });
        }
        blocker
    }

    /// The replica is cut off from the primary and stays readable.
    async fn cut_the_feed(&self) {
        let lose = [
            "ALTER SYSTEM SET primary_conninfo = ''",
            "SELECT pg_reload_conf()",
        ];
        for order in lose {
            self.replica.batch_execute(order).await.expect("an order");
        }
        let is_cut = "SELECT NOT EXISTS (SELECT FROM pg_stat_wal_receiver)";
        let cut = async || {
            let row = self.replica.query_one(is_cut, &[]).await;
            row.expect("an answer").get::<_, bool>(0)
        };
        eventually("the replica has no feed", cut).await;
    }

    /// The price, where it can be read without waiting for a connection.
    async fn told_at_once(&self) -> Option<Money> {
        let known = tokio::time::timeout(Duration::from_millis(200), self.known()).await;
        known.ok().flatten()
    }

    /// A connection to the primary, beside the store's.
    async fn first(&self) -> Client {
        let first = self.servers.variable("PAYMENTS_TEST_DATABASE_URL");
        let (client, link) = tokio_postgres::connect(&first, NoTls)
            .await
            .expect("the primary");
        tokio::spawn(link);
        client
    }

    async fn is_fresh(&self, price: Money) {
        let fresh = async || self.price().await == price;
        within("the new price", FRESH_WITHIN, fresh).await;
    }

    /// How often purchases were looked for at the replica.
    async fn questions(&self) -> i64 {
        let scans = "SELECT coalesce(sum(seq_scan + idx_scan), 0)::bigint FROM pg_stat_user_tables \
                     WHERE relname = 'products'";
        self.replica
            .query_one(scans, &[])
            .await
            .expect("a count")
            .get(0)
    }

    async fn wait_until_read(&self) {
        let before = self.questions().await;
        let asked = async || {
            self.price().await;
            self.questions().await != before
        };
        eventually("the replica is read", asked).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn purchases_come_from_the_replica_while_its_lag_is_small() {
    let world = World::start(Duration::from_secs(5)).await;
    for (round, minor) in (0..3).zip(1..) {
        let replay = |order| format!("SELECT pg_wal_replay_{order}()");
        if round == 1 {
            let paused = world.replica.batch_execute(&replay("pause")).await;
            paused.expect("a replica that falls behind");
        }
        world.write(lira(minor)).await;
        world.is_fresh(lira(minor)).await;
        if round == 1 {
            let resumed = world.replica.batch_execute(&replay("resume")).await;
            resumed.expect("a replica that catches up");
            world.wait_until_read().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_reads_its_own_writes_before_the_replica_has_them() {
    let world = World::start(Duration::from_secs(5)).await;
    let paused = world.replica.batch_execute("SELECT pg_wal_replay_pause()");
    paused.await.expect("a replica that falls behind");
    world.write(lira(1)).await;
    assert_eq!(world.price().await, lira(1));
    let resumed = world.replica.batch_execute("SELECT pg_wal_replay_resume()");
    resumed.await.expect("a replica that catches up");
    world.wait_until_read().await;
    assert_eq!(world.price().await, lira(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lagging_replica_is_not_read_even_if_the_primary_does_not_answer() {
    let world = World::start(Duration::from_secs(20)).await;
    let before = world.price().await;
    let blocker = world.occupy_the_first_server().await;
    let paused = world.replica.batch_execute("SELECT pg_wal_replay_pause()");
    paused.await.expect("a replica that falls behind");
    world.write_by_another_program(lira(77)).await;
    let is_given_up = async || {
        world
            .store
            .replica()
            .is_some_and(|replica| !replica.is_asked)
    };
    within("the replica is given up", FRESH_WITHIN, is_given_up).await;
    let after = tokio::time::timeout(Duration::from_millis(500), world.known()).await;
    assert_ne!(after.ok().flatten(), Some(before));
    drop(blocker);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_without_a_feed_is_not_read_even_if_the_primary_does_not_answer() {
    let world = World::start(Duration::from_secs(20)).await;
    let before = world.price().await;
    let blocker = world.occupy_the_first_server().await;
    world.cut_the_feed().await;
    world.write_by_another_program(lira(78)).await;
    let is_given_up = async || {
        world
            .store
            .replica()
            .is_some_and(|replica| !replica.is_asked)
    };
    within("the replica is given up", FRESH_WITHIN, is_given_up).await;
    let after = tokio::time::timeout(Duration::from_millis(500), world.known()).await;
    assert_ne!(after.ok().flatten(), Some(before));
    drop(blocker);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_with_a_live_feed_is_read_for_some_seconds_while_the_primary_is_busy() {
    let world = World::start(Duration::from_secs(20)).await;
    let blocker = world.occupy_the_first_server().await;
    // Only the replica can return these prices: the primary's connections are all in use.
    for minor in 81..84 {
        world.write_by_another_program(lira(minor)).await;
        let told = async || world.told_at_once().await == Some(lira(minor));
        within(&format!("price {minor}"), FRESH_WITHIN, told).await;
    }
    // Its feed is live, but the primary's position is no longer known.
    let outlived = async {
        let mut minor = 84;
        while world.told_at_once().await.is_some() {
            world.write_by_another_program(lira(minor)).await;
            minor += 1;
        }
    };
    let outlived = tokio::time::timeout(PATIENCE, outlived).await;
    outlived.expect("it is no longer read");
    drop(blocker);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_fall_back_from_a_replica_that_hangs_or_stops() {
    let mut world = World::start(Duration::from_secs(1)).await;
    for (minor, [away, back]) in (1..).zip([["pause", "resume"], ["stop", "start"]]) {
        world.servers.order(&format!("{away} postgres-replica"));
        world.write_by_another_program(lira(minor)).await;
        // The first caller waits for a statement timeout, and then for the primary's answer.
        world.is_fresh(lira(minor)).await;
        let told = async || world.told_at_once().await == Some(lira(minor));
        eventually("others do not wait", told).await;
        world.servers.order(&format!("{back} postgres-replica"));
    }
}

#[tokio::test]
async fn a_server_that_follows_no_primary_is_not_a_replica() {
    let (first, other) = (
        TestDatabase::migrated().await,
        TestDatabase::migrated().await,
    );
    let stranger = Store::open(&settings(&other.url)).await.expect("a store");
    fill(&stranger).await;
    let mut both = settings(&first.url);
    both.replica_url = Some(other.url.clone().into());
    let store = Store::open(&both).await.expect("a store");
    // It is checked several times a second.
    let pk = ProductId::new(1).expect("a key");
    let reads = async {
        loop {
            let found = store.purchases.product(pk).await.expect("an answer");
            assert!(found.is_none(), "the primary has none");
        }
    };
    let ended = tokio::time::timeout(Duration::from_millis(1_500), reads).await;
    ended.expect_err("it is never read");
}

#[tokio::test]
async fn a_url_that_is_no_replicas_is_refused_without_repeating_it() {
    let database = TestDatabase::migrated().await;
    let replica = "postgres://replica:secret@host/payments";
    for (first, replica) in [
        (&*database.url, "mysql://replica:secret@host/"),
        (&*database.url, "postgres://replica:secret@host:port/"),
        ("sqlite::memory:", replica),
    ] {
        let mut both = settings(first);
        both.replica_url = Some(replica.to_owned().into());
        let words = refused(&both).await.to_string();
        assert!(words.starts_with("database.replica_url "), "{words}");
        assert!(!words.contains("secret"), "{words}");
    }
}
