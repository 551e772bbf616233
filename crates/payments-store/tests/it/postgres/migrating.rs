//! Migrations that do not block queries, and programs of different versions on one schema.

use std::time::{Duration, Instant};

use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use payments_store::testing::TestDatabase;
use payments_store::{OpenError, Store};

use super::{raw, refused, settings, store};
use crate::fixture::fill;

/// What a newer program would have written.
async fn add_migration(database: &TestDatabase, version: &str, since: Option<&str>) {
    let mark = since
        .map(|since| format!("INSERT INTO schema_compatibility VALUES ('{version}', '{since}')"));
    let sql = format!(
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('{version}'); {}",
        mark.unwrap_or_default()
    );
    raw(database).await.batch_execute(&sql).await.expect(&sql);
}

#[tokio::test]
async fn a_program_starts_on_a_newer_schema_that_says_it_may() {
    let database = TestDatabase::migrated().await;
    add_migration(&database, "29990101000000", Some("20261128140000")).await;
    let older = store(&database).await;
    let pending = older.pending_migrations().await.expect("an answer");
    assert_eq!(pending, [""; 0]);
    assert_eq!(older.migrate().await.expect("nothing to do"), [""; 0]);
    fill(&older).await;

    // It would have to have a migration that it does not have.
    add_migration(&database, "29990102000000", Some("29990101000000")).await;
    let error = refused(&settings(&database.url)).await;
    assert!(matches!(error, OpenError::Newer(_)), "{error:?}");
}

#[tokio::test]
async fn what_older_programs_can_live_with_is_written_down() {
    let database = TestDatabase::migrated().await;
    let marks = "SELECT count(*) FROM schema_compatibility AS mark WHERE version = '20261128140100' AND since = '20261122100000'";
    let row = raw(&database).await.query_one(marks, &[]).await;
    assert_eq!(row.expect("a count").get::<_, i64>(0), 1);
}

/// Undoes the last migrations down to the one that changes `baskets`.
async fn undo_basket_times(database: &TestDatabase) {
    let url = database.url.clone();
    let connection = AsyncPgConnection::establish(&url).await;
    let connection = connection.expect("a connection");
    tokio::task::spawn_blocking(move || {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/postgres");
        let mut connection: AsyncConnectionWrapper<AsyncPgConnection> = connection.into();
        loop {
            let migrations = FileBasedMigrations::from_path(folder).expect("the migrations");
            let undone = connection.revert_last_migration(migrations);
            if undone.expect("undone").to_string() == "20261128140100" {
                return;
            }
        }
    })
    .await
    .expect("undone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_waits_for_a_long_transaction_does_not_block_readers() {
    let database = TestDatabase::migrated().await;
    fill(&store(&database).await).await;
    undo_basket_times(&database).await;
    let long = raw(&database).await;
    let open = "BEGIN; SELECT count(*) FROM baskets";
    long.batch_execute(open).await.expect("a long transaction");
    let migrated = tokio::spawn({
        let store = Store::open(&settings(&database.url))
            .await
            .expect("a store");
        async move { store.migrate().await }
    });
    let reader = raw(&database).await;
    let mut longest = Duration::ZERO;
    let begun = clock();
    // Long enough for several tries.
    while begun.elapsed() < Duration::from_secs(5) {
        let asked = clock();
        let read = reader.query_one("SELECT count(*) FROM baskets", &[]).await;
        read.expect("a count");
        longest = longest.max(asked.elapsed());
    }
    assert!(!migrated.is_finished(), "it needs what the other one has");
    assert!(
        longest > Duration::from_millis(100),
        "the migration was never blocked: {longest:?}"
    );
    assert!(longest < Duration::from_secs(2), "{longest:?}");
    long.batch_execute("COMMIT").await.expect("its end");
    let done = migrated.await.expect("an end").expect("the migrations");
    assert!(done.contains(&"20261128140100".to_owned()), "{done:?}");
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test measures a waiting time"
)]
fn clock() -> Instant {
    Instant::now()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_remains_of_an_interrupted_index_build_are_rebuilt() {
    let database = TestDatabase::migrated().await;
    let admin = raw(&database).await;
    let cut_off = "DELETE FROM __diesel_schema_migrations WHERE version = '20261128140200';
        UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = 'baskets_updated_at'::regclass";
    admin.batch_execute(cut_off).await.expect("half an index");
    let done = store(&database).await.migrate().await;
    assert_eq!(done.expect("the migration"), ["20261128140200"]);
    let valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'baskets_updated_at'::regclass";
    let row = admin.query_one(valid, &[]).await.expect("the index");
    assert!(row.get::<_, bool>(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_migrations_wait_for_each_other() {
    let database = TestDatabase::empty().await;
    let stores = [store(&database).await, store(&database).await];
    let [one, other] = &stores;
    let (one, other) = tokio::join!(one.migrate(), other.migrate());
    let done = one.expect("migrated").len() + other.expect("migrated").len();
    assert_eq!(done, super::migrations());
}
