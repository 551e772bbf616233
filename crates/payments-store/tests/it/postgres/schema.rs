//! The schema, made by migrations.

use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use payments_core::record::Record;
use payments_store::Store;
use payments_store::testing::TestDatabase;

use super::{migrations, raw, store};
use crate::first_schema::{FIRST_SCHEMA, first_schema_is_read};
use crate::fixture::{PATIENCE, author, change, fill, product};
use crate::forbidden::{ACCEPTED, REFUSED};

#[tokio::test]
async fn concurrent_migrations_wait_for_each_other() {
    let database = TestDatabase::empty().await;
    let stores = [
        store(&database).await,
        store(&database).await,
        store(&database).await,
    ];
    let runs = futures_util::future::join_all(stores.iter().map(Store::migrate)).await;
    let run: usize = runs
        .into_iter()
        .map(|run| run.expect("the migrations").len())
        .sum();
    assert_eq!(run, migrations(), "each migration was run by one of them");
    fill(&stores[0]).await;
}

#[tokio::test]
async fn any_write_of_products_increments_their_version_once_per_transaction() {
    let database = TestDatabase::migrated().await;
    fill(&store(&database).await).await;
    let admin = raw(&database).await;
    let mut before: i64 = 0;
    let mut counted = async |statements: &str| {
        admin.batch_execute(statements).await.expect(statements);
        let version = admin.query_one("SELECT version FROM products_version", &[]);
        let now: i64 = version.await.expect("a version").get(0);
        now - std::mem::replace(&mut before, now)
    };
    counted("SELECT").await;
    let write = "UPDATE products SET price_minor = price_minor + 1";
    assert_eq!(counted(write).await, 1);
    let many = format!("BEGIN; {write}; {write} WHERE pk = 1; {write}; COMMIT");
    assert_eq!(counted(&many).await, 1);
    assert_eq!(counted(&format!("BEGIN; {write}; ROLLBACK")).await, 0);
    let half = format!("BEGIN; SAVEPOINT half; {write}; ROLLBACK TO half; {write}; COMMIT");
    assert_eq!(counted(&half).await, 1);
    assert_eq!(counted(write).await, 1);
    assert_eq!(counted("TRUNCATE products CASCADE").await, 1);
    assert_eq!(counted("UPDATE baskets SET state = 'paid'").await, 0);
}

#[tokio::test]
async fn a_write_of_products_counts_with_no_path_no_rights_and_where_triggers_are_off() {
    let database = TestDatabase::migrated().await;
    fill(&store(&database).await).await;
    let admin = raw(&database).await;
    let write = "UPDATE public.products SET price_minor = price_minor + 1";
    let alone = "CREATE ROLE products_only; GRANT SELECT, UPDATE ON products TO products_only; \
                 SET LOCAL ROLE products_only";
    let undone = "SET CONSTRAINTS ALL IMMEDIATE; RESET ROLE; DROP OWNED BY products_only; DROP ROLE products_only";
    for (seen, statements) in (1..).zip([
        format!("SET search_path = ''; {write}; RESET search_path"),
        format!("SET session_replication_role = replica; {write}; RESET session_replication_role"),
        format!("BEGIN; {alone}; {write}; {undone}; COMMIT"),
    ]) {
        admin.batch_execute(&statements).await.expect(&statements);
        let version = admin.query_one("SELECT version - 1 FROM products_version", &[]);
        let now: i64 = version.await.expect("a version").get(0);
        assert_eq!(now, seen, "{statements}");
    }
}

#[tokio::test]
async fn writers_of_different_products_do_not_wait_for_each_other() {
    let database = TestDatabase::migrated().await;
    let store = store(&database).await;
    fill(&store).await;
    let slow = raw(&database).await;
    let write = "BEGIN; UPDATE products SET price_minor = 1 WHERE pk = 1";
    slow.batch_execute(write).await.expect("a slow writer");
    let other = change([Record::Product(product(2))]);
    let written = tokio::time::timeout(PATIENCE, store.records.apply(&other, author()));
    written.await.expect("at once").expect("a change");
    slow.batch_execute("COMMIT").await.expect("its end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_migration_can_be_undone_and_run_again() {
    let database = TestDatabase::empty().await;
    let url = database.url.clone();
    let admin = raw(&database).await;
    let tables = "SELECT string_agg(table_name || '.' || column_name || ' ' || data_type, ',' ORDER BY 1) FROM \
                  (SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' \
                   AND table_name NOT LIKE '\\_\\_diesel%' ORDER BY table_name, ordinal_position) AS columns (table_name, column_name, data_type)";
    let schema = async || -> Option<String> {
        admin
            .query_one(tables, &[])
            .await
            .expect("the schema")
            .get(0)
    };
    let run = async |undo: bool| {
        let connection = AsyncPgConnection::establish(&url)
            .await
            .expect("a connection");
        tokio::task::spawn_blocking(move || {
            let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/postgres");
            let migrations = FileBasedMigrations::from_path(migrations).expect("the migrations");
            let mut connection: AsyncConnectionWrapper<AsyncPgConnection> = connection.into();
            if undo {
                connection
                    .revert_all_migrations(migrations)
                    .expect("all undone");
            } else {
                connection
                    .run_pending_migrations(migrations)
                    .expect("all run");
            }
        })
        .await
        .expect("the migrations");
    };
    run(false).await;
    let full = schema().await;
    assert!(full.is_some());
    let store = store(&database).await;
    fill(&store).await;
    run(true).await;
    assert_eq!(schema().await, None, "nothing is left");
    run(false).await;
    assert_eq!(schema().await, full);
    fill(&store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_of_the_first_schema_survives_all_migrations() {
    let database = TestDatabase::empty().await;
    let connection = AsyncPgConnection::establish(&database.url)
        .await
        .expect("a connection");
    tokio::task::spawn_blocking(move || {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/postgres");
        let folder = FileBasedMigrations::from_path(folder).expect("the migrations");
        let mut connection: AsyncConnectionWrapper<AsyncPgConnection> = connection.into();
        connection
            .run_next_migration(folder)
            .expect("the first one");
    })
    .await
    .expect("the first migration");
    raw(&database)
        .await
        .batch_execute(FIRST_SCHEMA)
        .await
        .expect("its data");
    let store = store(&database).await;
    assert_eq!(
        store.migrate().await.expect("the others").len(),
        migrations() - 1
    );
    first_schema_is_read(&store).await;
}

#[tokio::test]
async fn no_column_takes_a_number_a_code_or_a_phone() {
    let database = TestDatabase::migrated().await;
    fill(&store(&database).await).await;
    let admin = raw(&database).await;
    admin.batch_execute(ACCEPTED).await.expect("a valid card");
    for statement in REFUSED {
        admin.batch_execute(statement).await.expect_err(statement);
    }
}
