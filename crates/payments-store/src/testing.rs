//! Temporary databases for tests, on a real PostgreSQL server.
//!
//! `cargo xtask test` starts one and says where it is; a server of your own is named by `PAYMENTS_TEST_DATABASE_URL`,
//! with a role that may create databases. A migrated template is made once for each set of migrations; every test gets
//! a copy of it, which is dropped afterwards.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod servers;

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio_postgres::{Client, Config, NoTls};

use crate::{Store, StoreSettings};

pub use servers::{OwnServers, REDIS_URL, key_prefix, named};

/// The variable that names the server.
pub const DATABASE_URL: &str = "PAYMENTS_TEST_DATABASE_URL";

/// Names the databases of one process.
static DATABASES: AtomicU64 = AtomicU64::new(0);

/// The timeout of dropping a test's database.
const DROPPED_WITHIN: Duration = Duration::from_millis(300);

/// An arbitrary advisory lock, which the test program that creates the template holds.
const LOCK: i64 = 3_690_482_221_907_154;

/// A database of one test's own; dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    server: String,
    name: String,
    /// Its URL, for `database.url`.
    pub url: String,
}

impl TestDatabase {
    /// An empty database with the whole schema.
    ///
    /// # Panics
    /// With one clear line when there is no server: a test never passes because its service is missing.
    pub async fn migrated() -> Self {
        Self::copied(false).await
    }

    /// An empty database with the whole schema and partitioned tables.
    ///
    /// # Panics
    /// If there is no server, as [`TestDatabase::migrated`] does.
    pub async fn partitioned() -> Self {
        Self::copied(true).await
    }

    async fn copied(is_partitioned: bool) -> Self {
        let server = named(DATABASE_URL);
        let template = make_template(&server, is_partitioned).await;
        Self::create(server, &format!("TEMPLATE {template}")).await
    }

    /// A database without a schema.
    ///
    /// # Panics
    /// If there is no server, as [`TestDatabase::migrated`] does.
    pub async fn empty() -> Self {
        Self::create(named(DATABASE_URL), "").await
    }

    async fn create(server: String, from: &str) -> Self {
        let number = DATABASES.fetch_add(1, Ordering::Relaxed);
        let name = format!("payments_test_{}_{number}", std::process::id());
        let admin = connect(&server).await;
        run(
            &admin,
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        )
        .await;
        run(&admin, &format!("CREATE DATABASE {name} {from}")).await;
        let url = with_database(&server, &name);
        Self { server, name, url }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // A test's runtime may be shutting down: use another thread with its own.
        let (done, is_done) = std::sync::mpsc::channel::<()>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime {
                runtime.block_on(async {
                    let admin = connect(&server).await;
                    run(
                        &admin,
                        &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
                    )
                    .await;
                });
            }
            drop(done);
        });
        // Not for long: a connection of the test's own runtime, which is blocked meanwhile, may be in the middle of
        // logging in, and the server waits for that.
        let _ = is_done.recv_timeout(DROPPED_WITHIN);
    }
}

/// The URL of another database on the same server.
fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url
        .split_once('?')
        .map_or((url, None), |(base, query)| (base, Some(query)));
    let authority = base.find("://").map_or(0, |at| at + 3);
    let path = base[authority..]
        .find('/')
        .map_or(base.len(), |at| authority + at);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{name}{query}", &base[..path])
}

/// Makes the template of this program's migrations, unless it is there.
async fn make_template(server: &str, is_partitioned: bool) -> String {
    let kind = if is_partitioned { "_partitioned" } else { "" };
    let name = format!("payments_template{kind}_{:016x}", fingerprint());
    let admin = connect(server).await;
    run(&admin, &format!("SELECT pg_advisory_lock({LOCK})")).await;
    let found = admin
        .query("SELECT 1 FROM pg_database WHERE datname = $1", &[&name])
        .await;
    if found.expect("the server's databases").is_empty() {
        let unfinished = format!("{name}_unfinished");
        run(
            &admin,
            &format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)"),
        )
        .await;
        run(&admin, &format!("CREATE DATABASE {unfinished}")).await;
        let settings = StoreSettings::new(with_database(server, &unfinished));
        let store = Store::open(&settings).await.expect("the new database");
        let migrated = if is_partitioned {
            store.partition().await
        } else {
            store.migrate().await
        };
        migrated.expect("the migrations");
        drop(store);
        run(&admin, &terminate(&unfinished)).await;
        run(
            &admin,
            &format!("ALTER DATABASE {unfinished} RENAME TO {name}"),
        )
        .await;
    }
    name
}

/// A template must have no connections; a pool's may take a moment to end.
fn terminate(name: &str) -> String {
    format!(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()"
    )
}

/// Distinguishes this program's migrations from others.
fn fingerprint() -> u64 {
    let mut hasher = DefaultHasher::new();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/");
    let sets = ["postgres", "postgres-partitioned"].map(|set| format!("{root}{set}"));
    let read = |set: String| std::fs::read_dir(set).expect("the migrations");
    let mut folders: Vec<_> = sets
        .into_iter()
        .flat_map(read)
        .flatten()
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    for folder in folders {
        folder.file_name().hash(&mut hasher);
        std::fs::read(folder.join("up.sql"))
            .expect("a migration")
            .hash(&mut hasher);
    }
    hasher.finish()
}

async fn connect(server: &str) -> Client {
    let config: Config = server
        .parse()
        .unwrap_or_else(|_| panic!("{DATABASE_URL} is no PostgreSQL URL"));
    match config.connect(NoTls).await {
        Ok((client, link)) => {
            tokio::spawn(link);
            client
        }
        Err(error) => panic!("the PostgreSQL that {DATABASE_URL} names cannot be reached: {error}"),
    }
}

async fn run(admin: &Client, sql: &str) {
    if let Err(error) = admin.batch_execute(sql).await {
        panic!("{sql}: {error}");
    }
}
