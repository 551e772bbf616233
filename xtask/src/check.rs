//! `cargo xtask check`: what has to hold before a commit.

use std::process::Command;

use anyhow::{Result, bail};

use crate::book;
use crate::command::{cargo, succeed};
use crate::deploy;
use crate::metadata::Metadata;
use crate::tree::{self, ProjectFile};

mod dependencies;
mod instructions;
mod layering;
mod locales;
mod manifests;
mod migrations;
mod purity;
mod signposts;
mod tidiness;
mod unused;

#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Only the checks that compile nothing.
    #[arg(long)]
    quick: bool,
    /// Only the deployment files.
    #[arg(long, conflicts_with = "quick")]
    deployment: bool,
    /// Take the instruction counts of now as those to hold later ones against.
    #[arg(long, conflicts_with_all = ["quick", "deployment"])]
    bless: bool,
}

/// Each sentence says what is wrong and where.
type Complaints = Vec<String>;

/// What the checks that compile nothing look at.
struct Evidence {
    files: Vec<ProjectFile>,
    metadata: Metadata,
}

/// A check's name and the check.
type Check = (&'static str, fn(&Evidence) -> Result<Complaints>);

const CHECKS: &[Check] = &[
    ("layering: manifests", |evidence| {
        Ok(layering::check(&evidence.metadata))
    }),
    ("layering: the core's sources", |evidence| {
        Ok(purity::check(&evidence.files))
    }),
    ("manifests inherit", |evidence| {
        Ok(manifests::check(&evidence.files))
    }),
    ("dependency policy", |evidence| {
        dependencies::check(&evidence.metadata, &evidence.files)
    }),
    ("no unused dependencies", |evidence| {
        Ok(unused::check(&evidence.files))
    }),
    ("migrations paired", |evidence| {
        Ok(migrations::check(&evidence.files))
    }),
    ("locales alike", |evidence| {
        Ok(locales::check(&evidence.files))
    }),
    ("documents point to what is there", |evidence| {
        Ok(signposts::check(&evidence.files))
    }),
    ("the book is whole", |evidence| {
        Ok(book::check(&evidence.files))
    }),
    ("tidy files", |evidence| {
        Ok(tidiness::check(&evidence.files))
    }),
];

/// Runs every check even when an early one fails, so that one run shows all that is wrong.
///
/// # Errors
/// A check failed.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.deployment {
        return conclude(&deploy::check(&tree::project_files()?)?);
    }
    let evidence = Evidence {
        files: tree::project_files()?,
        metadata: Metadata::load()?,
    };
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        if !passes(name, &check(&evidence)?) {
            failed.push(*name);
        }
    }
    if !options.quick {
        failed.extend(deploy::check(&evidence.files)?);
        if !passes(INSTRUCTIONS, &instructions::check(options.bless)?) {
            failed.push(INSTRUCTIONS);
        }
    }
    for step in steps(options) {
        println!("       {}", step.name);
        if let Err(error) = succeed(step.command) {
            println!("FAILED {}: {error:#}", step.name);
            failed.push(step.name);
        } else {
            println!("ok     {}", step.name);
        }
    }
    conclude(&failed)
}

const INSTRUCTIONS: &str = "no more instructions than before";

/// Says what a check found. Whether that was nothing.
fn passes(name: &str, complaints: &[String]) -> bool {
    let is_good = complaints.is_empty();
    println!("{} {name}", if is_good { "ok    " } else { "FAILED" });
    for complaint in complaints {
        println!("       - {complaint}");
    }
    is_good
}

fn conclude(failed: &[&str]) -> Result<()> {
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

/// A check that is another program's.
struct Step {
    name: &'static str,
    command: Command,
}

fn steps(options: &Options) -> Vec<Step> {
    let mut steps = vec![Step {
        name: "format",
        command: cargo(&["fmt", "--all", "--check", "--", "-l"]),
    }];
    if !options.quick {
        steps.push(Step {
            name: "lints",
            command: clippy(),
        });
        steps.push(Step {
            name: "lints of what is shipped",
            command: shipped_clippy(),
        });
        steps.push(Step {
            name: "docs",
            command: docs(),
        });
    }
    steps
}

fn clippy() -> Command {
    let mut command = cargo(&[
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--all-features",
    ]);
    command.args(["--", "--deny", "warnings"]);
    command
}

/// The program as it is shipped: without the features that only tests turn on.
fn shipped_clippy() -> Command {
    cargo(&[
        "clippy",
        "--quiet",
        "--package",
        "payments-http",
        "--",
        "--deny",
        "warnings",
    ])
}

fn docs() -> Command {
    let mut command = cargo(&[
        "doc",
        "--quiet",
        "--workspace",
        "--no-deps",
        "--all-features",
    ]);
    command.env("RUSTDOCFLAGS", "--deny warnings");
    command
}
