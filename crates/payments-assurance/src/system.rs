//! The service as its customers meet it: processes of the real program on PostgreSQL and Redis, with providers that
//! outlive them.
//!
//! A [`System`] has a database and a prefix of keys in Redis of its own. The gateway and the sender are fakes in the
//! proof's process, so their ledgers survive a killed program. [`Customer`]s send requests, and [`System::world`] reads
//! the state afterwards for [`payments_core::testkit::world::check_world`].

mod customer;
mod documents;
mod flows;
mod log;
mod process;
mod providers;
mod reading;
mod rest;
mod script;
mod told;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use chrono::{DateTime, Utc};
use payments_core::audit::Author;
use payments_core::import::Reading;
use payments_gateways::fakes::{Fake, FakeStripe};
use payments_http::manage;
use payments_http::settings::{Sources, load};
use payments_http::state::AppState;
use payments_http::wiring::assembly::assemble;
use payments_store::testing::{REDIS_URL, TestDatabase, key_prefix, named};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub use customer::{Answer, Card, Customer};
pub use log::Log;
pub use process::{Ended, Process};
pub use providers::Providers;
pub use script::{Scenario, Script};
pub use told::Told;

/// A setting as `section.key`, and its value.
pub type Setting<'a> = (&'a str, &'a str);

/// For `log.filter`: warnings, and the port of a process.
pub const QUIET: &str = "warn,payments_http::cli=info";

/// The setting with the hosts that may be called.
const HOSTS: &str = "gateways.extra_hosts";

/// One deployment of the service.
pub struct System {
    /// Dropped with the system.
    _database: Option<TestDatabase>,
    /// The gateway and the sender.
    pub providers: Providers,
    /// What customers were told.
    pub told: Arc<Told>,
    settings: Vec<(String, String)>,
    /// The service's parts in this process, for whatever an operator does. It answers no requests.
    operator: AppState,
    client: reqwest::Client,
    folder: TempDir,
}

/// The runtime of a proof with processes.
///
/// # Errors
/// The operating system starts no threads.
pub fn runtime() -> Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    Ok(builder.worker_threads(4).enable_all().build()?)
}

impl System {
    /// Makes a system with the store's catalog, without customers and processes. The settings are for all processes; hosts
    /// among them may be called besides those of the fakes.
    ///
    /// # Errors
    /// A server or a fake cannot be used.
    pub async fn start(settings: &[Setting<'_>]) -> Result<Self> {
        Self::start_with(settings, |gateway| gateway).await
    }

    /// Makes a system in which something stands before the gateway: `front` makes what answers in its place.
    ///
    /// # Errors
    /// As those of [`System::start`].
    pub async fn start_with(
        settings: &[Setting<'_>],
        front: impl FnOnce(Arc<FakeStripe>) -> Arc<dyn Fake>,
    ) -> Result<Self> {
        let database = TestDatabase::migrated().await;
        let url = database.url.clone();
        Self::assembled(&url, Some(database), settings, front).await
    }

    /// Makes a system on a migrated database of the caller.
    ///
    /// # Errors
    /// As those of [`System::start`].
    pub async fn start_on(database_url: &str, settings: &[Setting<'_>]) -> Result<Self> {
        Self::assembled(database_url, None, settings, |gateway| gateway).await
    }

    async fn assembled(
        database_url: &str,
        database: Option<TestDatabase>,
        settings: &[Setting<'_>],
        front: impl FnOnce(Arc<FakeStripe>) -> Arc<dyn Fake>,
    ) -> Result<Self> {
        // Nothing here uses TLS, but every HTTP client needs a provider.
        drop(rustls::crypto::ring::default_provider().install_default());
        let folder = TempDir::new()?;
        let providers = Providers::start(folder.path(), front).await?;
        let mut all = vec![
            ("database.url".to_owned(), database_url.to_owned()),
            ("flows.url".to_owned(), named(REDIS_URL)),
            ("flows.key_prefix".to_owned(), key_prefix()),
            (
                "security.key_folder".to_owned(),
                folder.path().join("keys").display().to_string(),
            ),
        ];
        all.extend(documents::settings().map(owned));
        all.extend(providers.settings());
        all.extend(settings.iter().copied().map(owned));
        let hosts = all.iter().filter(|(key, _)| key == HOSTS);
        let hosts: Vec<&str> = hosts.map(|(_, hosts)| hosts.as_str()).collect();
        let hosts = hosts.join(",");
        all.push((HOSTS.to_owned(), hosts));
        let operator = Box::pin(operator(&all)).await?;
        let system = Self {
            _database: database,
            providers,
            told: Arc::default(),
            settings: all,
            operator,
            client: reqwest::Client::builder().build()?,
            folder,
        };
        let pos = system.providers.pos();
        system.import(&documents::catalog(&pos)).await?;
        Ok(system)
    }

    /// The same deployment, with other settings for whatever is started from now on.
    ///
    /// # Errors
    /// The settings cannot be used.
    pub async fn with_settings(mut self, settings: &[Setting<'_>]) -> Result<Self> {
        let is_kept =
            |(key, _): &(String, String)| settings.iter().all(|(changed, _)| changed != key);
        self.settings.retain(is_kept);
        self.settings.extend(settings.iter().copied().map(owned));
        self.operator = Box::pin(operator(&self.settings)).await?;
        Ok(self)
    }

    /// Runs a command of the program, such as `reconcile`, and returns what it prints. Its environment has more
    /// variables than those of the settings.
    ///
    /// # Errors
    /// The command fails.
    pub async fn command(
        &self,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Result<String> {
        let more = environment.iter().copied().map(owned);
        let variables = self.variables(&[]).chain(more).collect();
        let ended = process::command(self.folder.path(), arguments, variables, &[0]);
        Ok(ended.await?.1)
    }

    /// Runs a command of the program that may find something. Returns whether it did (exit code 1), and what it prints.
    ///
    /// # Errors
    /// The command has another exit code than 0 and 1.
    pub async fn finding_command(&self, arguments: &[&str]) -> Result<(bool, String)> {
        let variables = self.variables(&[]).collect();
        let ended = process::command(self.folder.path(), arguments, variables, &[0, 1]);
        let (code, said) = ended.await?;
        Ok((code == 1, said))
    }

    /// The folder that the processes work in, which holds the providers' secrets and the key folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts a process, with settings of its own in addition, and waits until it listens.
    ///
    /// # Errors
    /// The program does not start.
    pub async fn process(&self, settings: &[Setting<'_>]) -> Result<Process> {
        Process::start(self.folder.path(), self.variables(settings)).await
    }

    /// Starts a process that stops at a fail point (see `fail_points` in `payments-http`).
    ///
    /// # Errors
    /// The program does not start.
    pub async fn process_at(&self, point: &str, settings: &[Setting<'_>]) -> Result<Process> {
        let chosen = ("FAIL_POINT".to_owned(), point.to_owned());
        let variables = self.variables(settings).chain([chosen]);
        Process::start(self.folder.path(), variables).await
    }

    /// The environment variables of the settings of all processes and of some more.
    fn variables(&self, more: &[Setting<'_>]) -> impl Iterator<Item = (String, String)> {
        let own = more.iter().copied().map(owned);
        let all = self.settings.iter().cloned().chain(own);
        all.map(|(key, value)| (process::variable(&key), value))
    }

    /// Adds customers with these numbers, who have two sessions each.
    ///
    /// # Errors
    /// The database refuses them.
    pub async fn add_customers(&self, numbers: std::ops::Range<u64>) -> Result<()> {
        self.import(&documents::customers(numbers)).await
    }

    /// A customer in the first session.
    pub fn customer(&self, number: u64) -> Customer {
        let (client, told) = (self.client.clone(), Arc::clone(&self.told));
        Customer::new(number, client, told)
    }

    /// Writes a document into the database, as the commerce system does.
    ///
    /// # Errors
    /// The document has mistakes, or the database is unavailable.
    pub async fn import(&self, document: &Value) -> Result<()> {
        let author = Author {
            principal: "proof".to_owned(),
            request_id: None,
            at: self.now(),
        };
        let policy = manage::policy(&self.operator.settings);
        let reading = Reading::of_document(document.to_string().as_bytes(), &policy);
        let written = manage::write(&self.operator, reading, &author).await;
        written.map_err(|error| anyhow!("the import was refused: {error:?}"))?;
        Ok(())
    }

    /// The time by the service's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.operator.clock.now()
    }

    /// The value of a setting that all processes have.
    ///
    /// # Errors
    /// There is no such setting.
    pub fn setting(&self, key: &str) -> Result<&str> {
        let found = self.settings.iter().rev().find(|(name, _)| name == key);
        let (_, value) = found.with_context(|| format!("no setting {key}"))?;
        Ok(value)
    }

    /// A connection to the database.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn sql(&self) -> Result<tokio_postgres::Client> {
        connect(self.setting("database.url")?).await
    }
}

/// A connection to a database.
///
/// # Errors
/// The database is unavailable.
pub async fn connect(url: &str) -> Result<tokio_postgres::Client> {
    let (client, link) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    tokio::spawn(link);
    Ok(client)
}

async fn operator(settings: &[(String, String)]) -> Result<AppState> {
    let variables = settings.iter();
    let sources = Sources {
        files: Vec::new(),
        environment: variables
            .map(|(key, value)| (process::variable(key), value.clone()))
            .collect(),
    };
    let loaded = load(&sources)?;
    Ok(assemble(loaded.settings, 0).await?)
}

fn owned((key, value): Setting<'_>) -> (String, String) {
    (key.to_owned(), value.to_owned())
}
