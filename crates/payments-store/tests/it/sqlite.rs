//! What only SQLite has: files.

use std::fs;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use payments_core::ports::ExportSink;
use payments_core::record::Record;
use payments_store::{OpenError, Store, StoreKind, StoreSettings};

use crate::first_schema::{FIRST_SCHEMA, first_schema_is_read};
use crate::fixture::{author, bank, change, everything, export, fill, patient};
use crate::forbidden::{ACCEPTED, REFUSED};

fn settings(path: &Path) -> StoreSettings {
    patient(format!("sqlite:{}", path.display()))
}

/// How many migrations there are.
fn migrations() -> usize {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/sqlite");
    std::fs::read_dir(folder).expect("the migrations").count()
}

async fn refused(path: &Path) -> OpenError {
    Store::open(&settings(path))
        .await
        .expect_err("no usable database")
}

fn raw(path: &Path) -> SqliteConnection {
    SqliteConnection::establish(path.to_str().expect("a path")).expect("a connection")
}

#[tokio::test]
async fn a_missing_file_is_made_with_its_folder_for_its_owner_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("var/deep/payments.db");
    let store = Store::open(&settings(&path)).await.expect("a store");
    assert_eq!(store.kind(), StoreKind::Embedded);
    assert_eq!(
        store.pending_migrations().await.expect("an answer").len(),
        migrations()
    );
    let run = store.migrate().await.expect("the migrations");
    assert_eq!(run.len(), migrations());
    assert_eq!(
        store.pending_migrations().await.expect("an answer"),
        Vec::<String>::new()
    );
    assert_eq!(
        store.migrate().await.expect("nothing to do"),
        Vec::<String>::new()
    );
    store.check().await.expect("an answer");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for name in ["payments.db", "payments.db-wal"] {
            let mode = fs::metadata(path.with_file_name(name))
                .expect("the file")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}

#[tokio::test]
async fn data_survives_the_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("payments.db");
    let store = Store::open(&settings(&path)).await.expect("a store");
    store.migrate().await.expect("the migrations");
    fill(&store).await;
    let before = export(&store).await;
    drop(store);
    let store = Store::open(&settings(&path)).await.expect("a store");
    assert_eq!(export(&store).await, before);
}

#[tokio::test]
async fn an_export_ends_if_its_sink_stops_reading() {
    let memory = StoreSettings {
        statement_timeout: Duration::from_millis(100),
        ..StoreSettings::new("sqlite::memory:".to_owned())
    };
    let store = Store::open(&memory).await.expect("a store");
    store.migrate().await.expect("the migrations");
    fill(&store).await;
    let exported = store.records.export(&mut Stuck).await;
    exported.expect_err("the sink never answers");
    assert!(!export(&store).await.is_empty(), "the store works on");
}

struct Stuck;

#[async_trait]
impl ExportSink for Stuck {
    async fn take(&mut self, _: Vec<Record>) -> bool {
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_store_in_memory_is_one_for_all_its_connections_and_no_others() {
    let memory = StoreSettings::new("sqlite::memory:".to_owned());
    let (one, other) = (
        Store::open(&memory).await.expect("a store"),
        Store::open(&memory).await.expect("a store"),
    );
    one.migrate().await.expect("the migrations");
    fill(&one).await;
    let exports = futures_util::future::join_all((0..20).map(|_| export(&one))).await;
    assert!(
        exports
            .into_iter()
            .all(|exported| exported.len() == everything().len() - 1)
    );
    assert_eq!(
        other.pending_migrations().await.expect("an answer").len(),
        migrations()
    );
}

#[tokio::test]
async fn a_url_of_no_database_is_refused_without_repeating_it() {
    for url in ["mysql://user:secret@host/db", "payments.db", "", "secret"] {
        let error = Store::open(&StoreSettings::new(url.to_owned()))
            .await
            .expect_err("no database");
        assert!(matches!(error, OpenError::UnknownUrl));
        assert!(
            error.to_string().starts_with("database.url ") && !error.to_string().contains("secret")
        );
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.txt");
    let text = "These are my notes, and no database. ".repeat(100);
    fs::write(&path, &text).expect("a file");
    let error = refused(&path).await;
    assert!(matches!(error, OpenError::NotADatabase), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the file that database.url names is not an SQLite database"
    );
    assert_eq!(fs::read_to_string(&path).expect("the file"), text);
}

#[tokio::test]
async fn a_path_that_cannot_be_a_file_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("file"), "").expect("a file");
    for (path, failure) in [
        (
            folder.path().to_owned(),
            "exists but cannot be opened: Is a directory",
        ),
        (
            "/proc/payments/payments.db".into(),
            "does not exist and cannot be created: No such file",
        ),
        (
            folder.path().join("file/payments.db"),
            "cannot be reached: ",
        ),
    ] {
        let error = refused(&path).await;
        assert!(matches!(error, OpenError::Unwritable { .. }), "{error:?}");
        let expected = format!("{}, which database.url names, {failure}", path.display());
        assert!(error.to_string().starts_with(&expected), "{error}");
    }
}

#[tokio::test]
async fn a_database_of_another_program_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("contacts.db");
    raw(&path)
        .batch_execute("CREATE TABLE contacts (name TEXT)")
        .expect("a table");
    let error = refused(&path).await;
    assert!(matches!(error, OpenError::AnotherPrograms), "{error:?}");
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("payments.db");
    let store = Store::open(&settings(&path)).await.expect("a store");
    store.migrate().await.expect("the migrations");
    raw(&path)
        .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')")
        .expect("a row");
    let running = store
        .pending_migrations()
        .await
        .expect_err("a newer database");
    assert!(matches!(running, OpenError::Newer(_)));
    let error = refused(&path).await;
    assert!(
        error
            .to_string()
            .ends_with("newer than this program: it has the migrations 29990101000000"),
        "{error}"
    );
}

#[tokio::test]
async fn every_migration_can_be_undone_and_run_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("payments.db");
    let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/sqlite");
    let migrations = FileBasedMigrations::from_path(migrations).expect("the migrations");
    let mut connection = raw(&path);
    let schema = |connection: &mut SqliteConnection| {
        let objects = "SELECT group_concat(type || ' ' || name || ' ' || coalesce(sql, ''), '\n') AS text FROM \
                       (SELECT * FROM sqlite_master WHERE name NOT LIKE '__diesel%' AND name NOT LIKE 'sqlite_%' ORDER BY name)";
        diesel::select(diesel::dsl::sql::<
            diesel::sql_types::Nullable<diesel::sql_types::Text>,
        >(&format!("({objects})")))
        .get_result::<Option<String>>(connection)
        .expect("the schema")
    };
    connection
        .run_pending_migrations(migrations.clone())
        .expect("the migrations");
    let full = schema(&mut connection);
    assert!(full.is_some());
    connection
        .revert_all_migrations(migrations.clone())
        .expect("all undone");
    assert_eq!(schema(&mut connection), None, "nothing is left");
    connection
        .run_pending_migrations(migrations.clone())
        .expect("the migrations again");
    assert_eq!(schema(&mut connection), full);
    // The last one alone, with data in the database.
    drop(connection);
    let store = Store::open(&settings(&path)).await.expect("a store");
    fill(&store).await;
    let mut connection = raw(&path);
    connection
        .revert_last_migration(migrations.clone())
        .expect("one undone");
    assert_eq!(
        store.pending_migrations().await.expect("an answer").len(),
        1
    );
    store.migrate().await.expect("the migration again");
    assert_eq!(export(&store).await.len(), everything().len() - 1);
}

#[tokio::test]
async fn no_column_takes_a_number_a_code_or_a_phone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("payments.db");
    let store = Store::open(&settings(&path)).await.expect("a store");
    store.migrate().await.expect("the migrations");
    fill(&store).await;
    let mut connection = raw(&path);
    connection.batch_execute(ACCEPTED).expect("a valid card");
    for statement in REFUSED {
        connection.batch_execute(statement).expect_err(statement);
    }
}

#[tokio::test]
async fn data_of_the_first_schema_survives_all_migrations() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("payments.db");
    let all = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/sqlite");
    let all = FileBasedMigrations::from_path(all).expect("the migrations");
    let mut connection = raw(&path);
    connection.run_next_migration(all).expect("the first one");
    connection.batch_execute(FIRST_SCHEMA).expect("its data");
    let store = Store::open(&settings(&path)).await.expect("a store");
    assert_eq!(
        store.migrate().await.expect("the others").len(),
        migrations() - 1
    );
    first_schema_is_read(&store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_does_not_wait_for_a_writer() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("payments.db");
    let store = Store::open(&settings(&path)).await.expect("a store");
    store.migrate().await.expect("the migrations");
    fill(&store).await;
    let mut writer = raw(&path);
    writer
        .batch_execute("BEGIN IMMEDIATE; UPDATE banks SET name = 'half written'")
        .expect("a write under way");
    let (_, parts) = store.catalog.load().await.expect("a catalog");
    assert_eq!(parts.banks, [bank(1, "garanti")]);
    writer.batch_execute("ROLLBACK").expect("the end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_that_does_not_get_the_lock_times_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("payments.db");
    let mut impatient = settings(&path);
    impatient.statement_timeout = std::time::Duration::from_millis(50);
    let store = Store::open(&impatient).await.expect("a store");
    store.migrate().await.expect("the migrations");
    let mut writer = raw(&path);
    writer
        .batch_execute("BEGIN IMMEDIATE")
        .expect("a write under way");
    let refused = store
        .records
        .apply(&change([Record::Bank(bank(1, "garanti"))]), author())
        .await;
    assert!(
        matches!(
            refused,
            Err(payments_core::ports::RecordsError::Unavailable(_))
        ),
        "{refused:?}"
    );
    writer.batch_execute("ROLLBACK").expect("the end");
    store
        .records
        .apply(&change([Record::Bank(bank(1, "garanti"))]), author())
        .await
        .expect("the lock");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_hangs_up_leaves_no_transaction_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&settings(&folder.path().join("payments.db")))
        .await
        .expect("a store");
    store.migrate().await.expect("the migrations");
    for _ in 0..200 {
        let writing = {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .records
                    .apply(&change(everything()), author())
                    .await
                    .map(drop)
            })
        };
        tokio::task::yield_now().await;
        writing.abort();
        drop(writing.await);
    }
    fill(&store).await;
    assert_eq!(export(&store).await.len(), everything().len() - 1);
}
