//! The databases and flow stores of the tests.

use payments_store::testing::{REDIS_URL, TestDatabase, key_prefix, named};
use tempfile::TempDir;

/// The two setups in which every test of the service runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setup {
    /// An SQLite file, and flows in the process.
    Embedded,
    /// PostgreSQL and Redis, which `cargo xtask test` starts.
    Servers,
}

/// A database and a flow store for one test, deleted on drop.
pub(crate) struct Fixture {
    folder: TempDir,
    database: Option<TestDatabase>,
    settings: Vec<(&'static str, String)>,
}

impl Fixture {
    /// The stores of the test program's setup.
    pub(crate) async fn new() -> Self {
        match crate::SETUP {
            Setup::Embedded => Self::embedded(),
            Setup::Servers => Self::on_servers(&named(REDIS_URL)).await,
        }
    }

    fn embedded() -> Self {
        let mut fixture = Self::bare();
        let file = fixture.folder.path().join("payments.db");
        let url = format!("sqlite:{}", file.display());
        fixture.settings.push(("database.url", url));
        fixture
    }

    /// PostgreSQL, and the Redis at this URL.
    pub(crate) async fn on_servers(redis: &str) -> Self {
        let mut fixture = Self::bare();
        let database = TestDatabase::migrated().await;
        fixture.settings.extend([
            ("database.url", database.url.clone()),
            ("database.pool_size", "4".to_owned()),
            ("flows.url", redis.to_owned()),
            ("flows.key_prefix", key_prefix()),
            ("flows.pool_size", "4".to_owned()),
        ]);
        fixture.database = Some(database);
        fixture
    }

    fn bare() -> Self {
        let folder = TempDir::new().expect("a folder");
        let keys = folder.path().join("keys").display().to_string();
        let settings = vec![
            ("http.bind", "127.0.0.1:0".to_owned()),
            ("http.workers", "1".to_owned()),
            ("security.key_folder", keys),
        ];
        Self {
            folder,
            database: None,
            settings,
        }
    }

    /// A path in the test's own folder.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// The settings, with these changes.
    pub(crate) fn settings<'s>(&'s self, over: &[(&'s str, &'s str)]) -> Vec<(&'s str, &'s str)> {
        let own = self
            .settings
            .iter()
            .map(|(key, value)| (*key, value.as_str()));
        own.chain(over.iter().copied()).collect()
    }

    /// The same, as environment variables.
    pub(crate) fn variables(&self, over: &[(&str, &str)]) -> Vec<(String, String)> {
        let settings = self.settings(over).into_iter();
        settings
            .map(|(key, value)| (variable(key), value.to_owned()))
            .collect()
    }

    /// Changes the database directly; on PostgreSQL only.
    pub(crate) async fn change_database(&self, sql: &str) {
        let database = self.database.as_ref().expect("PostgreSQL");
        let changed = client(&database.url).await.batch_execute(sql).await;
        changed.expect("a change");
    }

    /// The database's whole content, as stored.
    pub(crate) async fn stored_bytes(&self) -> Vec<u8> {
        match &self.database {
            Some(database) => rows(&database.url).await.into_bytes(),
            None => files(self.folder.path()),
        }
    }
}

/// The environment variable of a setting: `PAYMENTS__HTTP__BIND` for `http.bind`.
pub(crate) fn variable(key: &str) -> String {
    format!("PAYMENTS__{}", key.replace('.', "__").to_uppercase())
}

fn files(folder: &std::path::Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            bytes.extend(std::fs::read(&path).expect("a file"));
        }
    }
    bytes
}

async fn client(url: &str) -> tokio_postgres::Client {
    let connected = tokio_postgres::connect(url, tokio_postgres::NoTls).await;
    let (client, link) = connected.expect("PostgreSQL");
    tokio::spawn(link);
    client
}

async fn rows(url: &str) -> String {
    let client = client(url).await;
    let tables = client
        .query(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
            &[],
        )
        .await
        .expect("tables");
    let mut text = String::new();
    for table in tables {
        let table: String = table.get(0);
        let rows = format!("SELECT coalesce(string_agg(t::text, ' '), '') FROM \"{table}\" t");
        let rows = client.query_one(&rows, &[]).await.expect("rows");
        text.push_str(rows.get(0));
    }
    text
}
