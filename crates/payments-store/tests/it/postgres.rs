//! What only PostgreSQL has: a link, a schema that somebody else migrates, and other programs at the same rows.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Duration;

use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use payments_core::id::ProductId;
use payments_core::ports::{Record, RecordsError};
use payments_core::product::Product;
use payments_store::testing::TestDatabase;
use payments_store::{OpenError, Store, StoreKind, StoreSettings};
use tokio_postgres::{Client, NoTls};

use crate::first_schema::{FIRST_SCHEMA, first_schema_is_read};
use crate::ground::{bank, change, everything, fill, lira, product};
use crate::servers::{OwnServers, hanging_proxy};

fn settings(url: &str) -> StoreSettings {
    StoreSettings::new(url.to_owned())
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
async fn programs_that_migrate_at_once_wait_for_each_other() {
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
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are told by the environment where their servers are"
    )]
    let path = std::env::var("PAYMENTS_TEST_CA_FILE")
        .expect("this test needs PostgreSQL's authority: run it by `cargo xtask test`");
    path.into()
}

#[tokio::test]
async fn a_link_is_encrypted_where_the_certificate_is_good() {
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
    tokio::time::timeout(Duration::from_secs(5), changes.changed())
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
    no_authority.ca_file = Some("/no/such/file".into());
    let error = refused(&no_authority).await;
    assert!(
        error.to_string().starts_with("database.ca_file "),
        "{error}"
    );
}

#[tokio::test]
async fn a_connection_that_died_is_replaced_without_anyone_noticing() {
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
            .apply(&change([Record::Bank(bank(1, "garanti"))]))
            .await
            .expect("a write");
    }
}

#[tokio::test]
async fn a_statement_that_waits_too_long_is_given_up() {
    let database = TestDatabase::migrated().await;
    let mut impatient = settings(&database.url);
    impatient.statement_timeout = Duration::from_millis(100);
    let store = Store::open(&impatient).await.expect("a store");
    fill(&store).await;
    let blocker = raw(&database).await;
    blocker
        .batch_execute("BEGIN; UPDATE banks SET name = 'half written'")
        .await
        .expect("a write under way");
    let (_, parts) = store.catalog.load().await.expect("readers do not wait");
    assert_eq!(parts.banks, [bank(1, "garanti")]);
    let waiting = store
        .records
        .apply(&change([Record::Bank(bank(1, "garanti"))]))
        .await;
    assert!(
        matches!(waiting, Err(RecordsError::Unavailable(_))),
        "{waiting:?}"
    );
    blocker.batch_execute("ROLLBACK").await.expect("the end");
    fill(&store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_goes_away_is_missed_in_time_and_found_again() {
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
    for (going, coming) in [("kill", "start"), ("stop", "start")] {
        servers.order(&format!("{going} postgres"));
        for _ in 0..10 {
            in_time(2).await.expect_err("it is away");
        }
        servers.order(&format!("{coming} postgres"));
        found_again(&store).await;
        fill(&store).await;
    }
}

/// Within the five seconds that operators are promised.
async fn found_again(store: &Store) {
    let back = async {
        while store.catalog.version().await.is_err() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let found = tokio::time::timeout(Duration::from_secs(5), back);
    found.await.expect("found again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_is_given_up_in_time() {
    let database = TestDatabase::migrated().await;
    let (before, rest) = database.url.split_once('@').expect("a password");
    let (host, name) = rest.split_once('/').expect("a name");
    let (proxy, hangs) = hanging_proxy(host.to_owned()).await;
    let mut impatient = settings(&format!("{before}@{proxy}/{name}"));
    impatient.statement_timeout = Duration::from_millis(200);
    impatient.wait_timeout = Duration::from_millis(200);
    let store = Store::open(&impatient).await.expect("a store");
    fill(&store).await;
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
    let writing = tokio::time::timeout(Duration::from_secs(5), store.records.apply(&bank));
    writing
        .await
        .expect("in time")
        .expect_err("nothing comes back");
    hangs.store(false, Ordering::SeqCst);
    found_again(&store).await;
}

#[tokio::test]
async fn purchases_come_from_the_replica_as_long_as_it_has_them() {
    let (first, replica) = (
        TestDatabase::migrated().await,
        TestDatabase::migrated().await,
    );
    let mut both = settings(&first.url);
    both.replica_url = Some(replica.url.clone().into());
    both.wait_timeout = Duration::from_millis(500);
    let following = store(&replica).await;
    fill(&following).await;
    let cheaper = Product {
        price: lira(1),
        ..product(1)
    };
    following
        .records
        .apply(&change([Record::Product(cheaper)]))
        .await
        .expect("a change");
    let store = Store::open(&both).await.expect("a store");
    fill(&store).await;
    store
        .records
        .apply(&change([Record::Product(product(3))]))
        .await
        .expect("a change");
    let price = async |pk| {
        let found = store
            .purchases
            .product(ProductId::new(pk).expect("a key"))
            .await;
        found.expect("an answer").expect("the product").amount
    };
    assert_eq!(price(1).await, lira(1), "the replica's");
    assert_eq!(
        price(3).await,
        lira(1_949),
        "what it does not have yet is the first server's"
    );
    drop((following, replica));
    assert_eq!(
        price(1).await,
        lira(1_949),
        "without the replica the first server's"
    );
    both.replica_url = Some("mysql://replica:secret@host/".to_owned().into());
    let error = refused(&both).await.to_string();
    assert!(
        error.starts_with("database.replica_url ") && !error.contains("secret"),
        "{error}"
    );
}

#[tokio::test]
async fn a_full_pool_gives_up_in_time() {
    let database = TestDatabase::migrated().await;
    let mut narrow = settings(&database.url);
    narrow.max_connections = 1;
    narrow.wait_timeout = Duration::from_millis(100);
    let store = Store::open(&narrow).await.expect("a store");
    fill(&store).await;
    let blocker = raw(&database).await;
    blocker
        .batch_execute("BEGIN; UPDATE banks SET name = 'half written'")
        .await
        .expect("a write under way");
    let garanti = change([Record::Bank(bank(1, "garanti"))]);
    let (waiting, second) = tokio::join!(store.records.apply(&garanti), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let second = store.catalog.version().await;
        blocker.batch_execute("ROLLBACK").await.expect("the end");
        second
    });
    waiting.expect("its turn");
    second.expect_err("no connection in time");
    store.catalog.version().await.expect("a version");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_hangs_up_leaves_no_transaction_behind() {
    let database = TestDatabase::migrated().await;
    let store = store(&database).await;
    for round in 0..100 {
        let store = store.clone();
        let writing =
            tokio::spawn(async move { store.records.apply(&change(everything())).await.map(drop) });
        tokio::time::sleep(Duration::from_micros(50 * round)).await;
        writing.abort();
        drop(writing.await);
    }
    fill(&store).await;
    let idle = "SELECT count(*) FROM pg_stat_activity \
                WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    let admin = raw(&database).await;
    for attempt in 0..50 {
        let left: i64 = admin.query_one(idle, &[]).await.expect("a count").get(0);
        if left == 0 {
            break;
        }
        assert!(attempt < 49, "{left} transactions are left open");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_change_of_the_catalog_is_heard_of_at_once_by_another_program() {
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
        let ((), result) = tokio::join!(changes.changed(), here.records.apply(&bank));
        result.expect("a change");
        quickest = quickest.min(written.elapsed());
    }
    assert!(
        quickest < Duration::from_millis(500),
        "sooner than by asking: {quickest:?}"
    );
    assert_eq!(there.catalog.version().await.expect("a version").0, 5);
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
async fn data_of_the_first_schema_lives_through_all_migrations() {
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
    let card = |column: &str, value: &str| {
        let columns = [
            ("customer", "7"),
            ("pos", "1"),
            ("token", "'t'"),
            ("masked_number", "'552879******0008'"),
            ("fingerprint", "repeat('a', 64)"),
            ("expiry_month", "1"),
            ("expiry_year", "2030"),
            ("brand", "'visa'"),
            ("holder", "'A B'"),
            ("name", "NULL"),
            ("consented_at", "now()"),
            ("created_at", "now()"),
            ("updated_at", "now()"),
        ];
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let values: Vec<&str> = columns
            .iter()
            .map(|(name, own)| if *name == column { value } else { own })
            .collect();
        format!(
            "INSERT INTO saved_cards ({}) VALUES ({})",
            names.join(", "),
            values.join(", ")
        )
    };
    admin
        .batch_execute(&card("", ""))
        .await
        .expect("a good card");
    for (column, value) in [
        ("masked_number", "'5528790000000008'"),
        ("masked_number", "'552879******00080'"),
        ("masked_number", "'552879*****a0008'"),
        ("fingerprint", "'5528790000000008'"),
        ("holder", "'5528790000000008'"),
        ("holder", "'Ay 5 5 2 8 7 9'"),
        ("name", "'05551234567'"),
        ("brand", "'5528790000000008'"),
    ] {
        admin
            .batch_execute(&card(column, value))
            .await
            .expect_err(value);
    }
    for refused in [
        "INSERT INTO audit_log (customer, outcome, gateway_code, at) VALUES (7, 'refused', '5528790000000008', now())",
        "INSERT INTO audit_log (customer, outcome, at) VALUES (7, '123456', now())",
        "INSERT INTO intents (id, customer, pos, created_at) VALUES ('5528790000000008', 7, 1, now())",
        "INSERT INTO sessions (digest, expires_at) VALUES ('demo_customer_0000000000000000001', now())",
    ] {
        admin.batch_execute(refused).await.expect_err(refused);
    }
}
