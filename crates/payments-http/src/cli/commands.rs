//! What each command does.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::path::Path;

use async_trait::async_trait;
use payments_core::audit::Author;
use payments_core::flow::IntentId;
use payments_core::import::{DocumentWriter, Reading};
use payments_core::intent::IntentOutcome;
use payments_core::ports::{ExportSink, Unavailable};
use payments_core::record::Record;
use payments_store::OpenError;

use crate::entropy::SystemEntropy;
use crate::manage::{self, Warned, WriteError};
use crate::settings::{self, BadSettings, Loaded, Settings};
use crate::signals::Signals;
use crate::wiring::application::Application;
use crate::wiring::assembly::{StartError, assemble, is_about_settings};
use crate::wiring::key_rotation;
use crate::wiring::stores;
use crate::{banner, empty_store, hardening, openapi, quotes};

use super::single_process::Served;
use super::{comparison, stuck};

/// The most intents, and the most deletions, that are printed.
const STUCK_SHOWN: u32 = 1_000;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(#[from] BadSettings),
    /// The service cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// A store or a gateway is unavailable.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The document has errors; nothing was written.
    #[error("nothing was written:\n{}", .0.join("\n"))]
    Mistakes(Vec<String>),
    /// The change waits for approval, as the proposal with this key.
    #[error(
        "nothing was written: the change waits for approval as proposal {0} (console.four_eyes)"
    )]
    Proposed(i64),
    /// The audit log does not say what objects were.
    #[error("the audit log does not say what there was:\n{}", .0.join("\n"))]
    HistoryUnknown(Vec<String>),
    /// There is no object of this key, neither now nor at the moment.
    #[error("there is no object with this key, neither now nor then")]
    NoObject,
    /// The catalog was changed by another program at the same time.
    #[error("nothing was written: the catalog was changed at the same time; try again")]
    ChangedMeanwhile,
    /// There is no intent of this reference.
    #[error("there is no intent with this reference")]
    NoIntent,
    /// The saved cards and the gateways' tokens differ, or could not all be compared; the findings were printed.
    #[error("the comparison is not settled: see what was printed")]
    NotSettled,
    /// The audit log is not intact; the findings were printed.
    #[error("the audit log is not intact")]
    AuditNotIntact,
    /// This many configured providers do not answer or reject the credentials.
    #[error("{0} of the configured providers cannot be used")]
    ProvidersFail(usize),
    /// The analysis of rules has findings; they were printed.
    #[error("the analysis has {0} findings")]
    Findings(usize),
    /// A file, a socket or standard output failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The output cannot be serialized.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl CommandError {
    /// Whether the settings are the cause.
    pub const fn is_about_settings(&self) -> bool {
        match self {
            Self::Settings(_) => true,
            Self::Database(error) => is_about_settings(error),
            Self::Start(error) => error.is_about_settings(),
            Self::Unavailable(_)
            | Self::Mistakes(_)
            | Self::HistoryUnknown(_)
            | Self::Proposed(_)
            | Self::NoObject
            | Self::ChangedMeanwhile
            | Self::NoIntent
            | Self::NotSettled
            | Self::AuditNotIntact
            | Self::ProvidersFail(_)
            | Self::Findings(_)
            | Self::Io(_)
            | Self::Json(_) => false,
        }
    }
}

pub(super) async fn serve(settings: Settings) -> Result<(), CommandError> {
    if let Err(error) = hardening::keep_memory_private() {
        tracing::warn!(%error, "core dumps and access to this process's memory could not be disabled");
    }
    for risk in &settings.production.accept {
        tracing::warn!(risk = risk.name(), "production.accept accepts a risk");
    }
    let mut signals = Signals::taken()?;
    let application = tokio::select! {
        built = Application::build(settings) => built?,
        _ = signals.stopped() => {
            tracing::info!("stopped before it started listening");
            return Ok(());
        }
    };
    tracing::info!(
        port = application.port(),
        manage_port = application.manage_port(),
        process = application.state().this_process.name,
        "listening"
    );
    let state = application.state();
    let _served = Served::mark(&state.settings);
    let http = &state.settings.http;
    if needs_public_url(&http.public_url, http.bind) {
        let url = &state.public_url;
        tracing::warn!(
            "other machines can reach the service, but its URLs (of logos) begin with {url}: set http.public_url"
        );
    }
    if let Some(lines) = banner::of(state).or_else(|| empty_store::told(state)) {
        print(&lines)?;
    }
    let stop = async { signals.stopped().await };
    Ok(application.run_until(stop).await?)
}

/// Whether other machines can reach the service, but not by its URLs.
const fn needs_public_url(public_url: &str, bind: SocketAddr) -> bool {
    public_url.is_empty() && bind.ip().is_unspecified()
}

pub(super) async fn migrate(settings: &Settings, partitioned: bool) -> Result<(), CommandError> {
    let database = stores::database(settings).await?;
    let done = if partitioned {
        database.partition().await?
    } else {
        database.migrate().await?
    };
    if done.is_empty() {
        return print("the database is up to date\n");
    }
    print(&format!("{}\n", done.join("\n")))
}

pub(super) async fn import(
    settings: Settings,
    file: &Path,
    is_dry_run: bool,
) -> Result<(), CommandError> {
    let reading = read_document(file, &settings)?;
    let port = settings.http.bind.port();
    let state = assemble(settings, port).await?;
    let written = if is_dry_run {
        let previewed = manage::preview_write(&state, reading).await;
        let (document, effects) = previewed.map_err(refused)?;
        let preview = manage::preview::of(&state, &document, &effects).await;
        preview.map(|preview| serde_json::to_string_pretty(&Warned::new(preview, &document)))
    } else {
        let author = Author {
            principal: "payments import".to_owned(),
            request_id: None,
            at: state.clock.now(),
        };
        let written = manage::write(&state, reading, &author).await;
        written.map(|(document, counts)| {
            let counts = manage::import::by_part(counts);
            serde_json::to_string_pretty(&Warned::new(counts, &document))
        })
    };
    print(&format!("{}\n", written.map_err(refused)??))
}

/// Reads a document; `-` is standard input.
pub(super) fn read_document(file: &Path, settings: &Settings) -> Result<Reading, CommandError> {
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes)?;
        bytes
    } else {
        std::fs::read(file).map_err(|error| {
            std::io::Error::new(error.kind(), format!("{}: {error}", file.display()))
        })?
    };
    Ok(Reading::of_document(&bytes, &manage::policy(settings)))
}

/// Why a change was not written.
pub(super) fn refused(error: WriteError) -> CommandError {
    let lines = |mistakes: Vec<(String, String)>| {
        let lines = mistakes
            .into_iter()
            .map(|(pointer, text)| format!("{pointer}: {text}"));
        CommandError::Mistakes(lines.collect())
    };
    match error {
        WriteError::Unavailable(unavailable) => unavailable.into(),
        WriteError::Proposed(pk) => CommandError::Proposed(pk),
        WriteError::TooManyProposals | WriteError::Busy | WriteError::ProposalClosed => {
            CommandError::ChangedMeanwhile
        }
        WriteError::ApprovalApart(parts) => lines(manage::apart(&parts)),
        WriteError::PreconditionFailed => CommandError::ChangedMeanwhile,
        WriteError::Referred(referred) => lines(manage::referred_to(&referred)),
        WriteError::Mistakes(mistakes) | WriteError::InUse(mistakes, _) => {
            let mistakes = mistakes.into_iter();
            lines(
                mistakes
                    .map(|one| (one.pointer, one.problem.to_string()))
                    .collect(),
            )
        }
    }
}

pub(super) async fn export(settings: Settings) -> Result<(), CommandError> {
    let port = settings.http.bind.port();
    let state = assemble(settings, port).await?;
    let mut printer = Printer {
        writer: DocumentWriter::default(),
        result: Ok(()),
    };
    state.records.export(&mut printer).await?;
    printer.result?;
    print(&format!("{}\n", printer.writer.end()))
}

/// Prints an export while it is read.
struct Printer {
    writer: DocumentWriter,
    result: Result<(), CommandError>,
}

#[async_trait]
impl ExportSink for Printer {
    async fn take(&mut self, batch: Vec<Record>) -> bool {
        let text = self.writer.batch(&batch).map_err(CommandError::from);
        self.result = text.and_then(|text| print(&text));
        self.result.is_ok()
    }
}

pub(super) async fn reconcile(settings: Settings) -> Result<(), CommandError> {
    let port = settings.http.bind.port();
    let state = assemble(settings, port).await?;
    let snapshot = state.snapshots.current();
    let batch = state.settings.reconciler.batch;
    let done = state
        .card_storage
        .reconcile(&snapshot.catalog, batch)
        .await?;
    print(&format!("{done:?}\n"))?;
    let stuck = state
        .card_storage
        .ports()
        .intents
        .stuck(STUCK_SHOWN)
        .await?;
    print(&stuck::table(&stuck))
}

/// Compares the saved cards with the gateways' tokens, and prints what differs.
pub(super) async fn compare(settings: Settings, deletes: bool) -> Result<(), CommandError> {
    let port = settings.http.bind.port();
    let state = assemble(settings, port).await?;
    let catalog = &state.snapshots.current().catalog;
    let comparing = state.card_storage.compare_with_gateways(catalog, deletes);
    let compared = comparing.await?;
    print(&comparison::table(&compared))?;
    if compared.is_settled() {
        Ok(())
    } else {
        Err(CommandError::NotSettled)
    }
}

/// Closes a saving that an operator has settled at the gateway, and prints the outcome.
pub(super) async fn settle(settings: Settings, reference: String) -> Result<(), CommandError> {
    let port = settings.http.bind.port();
    let state = assemble(settings, port).await?;
    let outcome = state.card_storage.settle(&IntentId(reference)).await?;
    let ended = match outcome.ok_or(CommandError::NoIntent)? {
        IntentOutcome::Saved(card) => format!("saved as card {card}"),
        IntentOutcome::Refused { .. } => "refused by the gateway".to_owned(),
        IntentOutcome::Reconciled => "reconciled: no card was saved".to_owned(),
    };
    print(&format!("{ended}\n"))
}

pub(super) fn check_settings(loaded: &Loaded) -> Result<(), CommandError> {
    let ring = settings::check_keys(&loaded.settings, &SystemEntropy)?;
    let ring = key_rotation::describe(&ring);
    let seeds = settings::check_quote_seeds(&loaded.settings, &SystemEntropy)?;
    let quotes = quotes::describe(&seeds);
    print(&format!(
        "{}# security.key_ring: {ring}\n# quotes.keys: {quotes}\n",
        settings::show(loaded)
    ))
}

pub(super) fn openapi() -> Result<(), CommandError> {
    print(&format!("{}\n", openapi::json(&openapi::document())))
}

pub(super) fn print(text: &str) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::needs_public_url;

    #[test]
    fn an_address_of_all_networks_needs_a_public_url() {
        for (public_url, bind, expected) in [
            ("", "0.0.0.0:8080", true),
            ("", "[::]:8080", true),
            ("", "127.0.0.1:8080", false),
            ("https://shop.example", "0.0.0.0:8080", false),
        ] {
            let needed = needs_public_url(public_url, bind.parse().unwrap());
            assert_eq!(needed, expected, "{bind}");
        }
    }
}
