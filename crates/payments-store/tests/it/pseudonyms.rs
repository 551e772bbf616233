//! Records that were written before there were pseudonyms.

use diesel::SqliteConnection;
use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use payments_core::id::CustomerId;
use payments_store::testing::TestDatabase;
use payments_store::{AuditFilter, Store, StoreSettings};

use crate::audit::{append, seal, verdict};
use crate::fixture::now;

/// The first migration that knows them.
const FIRST: &str = "20261128130000";

/// One customer who is still there, with an intent that ended twice, and one who is not.
const BEFORE: &str = "
INSERT INTO customers (pk, segments, is_active) VALUES (7, '[]', TRUE);
INSERT INTO audit_log (intent, customer, outcome, at) VALUES
    ('00000000000000000000000000000001', 7, 'unknown', '2026-11-01 00:00:00'),
    ('00000000000000000000000000000001', 7, 'saved', '2026-11-01 00:00:01'),
    ('00000000000000000000000000000001', 7, 'void', '2026-11-01 00:00:02'),
    (NULL, 8, 'deleted', '2026-11-01 00:00:03');
";

/// Runs the migrations before the first that knows pseudonyms, and fills in rows.
fn before<DB, C>(connection: &mut C, folder: &str)
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB> + diesel::connection::SimpleConnection,
    FileBasedMigrations: MigrationSource<DB>,
{
    let folder = FileBasedMigrations::from_path(folder).expect("the migrations");
    loop {
        let pending = connection.pending_migrations(folder.clone());
        let pending = pending.expect("migrations");
        let next = pending.first().expect("a migration");
        if next.name().version().to_string() == FIRST {
            break;
        }
        connection.run_migration(&**next).expect("a migration");
    }
    connection.batch_execute(BEFORE).expect("rows");
}

async fn are_under_pseudonyms(store: &Store) {
    store.migrate().await.expect("the other migrations");
    let all = AuditFilter::default();
    let rows = store.audit_trail.page(&all, None, 10).await;
    let rows = rows.expect("a page");
    let customers: Vec<Option<i64>> = rows.iter().map(|row| row.customer).collect();
    assert_eq!(customers, [None, Some(7), Some(7), Some(7)]);
    let pseudonyms: Vec<&Option<String>> = rows.iter().map(|row| &row.entry.pseudonym).collect();
    assert!(pseudonyms.iter().all(|one| one.is_some()));
    assert!(pseudonyms[0] != pseudonyms[1] && pseudonyms[1] == pseudonyms[3]);
    append(store, 1..2).await;
    let of_seven = AuditFilter {
        customer: CustomerId::new(7).ok(),
        ..AuditFilter::default()
    };
    let page = store.audit_trail.page(&of_seven, None, 10).await;
    assert_eq!(page.expect("a page").len(), 4, "the pseudonym stays");
    assert_eq!(seal(store, now()).await, 5);
    assert!(verdict(store).await.is_intact());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn earlier_records_in_sqlite_get_pseudonyms_and_seals() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("payments.db");
    let path = path.to_str().expect("a path");
    let mut raw = SqliteConnection::establish(path).expect("a connection");
    let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/sqlite");
    before(&mut raw, migrations);
    drop(raw);
    let store = Store::open(&StoreSettings::new(format!("sqlite:{path}"))).await;
    are_under_pseudonyms(&store.expect("a store")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn earlier_records_in_postgres_get_pseudonyms_and_seals_and_so_do_those_of_the_previous_release()
 {
    let database = TestDatabase::empty().await;
    let raw = AsyncPgConnection::establish(&database.url).await;
    let raw = raw.expect("a connection");
    tokio::task::spawn_blocking(move || {
        let mut raw: AsyncConnectionWrapper<AsyncPgConnection> = raw.into();
        let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/postgres");
        before(&mut raw, migrations);
    })
    .await
    .expect("the migrations before");
    let store = Store::open(&StoreSettings::new(database.url.clone())).await;
    let store = store.expect("a store");
    are_under_pseudonyms(&store).await;
    let (client, link) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls)
        .await
        .expect("a connection");
    tokio::spawn(link);
    let write = "INSERT INTO audit_log (intent, customer, outcome, at)
        VALUES ('00000000000000000000000000000002', 7, 'saved', now()) ON CONFLICT DO NOTHING";
    for expected in [1, 0] {
        let written = client.execute(write, &[]).await;
        assert_eq!(written.expect("as the release before writes"), expected);
    }
    assert_eq!(seal(&store, now()).await, 1);
    let keys = "SELECT count(*) FROM audit_log WHERE customer IS NOT NULL";
    let left: i64 = client.query_one(keys, &[]).await.expect("a count").get(0);
    assert_eq!(left, 0, "no key of a customer is in the log");
}
