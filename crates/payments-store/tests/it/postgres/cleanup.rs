//! Deletes a backlog during other queries.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use payments_core::session::SessionDigest;
use payments_store::testing::TestDatabase;
use payments_store::{CleanupEnd, ExpiringTable, Store};

use super::{raw, settings};
use crate::cleanup::{clean_up, keep};
use crate::fixture::{digest, fill, now};

async fn count(database: &TestDatabase, of: &str) -> i64 {
    let count = format!("SELECT count(*) FROM {of}");
    let row = raw(database).await.query_one(&count, &[]).await;
    row.expect("a count").get(0)
}

/// Reads a session repeatedly, as a listing does, until `stop`; returns how often.
async fn keep_reading(store: Store, session: SessionDigest, stop: Arc<AtomicBool>) -> u64 {
    let mut answers = 0;
    while !stop.load(Ordering::SeqCst) {
        let purchase = store.purchases.session_basket(&session, now()).await;
        purchase.expect("an answer").expect("a purchase");
        answers += 1;
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backlog_of_sessions_is_deleted_within_the_statement_timeout_while_listings_continue() {
    let database = TestDatabase::migrated().await;
    let mut settings = settings(&database.url);
    settings.statement_timeout = Duration::from_secs(2);
    let store = Store::open(&settings).await.expect("a store");
    fill(&store).await;
    // A statement that deletes all of them takes longer than the timeout allows; one that deletes a batch, a fifth of it. The
    // few sleeps are long, because on a busy machine each takes a little longer.
    let backlog = "INSERT INTO sessions (digest, customer, expires_at)
            SELECT lpad(to_hex(n), 64, '0'), 7, TIMESTAMP '2025-01-01' + n * INTERVAL '1 second' FROM generate_series(1, 60000) AS n;
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.01); RETURN OLD; END';
        CREATE TRIGGER slow BEFORE DELETE ON sessions FOR EACH ROW WHEN (OLD.digest LIKE '%00') EXECUTE FUNCTION wait()";
    raw(&database)
        .await
        .batch_execute(backlog)
        .await
        .expect("a backlog");
    let stop = Arc::new(AtomicBool::new(false));
    let asking = tokio::spawn(keep_reading(store.clone(), digest("seven"), stop.clone()));
    let report = clean_up(&store, now(), 0).await;
    stop.store(true, Ordering::SeqCst);
    assert_eq!(report.rows(ExpiringTable::Sessions), 60_000);
    assert_eq!(count(&database, "sessions").await, 1);
    assert!(asking.await.expect("no failure") > 100);
}

#[tokio::test]
async fn a_table_that_fails_does_not_stop_the_others() {
    let database = TestDatabase::migrated().await;
    let mut settings = settings(&database.url);
    settings.statement_timeout = Duration::from_secs(1);
    let store = Store::open(&settings).await.expect("a store");
    let rows = "INSERT INTO sessions (digest, expires_at) VALUES (repeat('0', 64), '2025-01-01');
        INSERT INTO code_tries VALUES (7, '2025-01-01', repeat('0', 16));
        INSERT INTO sms_sends VALUES ('netgsm', '1', 'delivered', '2025-01-01', '2025-01-01')";
    let admin = raw(&database).await;
    admin.batch_execute(rows).await.expect("what is over");
    let lock = "BEGIN; LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE";
    admin.batch_execute(lock).await.expect("a lock");
    let report = store.clean_up(now(), keep(0), Duration::from_mins(1)).await;
    let CleanupEnd::Failed(error) = &report.tables[0].ending else {
        panic!("{report:?}");
    };
    let reason = error.source.as_ref().expect("a reason").to_string();
    assert!(reason.contains("timeout"), "{reason}");
    assert_eq!(report.rows(ExpiringTable::CodeTries), 1);
    assert_eq!(report.rows(ExpiringTable::SmsSends), 1);
}

#[tokio::test]
async fn only_one_process_cleans_up_at_a_time() {
    let database = TestDatabase::migrated().await;
    let store = super::store(&database).await;
    let other = raw(&database).await;
    let turn = "BEGIN; SELECT pg_advisory_xact_lock(4711830926554027)";
    other.batch_execute(turn).await.expect("the lock");
    let report = store.clean_up(now(), keep(9), Duration::from_mins(1)).await;
    for table in &report.tables {
        assert!(matches!(table.ending, CleanupEnd::Elsewhere), "{table:?}");
    }
    other.batch_execute("COMMIT").await.expect("its end");
    clean_up(&store, now(), 9).await;
}

#[tokio::test]
async fn the_next_run_continues_after_a_timeout() {
    let database = TestDatabase::migrated().await;
    let store = super::store(&database).await;
    let backlog = "INSERT INTO sessions (digest, expires_at)
        SELECT lpad(to_hex(n), 64, '0'), TIMESTAMP '2025-01-01' FROM generate_series(1, 12000) AS n";
    let admin = raw(&database).await;
    admin.batch_execute(backlog).await.expect("a backlog");
    let hurried = store.clean_up(now(), keep(0), Duration::ZERO).await;
    assert!(matches!(hurried.tables[0].ending, CleanupEnd::OutOfTime));
    assert_eq!(hurried.rows(ExpiringTable::Sessions), 5_000);
    assert_eq!(
        clean_up(&store, now(), 0)
            .await
            .rows(ExpiringTable::Sessions),
        7_000
    );
}
