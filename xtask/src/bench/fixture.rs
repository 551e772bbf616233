//! A running service, filled with the measured store.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use payments_bench::http::Client;
use payments_bench::job::{Requests, Servers};
use serde_json::json;
use tempfile::TempDir;

use super::Bench;
use super::load::{Processors, on};
use super::store::{self, TOKEN, TOKEN_SHA256};
use crate::command::output;
use crate::server::{Server, now};
use crate::services::wait::pause;
use crate::services::{Kind, Services, postgres};

pub(crate) const PRODUCT: &str = "/payments/cards/product/1/";

type Setting = (&'static str, String);

pub(crate) struct Fixture {
    pub(crate) service: Server,
    /// The name in the table of results.
    pub(crate) name: &'static str,
    settings: Vec<Setting>,
    folder: TempDir,
    /// Records of the import that the service sealed in a second; 0 if it is embedded.
    pub(crate) sealed_per_second: u64,
    /// Unless it is embedded.
    servers: Option<Servers>,
    _services: Option<Services>,
}

impl Fixture {
    /// The embedded default, SQLite and memory, with this many cards and plans of each, and no customers.
    pub(crate) fn embedded(
        bench: &Bench,
        cards: u32,
        plans: u32,
        settings: &[Setting],
    ) -> Result<Self> {
        let documents = [store::catalog(cards, plans)];
        Self::filled(bench, "embedded", settings, &documents, cards)
    }

    /// Like [`Fixture::embedded`], without the cache of listings.
    pub(crate) fn uncached(bench: &Bench, cards: u32, plans: u32) -> Result<Self> {
        let settings = [("PAYMENTS__LISTINGS__KEEP_MILLISECONDS", "0".to_owned())];
        Self::embedded(bench, cards, plans, &settings)
    }

    /// Temporary PostgreSQL and Redis servers.
    pub(crate) fn on_servers(bench: &Bench) -> Result<Self> {
        let services = Services::for_measuring()?;
        // All on one machine; the ceiling's connection is not encrypted either.
        let database = format!("{}?sslmode=disable", services.url_of(Kind::Postgres)?);
        let redis = services.url_of(Kind::Redis)?.to_owned();
        let settings = [
            ("PAYMENTS__DATABASE__URL", database.clone()),
            ("PAYMENTS__FLOWS__URL", redis.clone()),
        ];
        let catalog = store::catalog(store::CARDS, store::PLANS);
        let documents = [catalog, store::customers()];
        let name = "PostgreSQL + Redis";
        let fixture = Self::filled(bench, name, &settings, &documents, store::CARDS)?;
        let sealed_per_second = wait_for_seals(&database)?;
        postgres::gather_statistics(&database)?;
        Ok(Self {
            servers: Some(Servers { database, redis }),
            sealed_per_second,
            _services: Some(services),
            ..fixture
        })
    }

    fn filled(
        bench: &Bench,
        name: &'static str,
        settings: &[Setting],
        documents: &[serde_json::Value],
        cards: u32,
    ) -> Result<Self> {
        let folder = TempDir::new().context("no temporary folder")?;
        let payments = || Command::new(&bench.payments);
        let mut migrate = with_settings(payments(), folder.path(), settings);
        migrate.arg("migrate");
        output(migrate)?;
        let mut service = start(payments(), folder.path(), settings)?;
        service.wait_for("/health/ready", |response| response.status() == 200)?;
        for document in documents {
            import(service.address(), document)?;
        }
        wait_for_cards(&mut service, cards)?;
        Ok(Self {
            service,
            name,
            settings: settings.to_vec(),
            folder,
            sealed_per_second: 0,
            servers: None,
            _services: None,
        })
    }

    /// A second process on the same data.
    pub(crate) fn second_service(
        &self,
        bench: &Bench,
        processors: Processors<'_>,
    ) -> Result<Server> {
        let command = on(processors, &bench.payments);
        let mut service = start(command, self.folder(), &self.settings)?;
        wait_for_cards(&mut service, store::CARDS)?;
        Ok(service)
    }

    /// Partitions the database.
    pub(crate) fn partition(&self, bench: &Bench) -> Result<()> {
        let mut migrate =
            with_settings(Command::new(&bench.payments), self.folder(), &self.settings);
        migrate.args(["migrate", "--partitioned"]);
        output(migrate).map(drop)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn servers(&self) -> Result<&Servers> {
        self.servers.as_ref().context("the service is embedded")
    }

    /// Listings of random products of all that there are, as a CDN asks for them: most are not in the service's cache.
    pub(crate) fn rare_products(&self) -> Requests {
        Requests {
            headers: vec!["Accept-Encoding: br".to_owned()],
            numbers: store::PRODUCTS,
            ..self.products()
        }
    }

    /// Listings of random products.
    pub(crate) fn products(&self) -> Requests {
        Requests {
            address: self.service.address(),
            path: "/payments/cards/product/{}/".to_owned(),
            headers: Vec::new(),
            body: String::new(),
            numbers: store::PRODUCTS_IN_DEMAND,
            status: 200,
        }
    }

    /// Requests of random sessions.
    pub(crate) fn sessions(&self, path: &str) -> Requests {
        Requests {
            address: self.service.address(),
            path: path.to_owned(),
            headers: vec![format!("Cookie: osessionid={}{{}}", store::SESSION_PREFIX)],
            body: String::new(),
            numbers: store::CUSTOMERS,
            status: 200,
        }
    }

    /// Requests for quotes of a plan for the baskets of random sessions.
    pub(crate) fn quotes(&self) -> Requests {
        let session = format!("{}{{}}", store::SESSION_PREFIX);
        let choice = json!({"card": 1, "installment_count": 3});
        let body = json!({"session": session, "context": "basket", "choice": choice});
        Requests {
            path: "/manage/v1/quotes/".to_owned(),
            headers: vec![authorization()],
            body: body.to_string(),
            status: 201,
            ..self.sessions("")
        }
    }
}

/// Sends a document to the management.
pub(crate) fn import(address: SocketAddr, document: &serde_json::Value) -> Result<()> {
    let document = document.to_string();
    let path = "/manage/v1/import/";
    let response = Client::new(address).send("POST", path, &[&authorization()], &document)?;
    let body = String::from_utf8_lossy(response.body());
    ensure!(response.status() == 200, "the import was refused: {body}");
    Ok(())
}

/// The header of the management API.
pub(crate) fn authorization() -> String {
    format!("Authorization: Bearer {TOKEN}")
}

/// The service without this process's environment.
fn with_settings(mut command: Command, folder: &Path, settings: &[Setting]) -> Command {
    command.current_dir(folder).env_clear();
    command.env("PAYMENTS__LOG__FILTER", "error");
    command.env("PAYMENTS__DEMO__ENABLED", "false");
    command.env("PAYMENTS__HTTP__PUBLIC_URL", "https://pay.example.com");
    command.env("PAYMENTS__MANAGE__TOKENS__BENCH", TOKEN_SHA256);
    // The sandbox would rewrite the file for each card.
    command.env("PAYMENTS__GATEWAYS__SANDBOX_LEDGER_FILE", "");
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    command
}

fn start(command: Command, folder: &Path, settings: &[Setting]) -> Result<Server> {
    Server::start(&folder.join("service.log"), |address| {
        let mut command = with_settings(command, folder, settings);
        command.env("PAYMENTS__HTTP__BIND", address.to_string());
        Ok(command)
    })
}

/// Waits until the import is sealed, which keeps a processor busy. Returns how many records a second are.
fn wait_for_seals(database: &str) -> Result<u64> {
    let count = |table| -> Result<u64> {
        let count = postgres::query(database, &format!("SELECT count(*) FROM {table}"))?;
        Ok(count.parse()?)
    };
    let (began, sealed_before) = (now(), count("audit_seals")?);
    while count("audit_unsealed")? > 0 {
        let is_late = began.elapsed() > Duration::from_mins(3);
        ensure!(!is_late, "the audit log is not sealed");
        pause(Duration::from_millis(100));
    }
    let sealed = u128::from(count("audit_seals")? - sealed_before);
    let per_second = sealed * 1_000 / began.elapsed().as_millis().max(1);
    ensure!(
        per_second > 0,
        "the import was sealed before it was counted"
    );
    Ok(u64::try_from(per_second)?)
}

/// Waits until the catalog is loaded.
fn wait_for_cards(service: &mut Server, cards: u32) -> Result<()> {
    let begins = format!("{{\"count\":{cards},");
    service.wait_for(PRODUCT, |response| {
        response.body().starts_with(begins.as_bytes())
    })?;
    Ok(())
}
