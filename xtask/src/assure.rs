//! `cargo xtask assure`: builds the program with the proofs, starts the servers that they need, and runs it.

use std::process::Command;

use anyhow::{Result, ensure};
use clap::ValueEnum;

use crate::command::{cargo, output, succeed, target_directory};
use crate::services::{Kind, Services, programs};
use crate::test;

/// Runs the proofs of the service's promises: docs/assurance.md.
///
/// The arguments go to the program `payments-assurance`:
///
/// --only NAME,…     only these proofs
/// --long            continue the long tier where its last run ended, and record what it does
/// --minutes N       the time of each proof of the long tier (30)
/// --restart         start the long tier again
/// --from N          run one proof from this unit (seed, round, kill) on, without recording it; also --seed N
/// --units N         how many units from there (1)
/// --drill NAME      run one recovery drill, without recording it
/// --list            list the proofs
/// --report          write docs/assurance.md from the recorded runs
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// See above.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// What proofs run beside themselves: the service.
const PROGRAMS: [&str; 2] = ["payments-assurance", "payments"];

pub(crate) fn run(options: &Options) -> Result<()> {
    // Not later: cargo may replace this program.
    let xtask = std::env::current_exe()?;
    let arguments = &options.arguments;
    let is_long = arguments.iter().any(|argument| argument == "--long");
    let profile = if is_long { "assurance" } else { "dev" };
    // Fail points are one of the features.
    let mut build = cargo(&["build", "--workspace", "--all-features"]);
    build.args(["--profile", profile]);
    build.args(PROGRAMS.iter().flat_map(|program| ["--bin", program]));
    succeed(build)?;
    let folder = if is_long { "assurance" } else { "debug" };
    let program = target_directory()?.join(folder).join(PROGRAMS[0]);

    let mut needed = Command::new(&program);
    needed.arg("--servers").args(arguments);
    let needed = output(needed)?;
    test::write_to_memory();
    let (nginx, servers): (Vec<_>, Vec<_>) = needed.lines().partition(|name| *name == "nginx");
    if !nginx.is_empty() {
        programs::NGINX.folder()?;
    }
    let kinds = servers.iter().map(|name| Kind::from_str(name, false));
    let kinds = kinds.collect::<Result<Vec<_>, _>>();
    let kinds = kinds.map_err(anyhow::Error::msg)?;
    let services = Services::named_or_new(kinds, &xtask)?;
    let mut command = Command::new(&program);
    command.args(arguments);
    command.envs(
        services
            .variables()
            .iter()
            .map(|(name, value)| (name, value)),
    );
    ensure!(command.status()?.success(), "a proof failed");
    Ok(())
}
