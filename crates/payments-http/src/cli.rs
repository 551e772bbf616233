//! The `payments` program's commands.

mod audit;
mod commands;
mod comparison;
mod drafts;
mod history;
mod providers;
mod single_process;
mod start_check;
mod stuck;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::{Parser, Subcommand};

use crate::settings::{self, BadSettings, Sources};
use crate::telemetry;
use crate::traces::Exporter;

pub use commands::CommandError;

/// Card listings, installment prices and card storage of a checkout.
#[derive(Debug, Parser)]
#[command(name = "payments", version)]
struct Arguments {
    /// A TOML file with settings; several are read in order. Variables `PAYMENTS__SECTION__KEY` override them.
    #[arg(long = "config", value_name = "FILE", global = true)]
    files: Vec<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests (the default).
    Serve,
    /// Bring the database's schema up to date.
    Migrate {
        /// Then partition the big tables of a PostgreSQL database, while it is used. Every process must be of this release.
        #[arg(long)]
        partitioned: bool,
    },
    /// Write a document of objects into the store, whole or not at all.
    Import {
        /// JSON, as the management API takes it; `-` reads standard input.
        file: PathBuf,
        /// Only print what would be created and updated.
        #[arg(long)]
        dry_run: bool,
    },
    /// Print the findings of the analysis of rules, and fail if a document adds any.
    Lint {
        /// A document as `import` takes it, which is not written; `-` reads standard input. Without it, the stored rules.
        file: Option<PathBuf>,
        /// Print JSON, as the management API answers.
        #[arg(long)]
        json: bool,
    },
    /// Print what a document would change for recent baskets, pre-orders and products, without writing it.
    WhatIf {
        /// JSON, as the management API takes it; `-` reads standard input.
        file: PathBuf,
        /// As if the purchases were made at this time: 2026-11-28, or 2026-11-28T12:00:00Z. By default now.
        #[arg(long, value_parser = audit::parse_time)]
        at: Option<DateTime<Utc>>,
    },
    /// Print the stored objects as a document, without sessions and secrets.
    Export,
    /// Print the settings in force, secrets masked.
    CheckSettings,
    /// Print the OpenAPI document.
    Openapi,
    /// Settle the card storages that a gateway left open, once.
    Reconcile {
        /// Close this one as refused without asking the gateway: an operator has checked that it holds no token.
        #[arg(long, value_name = "REFERENCE")]
        settled: Option<String>,
        /// Compare all saved cards with all tokens at the gateways, as after a database was restored; changes nothing.
        #[arg(long, conflicts_with = "settled")]
        full: bool,
        /// Queue the tokens that no saved card has for deletion. Never where another installation uses the account too.
        #[arg(long, requires = "full")]
        delete: bool,
    },
    /// Print the audit log, the newest records first.
    Audit {
        #[command(subcommand)]
        command: Option<audit::AuditCommand>,
        #[command(flatten)]
        query: audit::AuditQuery,
    },
    /// Print the changes of the catalog, the newest first.
    History {
        #[command(subcommand)]
        command: Option<history::HistoryCommand>,
        #[command(flatten)]
        query: history::HistoryQuery,
    },
    /// The gateways and SMS senders there are.
    Providers {
        #[command(subcommand)]
        command: ProvidersCommand,
    },
}

#[derive(Debug, Subcommand)]
enum ProvidersCommand {
    /// Print what exists, and what each needs in its configuration.
    List,
    /// Ask every configured one whether it answers and accepts our credentials; nothing is sent, stored or charged.
    Check,
}

/// The exit code of a failure.
const FAILED: u8 = 1;
/// The exit code for invalid settings or arguments; clap uses it too.
const BAD_SETTINGS: u8 = 2;

/// Runs the program with its arguments and environment.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(asked) => {
            drop(asked.print());
            return ExitCode::from(u8::try_from(asked.exit_code()).unwrap_or(BAD_SETTINGS));
        }
    };
    match execute(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(std::io::stderr(), "payments: {error}"));
            ExitCode::from(if error.is_about_settings() {
                BAD_SETTINGS
            } else {
                FAILED
            })
        }
    }
}

fn execute(arguments: Arguments) -> Result<(), CommandError> {
    let command = arguments.command.unwrap_or(Command::Serve);
    if matches!(command, Command::Openapi) {
        return commands::openapi();
    }
    if let Command::Providers {
        command: ProvidersCommand::List,
    } = command
    {
        return providers::list();
    }
    let mut loaded = settings::read(&Sources::with_process_environment(arguments.files)?)?;
    if matches!(command, Command::CheckSettings | Command::Serve) {
        let problems = start_check::problems(&loaded.settings);
        loaded.add(problems);
    }
    BadSettings::unless_none(std::mem::take(&mut loaded.problems))?;
    if matches!(command, Command::CheckSettings) {
        return commands::check_settings(&loaded);
    }
    let settings = loaded.settings;
    let exporter = if matches!(command, Command::Serve) {
        Exporter::start(&settings)?
    } else {
        Exporter::OFF
    };
    telemetry::start(&settings.log, &exporter)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let done = runtime.block_on(async {
        match command {
            Command::Serve => Box::pin(commands::serve(settings)).await,
            Command::Migrate { partitioned } => commands::migrate(&settings, partitioned).await,
            Command::Import { file, dry_run } => {
                Box::pin(commands::import(settings, &file, dry_run)).await
            }
            Command::Lint { file, json } => {
                Box::pin(drafts::lint(settings, file.as_deref(), json)).await
            }
            Command::WhatIf { file, at } => Box::pin(drafts::what_if(settings, &file, at)).await,
            Command::Export => commands::export(settings).await,
            Command::Reconcile {
                full: true, delete, ..
            } => Box::pin(commands::compare(settings, delete)).await,
            Command::Reconcile { settled: None, .. } => commands::reconcile(settings).await,
            Command::Reconcile {
                settled: Some(reference),
                ..
            } => Box::pin(commands::settle(settings, reference)).await,
            Command::Audit { command, query } => {
                Box::pin(audit::run(&settings, command, query)).await
            }
            Command::History { command, query } => {
                Box::pin(history::run(settings, command, query)).await
            }
            Command::Providers { .. } => Box::pin(providers::check(settings)).await,
            Command::CheckSettings | Command::Openapi => Ok(()),
        }
    });
    // A running DNS lookup does not delay the shutdown.
    runtime.shutdown_timeout(Duration::from_secs(1));
    exporter.flush();
    done
}
