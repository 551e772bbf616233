//! The service as it is deployed or as it comes, filled with the store that is measured.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::asking;
use super::round::Question;
use super::started::Started;
use super::store::{self, TOKEN, TOKEN_SHA256};
use crate::command::output;
use crate::services::{Kind, Services, postgres};

/// What a service needs to be started.
pub(crate) struct Programs {
    /// The service.
    pub(crate) payments: PathBuf,
    /// What stands beside it.
    pub(crate) bench: PathBuf,
}

/// A running service in a folder of its own.
pub(crate) struct Stage {
    pub(crate) service: Started,
    /// In words, for the table.
    pub(crate) name: &'static str,
    settings: Vec<(&'static str, String)>,
    folder: TempDir,
    /// PostgreSQL's URL, where that is the database.
    database: Option<String>,
    _services: Option<Services>,
}

impl Stage {
    /// The embedded default: SQLite and memory. With so many cards and plans of each, and no customers.
    ///
    /// # Errors
    /// The service does not start or take the store's documents.
    pub(crate) fn embedded(programs: &Programs, cards: u32, plans: u32) -> Result<Self> {
        Self::with_settings(programs, cards, plans, Vec::new())
    }

    /// The same, and each listing is decided and written anew.
    ///
    /// # Errors
    /// As of [`Self::embedded`].
    pub(crate) fn keeping_no_listings(programs: &Programs, cards: u32, plans: u32) -> Result<Self> {
        let settings = vec![("PAYMENTS__LISTINGS__KEEP_MILLISECONDS", "0".to_owned())];
        Self::with_settings(programs, cards, plans, settings)
    }

    fn with_settings(
        programs: &Programs,
        cards: u32,
        plans: u32,
        settings: Vec<(&'static str, String)>,
    ) -> Result<Self> {
        let folder = TempDir::new().context("no temporary folder")?;
        Self::open(
            programs,
            "embedded",
            Place {
                folder,
                settings,
                services: None,
                database: None,
            },
            &[store::catalog(cards, plans)],
        )
    }

    /// PostgreSQL and Redis, thrown away afterwards.
    ///
    /// # Errors
    /// They or the service do not start.
    pub(crate) fn on_servers(programs: &Programs) -> Result<Self> {
        let services = Services::for_measuring()?;
        // On one machine; the ceiling's connection is not encrypted either.
        let database = format!("{}?sslmode=disable", services.url_of(Kind::Postgres)?);
        let settings = vec![
            ("PAYMENTS__DATABASE__URL", database.clone()),
            (
                "PAYMENTS__FLOWS__URL",
                services.url_of(Kind::Redis)?.to_owned(),
            ),
        ];
        let folder = TempDir::new().context("no temporary folder")?;
        let payments = Command::new(&programs.payments);
        let mut migrate = alone(payments, folder.path(), &settings);
        migrate.arg("migrate");
        output(migrate)?;
        let stage = Self::open(
            programs,
            "PostgreSQL + Redis",
            Place {
                folder,
                settings,
                services: Some(services),
                database: Some(database.clone()),
            },
            &[
                store::catalog(store::CARDS, store::PLANS),
                store::customers(),
            ],
        )?;
        postgres::gather_statistics(&database)?;
        Ok(stage)
    }

    fn open(
        programs: &Programs,
        name: &'static str,
        place: Place,
        documents: &[serde_json::Value],
    ) -> Result<Self> {
        let folder = place.folder.path();
        fs::write(folder.join(PRODUCTS), store::product_keys())?;
        fs::write(folder.join(SESSIONS), store::session_keys())?;
        let mut service = start(Command::new(&programs.payments), folder, &place.settings)?;
        service.wait_for("/health/ready", &[], asking::Answer::is_ok)?;
        for document in documents {
            asking::import(service.address(), TOKEN, document.to_string().as_bytes())?;
        }
        let cards = documents.iter().filter_map(|it| it["cards"].as_array());
        wait_for_cards(&mut service, cards.map(Vec::len).sum())?;
        Ok(Self {
            service,
            name,
            settings: place.settings,
            folder: place.folder,
            database: place.database,
            _services: place.services,
        })
    }

    /// A second process on the same data, untouched by what the first went through.
    ///
    /// # Errors
    /// It does not start.
    pub(crate) fn fresh_service(&self, programs: &Programs) -> Result<Started> {
        self.under(programs, |payments| Command::new(payments))
    }

    /// A second process on the same data, run by another program.
    ///
    /// # Errors
    /// It does not start.
    pub(crate) fn under(
        &self,
        programs: &Programs,
        wrapped: impl Fn(&Path) -> Command,
    ) -> Result<Started> {
        let wrapped = wrapped(&programs.payments);
        let mut service = start(wrapped, self.folder.path(), &self.settings)?;
        wait_for_cards(&mut service, store::CARDS as usize)?;
        Ok(service)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// # Errors
    /// The database is not PostgreSQL.
    pub(crate) fn database(&self) -> Result<&str> {
        self.database.as_deref().context("no PostgreSQL here")
    }

    /// The listing of any product.
    pub(crate) fn products(&self) -> Question {
        Question {
            path: "/payments/cards/product/{}/".to_owned(),
            headers: Vec::new(),
            keys: self.folder().join(PRODUCTS),
            status: 200,
        }
    }

    /// The listing of the same product each time.
    ///
    /// # Errors
    /// The file of its key cannot be written.
    pub(crate) fn one_product(&self) -> Result<Question> {
        let keys = self.folder().join("one.txt");
        fs::write(&keys, "1\n")?;
        Ok(Question {
            keys,
            ..self.products()
        })
    }

    /// A listing of any session.
    pub(crate) fn sessions(&self, path: &str) -> Question {
        Question {
            path: path.to_owned(),
            headers: vec!["Cookie: osessionid={}".to_owned()],
            keys: self.folder().join(SESSIONS),
            status: 200,
        }
    }

    /// A question's answer as the service gives it, in a file for a ceiling.
    ///
    /// # Errors
    /// The service does not answer.
    pub(crate) fn recorded(&self, name: &str, path: &str, headers: &[&str]) -> Result<PathBuf> {
        let answer = asking::get(self.service.address(), path, headers)?;
        anyhow::ensure!(answer.is_ok(), "{path} is not answered with 200");
        let file = self.folder().join(name);
        fs::write(&file, answer.bytes)?;
        Ok(file)
    }
}

/// Where a service runs and on what.
struct Place {
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
    services: Option<Services>,
    database: Option<String>,
}

const PRODUCTS: &str = "products.txt";
const SESSIONS: &str = "sessions.txt";

/// The service with nothing from this process's environment.
fn alone(mut command: Command, folder: &Path, settings: &[(&'static str, String)]) -> Command {
    command
        .current_dir(folder)
        .env_clear()
        .env("PAYMENTS__LOG__FILTER", "error")
        .env("PAYMENTS__DEMO__ENABLED", "false")
        .env("PAYMENTS__HTTP__PUBLIC_URL", "https://pay.example.com")
        .env("PAYMENTS__MANAGE__TOKENS__BENCH", TOKEN_SHA256)
        .envs(settings.iter().map(|(name, value)| (name, value)));
    command
}

fn start(command: Command, folder: &Path, settings: &[(&'static str, String)]) -> Result<Started> {
    Started::start(&folder.join("service.log"), |address: SocketAddr| {
        let mut command = alone(command, folder, settings);
        command.env("PAYMENTS__HTTP__BIND", address.to_string());
        command
    })
}

/// Until the catalog is in force.
fn wait_for_cards(service: &mut Started, cards: usize) -> Result<()> {
    let begins = format!("{{\"count\":{cards},");
    service.wait_for("/payments/cards/product/1/", &[], |answer| {
        answer.is_ok() && answer.body().starts_with(begins.as_bytes())
    })?;
    Ok(())
}
