//! `cargo xtask check`: what has to hold before a commit.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::command::{cargo, spoken, succeed};
use crate::deploy;
use crate::pinned;
use crate::tree;

pub(crate) mod dependencies;
mod doc_links;
mod instructions;
mod layering;
mod manifests;
mod purity;
mod tidiness;
mod wasm;

/// Programs that check, installed from `PyPI`.
const CHECKERS: &str = "xtask/checkers";
/// The rules about files and headings that links lead to.
const LINKS: &[&str] = &["check", "--enable", "MD051,MD057", "--no-cache", "."];

#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Only the checks that compile nothing.
    #[arg(long)]
    quick: bool,
    /// Only the deployment files.
    #[arg(long, conflicts_with = "quick")]
    deployment: bool,
    /// Record the instruction counts of this tree as the baseline.
    #[arg(long, conflicts_with_all = ["quick", "deployment"])]
    bless: bool,
}

/// Each sentence says what is wrong and where.
pub(crate) type Findings = Vec<String>;

/// The result of one check.
pub(crate) enum Outcome {
    Ran(Findings),
    NotRun(String),
}

/// Runs every check even when an early one fails, so that one run shows all findings. With `require_all` a check of
/// dependencies or links that cannot run fails.
pub(crate) fn run(options: &Options, require_all: bool) -> Result<()> {
    let files = tree::project_files()?;
    let checkers = pinned::python(CHECKERS, "checkers");
    let mut failed = Vec::new();
    let mut report = |name, outcome| {
        if !passes(name, &outcome) {
            failed.push(name);
        }
    };
    if options.deployment {
        deploy::check(&files, &checkers, &mut report)?;
        return conclude(&failed);
    }
    for (name, findings) in [
        ("layering: manifests", layering::check()?),
        ("layering: the core's sources", purity::check(&files)),
        ("manifests inherit", manifests::check(&files)),
        (
            "paths in documents, pages of the book",
            doc_links::check(&files),
        ),
        ("tidy files", tidiness::check(&files)),
    ] {
        report(name, Outcome::Ran(findings));
    }
    for (name, outcome) in [
        (
            "dependency policy (cargo-deny)",
            dependencies::policy(&checkers),
        ),
        (
            "unused dependencies (cargo-shear)",
            dependencies::unused(&checkers),
        ),
        (
            "links in documents (rumdl)",
            dependencies::checker(&checkers, "rumdl", LINKS),
        ),
    ] {
        let outcome = match outcome {
            Outcome::NotRun(reason) if require_all => Outcome::Ran(vec![reason]),
            Outcome::NotRun(_) | Outcome::Ran(_) => outcome,
        };
        report(name, outcome);
    }
    if !options.quick {
        let advisories = "needs a clone of the database: `cargo deny check advisories`";
        report(
            "security advisories",
            Outcome::NotRun(advisories.to_owned()),
        );
        deploy::check(&files, &checkers, &mut report)?;
        let findings = instructions::check(options.bless)?;
        report("no more instructions than before", Outcome::Ran(findings));
        report("a basket is priced in Node", wasm::check()?);
    }
    for (name, command) in cargo_steps(options) {
        println!("       {name}");
        let findings = succeed(command).err().map(|error| format!("{error:#}"));
        report(name, Outcome::Ran(findings.into_iter().collect()));
    }
    conclude(&failed)
}

/// Prints an outcome. Returns whether it is no failure.
fn passes(name: &str, outcome: &Outcome) -> bool {
    match outcome {
        Outcome::NotRun(reason) => println!("not run {name}: {reason}"),
        Outcome::Ran(findings) => {
            println!(
                "{} {name}",
                if findings.is_empty() {
                    "ok    "
                } else {
                    "FAILED"
                }
            );
            for finding in findings {
                println!("       - {finding}");
            }
            return findings.is_empty();
        }
    }
    true
}

/// Runs a checker on the project's files; when it fails, each line of its output is a finding.
pub(crate) fn run_checker(mut command: Command) -> Outcome {
    Outcome::Ran(match command.stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => Findings::new(),
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said).trim().to_owned();
            let status = format!("`{}`: {}", spoken(&command), output.status);
            said.lines().map(str::to_owned).chain([status]).collect()
        }
        Err(error) => vec![format!("`{}`: {error}", spoken(&command))],
    })
}

fn conclude(failed: &[&str]) -> Result<()> {
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn cargo_steps(options: &Options) -> Vec<(&'static str, Command)> {
    let mut steps = vec![("format", cargo(&["fmt", "--all", "--check", "--", "-l"]))];
    if !options.quick {
        let mut clippy = cargo(&["clippy", "--quiet", "--workspace", "--all-targets"]);
        clippy.args(["--all-features", "--", "--deny", "warnings"]);
        // The program as it is shipped: without the features that only tests enable.
        let mut shipped = cargo(&["clippy", "--quiet", "--package", "payments-http"]);
        shipped.args(["--", "--deny", "warnings"]);
        let mut docs = cargo(&[
            "doc",
            "--quiet",
            "--workspace",
            "--no-deps",
            "--all-features",
        ]);
        docs.env("RUSTDOCFLAGS", "--deny warnings");
        steps.extend([
            ("lints", clippy),
            ("lints of what is shipped", shipped),
            ("docs", docs),
        ]);
    }
    steps
}
