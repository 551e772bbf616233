//! Cases of PostgreSQL only: connections, separate migrations, and concurrent programs.

mod audit;
mod cleanup;
mod links;
mod migrating;
mod months;
mod partitioning;
mod partitions;
mod plans;
mod replica;
mod schema;

use std::path::PathBuf;
use std::time::Duration;

use payments_store::testing::{TestDatabase, named};
use payments_store::{OpenError, Store, StoreKind, StoreSettings};
use tokio_postgres::{Client, NoTls};

use crate::fixture::{PATIENCE, fill, patient};

fn settings(url: &str) -> StoreSettings {
    patient(url.to_owned())
}

async fn store(database: &TestDatabase) -> Store {
    Store::open(&settings(&database.url))
        .await
        .expect("a store")
}

/// How many migrations there are.
fn migrations() -> usize {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/postgres");
    std::fs::read_dir(folder).expect("the migrations").count()
}

async fn refused(settings: &StoreSettings) -> OpenError {
    Store::open(settings).await.expect_err("no usable database")
}

/// A connection beside the store's.
async fn raw(database: &TestDatabase) -> Client {
    let (client, link) = tokio_postgres::connect(&database.url, NoTls)
        .await
        .expect("a connection");
    tokio::spawn(link);
    client
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_passed_over() {
    let database = TestDatabase::migrated().await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let silent = silent.expect("a port");
    let address = silent.local_addr().expect("an address");
    let url = database.url.replacen('@', &format!("@{address},"), 1);
    let settings = StoreSettings {
        wait_timeout: Duration::from_secs(20),
        ..settings(&format!("{url}?target_session_attrs=read-write"))
    };
    let store = Store::open(&settings).await.expect("the second server");
    store.check().await.expect("an answer");
}

#[tokio::test]
async fn a_database_without_a_schema_says_what_is_pending() {
    let database = TestDatabase::empty().await;
    let store = store(&database).await;
    assert_eq!(store.kind(), StoreKind::Server);
    let pending = store.pending_migrations().await.expect("an answer");
    assert_eq!(pending.len(), migrations());
    assert!(pending.is_sorted());
    store.check().await.expect("it answers all the same");
    store.catalog.load().await.expect_err("there is no table");
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let database = TestDatabase::migrated().await;
    raw(&database)
        .await
        .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')")
        .await
        .expect("a row");
    let error = refused(&settings(&database.url)).await;
    assert!(
        error
            .to_string()
            .ends_with("it has the migrations 29990101000000"),
        "{error}"
    );
}

#[tokio::test]
async fn a_role_without_the_right_to_change_the_schema_can_serve() {
    let database = TestDatabase::migrated().await;
    let role = database.url.rsplit('/').next().expect("a name").to_owned() + "_role";
    let admin = raw(&database).await;
    let grants = format!(
        "DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN PASSWORD 'secret';
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
    );
    admin.batch_execute(&grants).await.expect("a role");
    let (_, server) = database.url.split_once('@').expect("a host");
    let url = format!("postgres://{role}:secret@{server}");
    let store = Store::open(&settings(&url)).await.expect("a store");
    assert_eq!(
        store.pending_migrations().await.expect("an answer"),
        Vec::<String>::new()
    );
    fill(&store).await;
    drop(store);
    let wrong = refused(&settings(&format!(
        "postgres://{role}:wrong-secret@{server}"
    )))
    .await;
    assert!(matches!(wrong, OpenError::Unreachable(_)), "{wrong:?}");
    let words = wrong.to_string();
    assert!(
        words.contains("database.url") && words.contains("password authentication failed"),
        "{words}"
    );
    assert!(!words.contains("secret"), "{words}");
    let gone = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    admin.batch_execute(&gone).await.expect("the role is gone");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_by_its_setting_in_time() {
    for url in [
        "postgres://user:secret@127.0.0.1:1/payments",
        "postgres://user:secret@no-such-host.invalid/payments?sslmode=disable",
    ] {
        let error = refused(&settings(url)).await;
        assert!(matches!(error, OpenError::Unreachable(_)), "{error:?}");
        let words = error.to_string();
        assert!(
            words.contains("database.url") && !words.contains("secret"),
            "{words}"
        );
    }
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("a port").port();
    let mut impatient = settings(&format!("postgres://user:secret@127.0.0.1:{port}/payments"));
    impatient.wait_timeout = Duration::from_millis(200);
    assert!(matches!(
        refused(&impatient).await,
        OpenError::Unreachable(_)
    ));
}

#[tokio::test]
async fn a_url_that_makes_no_sense_is_refused_without_repeating_it() {
    for url in [
        "postgres://user:secret@127.0.0.1:port/payments",
        "postgres://user:secret@127.0.0.1/payments?nonsense=secret",
        "postgres://user:secret@127.0.0.1/payments?sslmode=prefer",
    ] {
        let error = refused(&settings(url)).await;
        assert!(matches!(error, OpenError::MalformedUrl(_)), "{error:?}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

fn authority() -> PathBuf {
    named("PAYMENTS_TEST_CA_FILE").into()
}

#[tokio::test]
async fn a_connection_is_encrypted_if_the_certificate_is_valid() {
    let database = TestDatabase::migrated().await;
    let mut secure = settings(&format!("{}?sslmode=require", database.url));
    secure.ca_file = Some(authority());
    let store = Store::open(&secure).await.expect("a store");
    let sessions = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                    WHERE ssl AND datname = current_database()";
    let encrypted: i64 = raw(&database)
        .await
        .query_one(sessions, &[])
        .await
        .expect("a count")
        .get(0);
    assert!(encrypted >= 1);
    fill(&store).await;
    let mut changes = store.catalog_changes();
    tokio::time::timeout(PATIENCE, changes.changed())
        .await
        .expect("in time");
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let database = TestDatabase::migrated().await;
    let error = refused(&settings(&format!("{}?sslmode=require", database.url))).await;
    assert!(matches!(error, OpenError::Unreachable(_)), "{error:?}");
    assert!(error.to_string().contains("certificate"), "{error}");
    let mut no_authority = settings(&format!("{}?sslmode=require", database.url));
    for unusable in [
        "/no/such/file",
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
    ] {
        no_authority.ca_file = Some(unusable.into());
        let words = refused(&no_authority).await.to_string();
        assert!(words.starts_with("database.ca_file "), "{words}");
    }
}
