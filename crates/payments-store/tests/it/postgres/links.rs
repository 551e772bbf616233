//! Connections that break, hang, wait and notify.

use std::sync::atomic::Ordering;
use std::time::Duration;

use payments_core::id::ProductId;
use payments_core::ports::RecordsError;
use payments_core::record::Record;
use payments_store::Store;
use payments_store::testing::{OwnServers, TestDatabase};
use tokio_postgres::Client;

use super::{raw, settings, store};
use crate::fixture::{author, bank, change, eventually, everything, fill, within};
use crate::servers::hanging_proxy;

#[tokio::test]
async fn a_broken_connection_is_replaced_transparently() {
    let database = TestDatabase::migrated().await;
    let store = store(&database).await;
    fill(&store).await;
    let others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let admin = raw(&database).await;
    for _ in 0..5 {
        admin
            .execute(others, &[])
            .await
            .expect("all other connections end");
        store.catalog.load().await.expect("a read");
        admin
            .execute(others, &[])
            .await
            .expect("all other connections end");
        store
            .records
            .apply(&change([Record::Bank(bank(1, "garanti"))]), author())
            .await
            .expect("a write");
    }
}

#[tokio::test]
async fn a_write_that_ran_into_a_deadlock_is_retried() {
    let database = TestDatabase::migrated().await;
    let store = store(&database).await;
    fill(&store).await;
    let other = raw(&database).await;
    let admin = raw(&database).await;
    // On a busy machine both wait at almost the same time, and either could detect the deadlock.
    let begun = "SET deadlock_timeout = '10min'; BEGIN; UPDATE banks SET name = 'half written'";
    other.batch_execute(begun).await.expect("a row is held");
    let garanti = change([Record::Bank(bank(1, "garanti"))]);
    let (written, ()) = tokio::join!(store.records.apply(&garanti, author()), async {
        // It holds the catalog's version and waits for the row.
        wait_for_lock(&admin).await;
        let wanted = "UPDATE catalog_version SET version = version; COMMIT";
        other
            .batch_execute(wanted)
            .await
            .expect("the store gave way");
    });
    written.expect("the second time");
    let (_, parts) = store.catalog.load().await.expect("a catalog");
    assert_eq!(parts.banks, [bank(1, "garanti")]);
}

#[tokio::test]
async fn a_statement_that_waits_too_long_is_given_up() {
    let database = TestDatabase::migrated().await;
    // Filled by a patient store: a busy machine takes longer than the limits below.
    fill(&store(&database).await).await;
    let mut impatient = settings(&database.url);
    impatient.statement_timeout = Duration::from_secs(1);
    let store = Store::open(&impatient).await.expect("a store");
    let blocker = raw(&database).await;
    blocker
        .batch_execute("BEGIN; UPDATE banks SET name = 'half written'")
        .await
        .expect("a write under way");
    let (_, parts) = store.catalog.load().await.expect("readers do not wait");
    assert_eq!(parts.banks, [bank(1, "garanti")]);
    let waiting = store
        .records
        .apply(&change([Record::Bank(bank(1, "garanti"))]), author())
        .await;
    assert!(
        matches!(waiting, Err(RecordsError::Unavailable(_))),
        "{waiting:?}"
    );
    blocker.batch_execute("ROLLBACK").await.expect("the end");
    store.catalog.version().await.expect("a version");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_is_detected_in_time_and_recovered_from() {
    let mut servers = OwnServers::start("postgres");
    let mut impatient = settings(&servers.variable("PAYMENTS_TEST_DATABASE_URL"));
    impatient.statement_timeout = Duration::from_millis(500);
    impatient.wait_timeout = Duration::from_millis(500);
    let store = Store::open(&impatient).await.expect("a store");
    store.migrate().await.expect("the migrations");
    fill(&store).await;
    let in_time = async |seconds| {
        let reading = store.purchases.product(ProductId::new(1).expect("a key"));
        tokio::time::timeout(Duration::from_secs(seconds), reading)
            .await
            .expect("in time")
    };
    for _ in 0..2 {
        servers.order("stop postgres");
        for _ in 0..10 {
            in_time(2).await.expect_err("an outage");
        }
        servers.order("start postgres");
        recovers(&store).await;
        fill(&store).await;
    }
}

/// Waits until a statement in this database waits for a lock.
async fn wait_for_lock(admin: &Client) {
    let waiting = "SELECT count(*) FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let waits = async || {
        let row = admin.query_one(waiting, &[]).await;
        row.expect("a count").get::<_, i64>(0) > 0
    };
    eventually("a statement waits for a lock", waits).await;
}

/// Recovers within the five seconds that the docs promise.
async fn recovers(store: &Store) {
    let answers = async || store.catalog.version().await.is_ok();
    within("it answers again", Duration::from_secs(5), answers).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_times_out() {
    let database = TestDatabase::migrated().await;
    // Filled by a patient store: a busy machine takes longer than the limits below.
    fill(&store(&database).await).await;
    let (before, rest) = database.url.split_once('@').expect("a password");
    let (host, name) = rest.split_once('/').expect("a name");
    let (proxy, hangs) = hanging_proxy(host.to_owned()).await;
    let mut impatient = settings(&format!("{before}@{proxy}/{name}"));
    impatient.statement_timeout = Duration::from_millis(200);
    impatient.wait_timeout = Duration::from_millis(200);
    // A busy machine takes longer than these limits to connect: what hangs later has to answer once.
    let store = loop {
        if let Ok(store) = Store::open(&impatient).await
            && store.catalog.version().await.is_ok()
        {
            break store;
        }
    };
    hangs.store(true, Ordering::SeqCst);
    let pk = ProductId::new(1).expect("a key");
    for _ in 0..10 {
        let reading = tokio::time::timeout(Duration::from_secs(1), store.purchases.product(pk));
        reading
            .await
            .expect("in time")
            .expect_err("nothing comes back");
    }
    let bank = change([Record::Bank(bank(1, "garanti"))]);
    let writing =
        tokio::time::timeout(Duration::from_secs(5), store.records.apply(&bank, author()));
    writing
        .await
        .expect("in time")
        .expect_err("nothing comes back");
    hangs.store(false, Ordering::SeqCst);
    recovers(&store).await;
}

#[tokio::test]
async fn a_full_pool_gives_up_in_time() {
    let database = TestDatabase::migrated().await;
    // Filled by a patient store: a busy machine takes longer than the limits below.
    fill(&store(&database).await).await;
    let mut narrow = settings(&database.url);
    narrow.max_connections = 1;
    narrow.wait_timeout = Duration::from_millis(100);
    let store = Store::open(&narrow).await.expect("a store");
    let blocker = raw(&database).await;
    blocker
        .batch_execute("BEGIN; UPDATE banks SET name = 'half written'")
        .await
        .expect("a write under way");
    let admin = raw(&database).await;
    let garanti = change([Record::Bank(bank(1, "garanti"))]);
    let (waiting, second) = tokio::join!(store.records.apply(&garanti, author()), async {
        wait_for_lock(&admin).await;
        let second = store.catalog.version().await;
        blocker.batch_execute("ROLLBACK").await.expect("the end");
        second
    });
    waiting.expect("the write");
    second.expect_err("no connection in time");
    store.catalog.version().await.expect("a version");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_hangs_up_leaves_no_transaction_behind() {
    let database = TestDatabase::migrated().await;
    let store = store(&database).await;
    for round in 0..100 {
        let store = store.clone();
        let mut writing = tokio::spawn(async move {
            store
                .records
                .apply(&change(everything()), author())
                .await
                .map(drop)
        });
        let hung_up_after = Duration::from_micros(50 * round);
        if tokio::time::timeout(hung_up_after, &mut writing)
            .await
            .is_err()
        {
            writing.abort();
            drop(writing.await);
        }
    }
    fill(&store).await;
    let idle = "SELECT count(*) FROM pg_stat_activity \
                WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    let admin = raw(&database).await;
    let none_left = async || {
        let row = admin.query_one(idle, &[]).await;
        row.expect("a count").get::<_, i64>(0) == 0
    };
    eventually("no transaction is open", none_left).await;
}

#[tokio::test]
async fn another_program_is_notified_of_a_catalog_change_immediately() {
    let database = TestDatabase::migrated().await;
    let (here, there) = (store(&database).await, store(&database).await);
    let mut changes = there.catalog_changes();
    // The first one is the listener's own beginning, or a poll.
    changes.changed().await;
    let mut quickest = Duration::MAX;
    for _ in 0..5 {
        changes.changed().await;
        #[expect(clippy::disallowed_methods, reason = "how long it takes is the point")]
        let written = tokio::time::Instant::now();
        let bank = change([Record::Bank(bank(1, "garanti"))]);
        let ((), result) = tokio::join!(changes.changed(), here.records.apply(&bank, author()));
        result.expect("a change");
        quickest = quickest.min(written.elapsed());
    }
    assert!(
        quickest < Duration::from_millis(500),
        "sooner than by asking: {quickest:?}"
    );
    assert_eq!(there.catalog.version().await.expect("a version").0, 5);
}
