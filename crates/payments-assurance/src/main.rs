//! Runs proofs: `cargo xtask assure`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line writes to its terminal"
)]

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Parser;
use payments_assurance::drills::{self, DRILLS};
use payments_assurance::origin::Origin;
use payments_assurance::progress::{self, Progress};
use payments_assurance::proof::{Run, now};
use payments_assurance::proofs::PROOFS;
use payments_assurance::run::{Long, long, quick, replay, select};
use payments_assurance::{document, workspace};

/// Runs the proofs of the service's promises: the quick tier, or with `--long` as much as the time allows.
#[derive(Parser)]
#[command(name = "cargo xtask assure")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
struct Arguments {
    /// Only these proofs, separated by commas.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Continue the long tier where its last run ended, and record what it does.
    #[arg(long)]
    long: bool,
    /// The time of each proof of the long tier.
    #[arg(long, default_value_t = 30)]
    minutes: u64,
    /// Start the long tier again instead of continuing it.
    #[arg(long, requires = "long", conflicts_with = "from")]
    restart: bool,
    /// Run one proof from this unit (seed, round, kill) on, without recording it: for repeating a finding.
    #[arg(long, visible_alias = "seed", value_name = "UNIT", requires = "only")]
    from: Option<u64>,
    /// The number of units after `--from`.
    #[arg(long, requires = "from", default_value_t = 1)]
    units: u64,
    /// Run one recovery drill, without recording it.
    #[arg(long, value_name = "NAME", value_parser = DRILLS, conflicts_with_all = ["only", "long", "from"])]
    drill: Option<String>,
    /// List the proofs.
    #[arg(long)]
    list: bool,
    /// Write docs/assurance.md from the recorded runs.
    #[arg(long)]
    report: bool,
    /// List the servers that the proofs need.
    #[arg(long, hide = true)]
    servers: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("assure: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Returns whether every proof passed.
fn run(arguments: &Arguments) -> Result<bool> {
    let root = workspace::root();
    let selected = if arguments.drill.is_some() {
        vec![drills::PROOF]
    } else {
        select(PROOFS, &arguments.only)?
    };
    let time = Duration::from_secs(arguments.minutes * 60);
    if arguments.list {
        for proof in selected {
            println!("{:<14} {}", proof.name, proof.promise);
        }
        return Ok(true);
    }
    if arguments.servers {
        let servers = selected.iter().flat_map(|proof| proof.servers);
        for server in servers.collect::<BTreeSet<_>>() {
            println!("{server}");
        }
        return Ok(true);
    }
    if arguments.report {
        let progress = Progress::read(&root.join(progress::FILE), PROOFS)?;
        document::write(PROOFS, &progress, &root)?;
        return Ok(true);
    }
    if let Some(name) = &arguments.drill {
        let from = DRILLS.iter().position(|drill| drill == name);
        let from = u64::try_from(from.context("no such drill")?)?;
        let run = Run {
            from,
            units: 1,
            until: None,
        };
        return Ok(replay(&drills::PROOF, &run));
    }
    if let Some(from) = arguments.from {
        ensure!(selected.len() == 1, "--from repeats units of one proof");
        let until = arguments.long.then(|| now() + time);
        let units = arguments.units;
        return Ok(replay(&selected[0], &Run { from, units, until }));
    }
    if arguments.long {
        let words: Vec<_> = std::env::args().skip(1).collect();
        let origin = Origin::now(&root, &words)?;
        let restart = arguments.restart;
        return long(
            PROOFS,
            &arguments.only,
            Long { time, restart },
            &origin,
            &root,
        );
    }
    let long_only = selected.iter().find(|proof| proof.quick == 0);
    if let Some(proof) = long_only.filter(|_| !arguments.only.is_empty()) {
        bail!("{} has a long tier only: --long", proof.name);
    }
    Ok(quick(&selected, &[]))
}
