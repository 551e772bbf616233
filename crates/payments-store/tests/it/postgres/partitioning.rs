//! Partitions the tables of a filled database while it is used, and undoes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use payments_core::flow::FlowId;
use payments_core::id::{CustomerId, PosId};
use payments_core::intent::{Intent, IntentOutcome, IntentStatus, RecordIntent};
use payments_core::record::Record;
use payments_core::store_data::Session;
use payments_core::testkit::contract::account;
use payments_store::testing::TestDatabase;
use payments_store::{OpenError, Store};

use super::{raw, settings, store};
use crate::audit::{append, seal, verdict};
use crate::erasure::saved;
use crate::fixture::{PATIENCE, author, change, digest, fill, now};

const PARTITIONED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../migrations/postgres-partitioned"
);

/// Rows of several batches in every table that is partitioned, with all that refers to them.
const ROWS: &str = "
    INSERT INTO customers (pk, segments, is_active) SELECT n, '[]', TRUE FROM generate_series(1000, 12999) AS n;
    INSERT INTO sessions (digest, customer, expires_at)
        SELECT lpad(to_hex(n), 64, '0'), n, TIMESTAMP '2199-01-01' FROM generate_series(1000, 12999) AS n;
    INSERT INTO saved_cards (customer, pos, token, masked_number, fingerprint, expiry_month, expiry_year, brand, holder,
            consented_at, created_at, updated_at)
        SELECT n, 1, 'tok_' || n, '554960******0001', lpad(to_hex(n), 64, '0'), 1, 2030, 'visa', 'Ada L',
            '2026-01-01', '2026-01-01', '2026-01-01' FROM generate_series(1000, 12999) AS n;
    INSERT INTO intents (id, customer, pos, created_at)
        SELECT lpad(to_hex(n), 32, '0'), n, 1, TIMESTAMP '2025-01-01' + n * INTERVAL '1 hour' FROM generate_series(1000, 12999) AS n;
    INSERT INTO dead_tokens SELECT lpad(to_hex(n), 32, '0'), 'tok_' || n FROM generate_series(1000, 1099) AS n;
    INSERT INTO card_actions (intent, digest, deadline)
        SELECT lpad(to_hex(n), 32, '0'), lpad(to_hex(n), 64, '0'), '2199-01-01' FROM generate_series(1000, 1099) AS n;
    INSERT INTO audit_log (intent, ending, outcome, at)
        SELECT lpad(to_hex(n), 32, '0'), lpad(to_hex(n), 32, '0'), 'refused', TIMESTAMP '2025-01-01' + n * INTERVAL '1 hour'
        FROM generate_series(1000, 12999) AS n;
    INSERT INTO audit_log (kind, outcome, principal, at) SELECT 'management', 'created', 'me', '2026-01-01'
        FROM generate_series(1, 100)";

/// The rows of each table and all that is in them, but for those of customer 7, who is active meanwhile.
async fn contents(database: &TestDatabase) -> Vec<(i64, String)> {
    let admin = raw(database).await;
    let mut all = Vec::new();
    for (table, key, rest) in [
        ("sessions", "digest", "customer > 999"),
        ("saved_cards", "pk", "customer > 999"),
        ("intents", "id", "customer > 999"),
        ("dead_tokens", "intent", "TRUE"),
        ("card_actions", "intent", "TRUE"),
        ("audit_log", "id", "pseudonym IS NULL AND part IS NULL"),
        ("audit_endings", "ending", "ending LIKE '0000000000%'"),
    ] {
        let sql = format!(
            "SELECT count(*), md5(string_agg(one::text, ' ' ORDER BY {key})) FROM {table} AS one WHERE {rest}"
        );
        let row = admin.query_one(&sql, &[]).await.expect(&sql);
        all.push((row.get(0), row.get(1)));
    }
    all
}

fn intent(number: u64) -> Intent {
    let mut bytes = [0xee; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    Intent::new(
        FlowId(bytes).intent(),
        CustomerId::new(7).expect("a key"),
        PosId::new(1).expect("a key"),
        account("main"),
        None,
    )
}

/// Records intents, refuses each second one and renews a session, until `stop`; returns how many.
async fn keep_writing(store: Store, stop: Arc<AtomicBool>) -> u64 {
    let mut number = 0;
    while !stop.load(Ordering::SeqCst) {
        number += 1;
        let intent = intent(number);
        let recorded = store.intents.record(&intent).await.expect("a record");
        assert!(matches!(recorded, RecordIntent::Recorded { .. }));
        if number % 2 == 0 {
            let refused = store.intents.refuse(&intent.id, None, now()).await;
            refused.expect("a refusal");
        }
        let expires_at = now() + TimeDelta::seconds(i64::try_from(number).expect("a number"));
        let session = Session::new(digest(&format!("busy_{}", number % 5)), expires_at);
        let change = change([Record::Session(session)]);
        let written = store.records.apply(&change, author()).await;
        written.expect("a session");
    }
    number
}

async fn keep_reading(store: Store, stop: Arc<AtomicBool>) -> u64 {
    let mut answers = 0;
    while !stop.load(Ordering::SeqCst) {
        let purchase = store
            .purchases
            .session_basket(&digest("seven"), now())
            .await;
        purchase.expect("an answer").expect("a purchase");
        let customer = CustomerId::new(1_000).expect("a key");
        assert_eq!(
            store
                .saved_cards
                .list(customer)
                .await
                .expect("a list")
                .len(),
            1
        );
        answers += 1;
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filled_database_is_partitioned_while_it_is_used() {
    let database = TestDatabase::migrated().await;
    let used = store(&database).await;
    fill(&used).await;
    saved(&used, 1, 7, "token-1").await;
    append(&used, 1..4).await;
    raw(&database)
        .await
        .batch_execute(ROWS)
        .await
        .expect("rows");
    let before = contents(&database).await;
    let stop = Arc::new(AtomicBool::new(false));
    let writing = tokio::spawn(keep_writing(used.clone(), stop.clone()));
    let reading = tokio::spawn(keep_reading(used.clone(), stop.clone()));
    let done = store(&database)
        .await
        .partition()
        .await
        .expect("partitions");
    assert!(done.len() > 10, "{done:?}");
    tokio::time::sleep(Duration::from_millis(200)).await;
    stop.store(true, Ordering::SeqCst);
    let written = writing.await.expect("every write succeeds");
    assert!(written > 0 && reading.await.expect("every read succeeds") > 0);

    assert_eq!(
        contents(&database).await,
        before,
        "no row is lost or changed"
    );
    for number in 1..=written {
        let status = used
            .intents
            .status(&intent(number).id)
            .await
            .expect("a status");
        let expected = if number % 2 == 0 {
            IntentStatus::Closed(IntentOutcome::Refused { gateway_code: None })
        } else {
            IntentStatus::Open
        };
        assert_eq!(status, expected, "{number}");
        let again = used.intents.record(&intent(number)).await;
        assert_eq!(again.expect("an answer"), RecordIntent::Exists);
    }
    for number in written.saturating_sub(4).max(1)..=written {
        let admin = raw(&database).await;
        let name = digest(&format!("busy_{}", number % 5)).to_hex();
        let sql = "SELECT extract(epoch FROM expires_at)::bigint FROM sessions WHERE digest = $1";
        let expires: i64 = admin.query_one(sql, &[&name]).await.expect("it").get(0);
        assert_eq!(
            expires - now().timestamp(),
            i64::try_from(number).expect("a number")
        );
    }
    // Keys go on where they were.
    saved(&used, 9, 7, "token-2").await;
    seal(&used, now()).await;
    assert!(verdict(&used).await.is_intact());
    let again = store(&database).await.partition().await;
    assert_eq!(again.expect("nothing to do"), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partitions_can_be_undone_and_made_again() {
    let database = TestDatabase::migrated().await;
    let used = store(&database).await;
    fill(&used).await;
    raw(&database)
        .await
        .batch_execute(ROWS)
        .await
        .expect("rows");
    let before = contents(&database).await;
    for _ in 0..2 {
        let partitioning = store(&database).await;
        partitioning.partition().await.expect("partitions");
        undo(&database).await;
        assert_eq!(contents(&database).await, before);
        let unpartitioned = "SELECT count(*) FROM pg_partitioned_table";
        let row = raw(&database).await.query_one(unpartitioned, &[]).await;
        assert_eq!(row.expect("a count").get::<_, i64>(0), 0);
    }
    saved(&store(&database).await, 1, 7, "token-1").await;
}

async fn undo(database: &TestDatabase) {
    let connection = AsyncPgConnection::establish(&database.url).await;
    let connection = connection.expect("a connection");
    let count = std::fs::read_dir(PARTITIONED)
        .expect("the migrations")
        .count();
    tokio::task::spawn_blocking(move || {
        let mut connection: AsyncConnectionWrapper<AsyncPgConnection> = connection.into();
        for _ in 0..count {
            let migrations = FileBasedMigrations::from_path(PARTITIONED).expect("the migrations");
            connection
                .revert_last_migration(migrations)
                .expect("undone");
        }
    })
    .await
    .expect("undone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_partitioning_is_continued() {
    let database = TestDatabase::migrated().await;
    let used = store(&database).await;
    fill(&used).await;
    let long = raw(&database).await;
    let open = "BEGIN; LOCK TABLE saved_cards IN ACCESS SHARE MODE";
    long.batch_execute(open).await.expect("a long transaction");
    let partitioning = store(&database).await;
    let stuck = tokio::time::timeout(Duration::from_secs(8), partitioning.partition()).await;
    stuck.expect_err("it needs what the other one has");
    saved(&used, 1, 7, "token-1").await;
    long.batch_execute("COMMIT").await.expect("its end");
    let partitioning = store(&database).await;
    let continued = tokio::time::timeout(PATIENCE, partitioning.partition());
    continued.await.expect("in time").expect("partitions");
    saved(&used, 2, 7, "token-2").await;
    let customer = CustomerId::new(7).expect("a key");
    assert_eq!(
        used.saved_cards.list(customer).await.expect("a list").len(),
        2
    );
}

#[tokio::test]
async fn a_program_of_an_earlier_release_is_refused_and_cannot_delete_by_place() {
    let database = TestDatabase::partitioned().await;
    let used = store(&database).await;
    fill(&used).await;
    assert_eq!(used.pending_migrations().await.expect("an answer"), [""; 0]);
    let old = raw(&database).await;
    for statement in [
        "DELETE FROM sessions WHERE ctid = ANY (ARRAY(SELECT ctid FROM sessions))",
        "DELETE FROM intents WHERE ctid = ANY (ARRAY(SELECT ctid FROM intents))",
    ] {
        let refused = old.batch_execute(statement).await.expect_err(statement);
        let reason = refused.as_db_error().expect("a reason").message();
        assert!(reason.contains("is partitioned"), "{reason}");
    }
}

#[tokio::test]
async fn an_sqlite_file_is_not_partitioned() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("payments.db").display());
    let store = Store::open(&settings(&url)).await.expect("a store");
    let error = store.partition().await.expect_err("no partitions");
    assert!(matches!(error, OpenError::NoPartitions), "{error:?}");
    assert_eq!(store.keep_months().await.expect("nothing to do"), [""; 0]);
}
