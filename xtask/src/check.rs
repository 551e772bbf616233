//! `cargo xtask check`: what has to hold before a commit.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::checkers::{Checkers, Outcome, findings};
use crate::command::cargo;
use crate::deploy;
use crate::sale;
use crate::tree;

mod doc_links;
mod instructions;
mod layering;
mod manifests;
mod tidiness;
mod wasm;

#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Only the checks that compile nothing.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only the deployment files.
    #[arg(long, conflicts_with = "quick")]
    pub(crate) deployment: bool,
    /// Record this tree's instruction counts and rendered manifests as what is expected.
    #[arg(long, conflicts_with = "quick")]
    pub(crate) bless: bool,
}

/// Runs every check even when an early one fails, so that one run shows all findings. With `require_all` a check of
/// dependencies or links that cannot run fails, except that of advisories, whose database may be out of reach. After a build
/// with its lints, cargo gets the variables of that build.
pub(crate) fn run(
    options: &Options,
    require_all: bool,
    built: Option<&[(&str, &str)]>,
) -> Result<()> {
    let files = tree::project_files()?;
    let checkers = Checkers::install();
    let mut report = Report::default();
    if options.deployment {
        report.add(deploy::check(&files, &checkers, options.bless)?);
        return report.conclude();
    }
    report.add([
        ("layering: manifests", Outcome::Ran(layering::check()?)),
        ("manifests inherit", Outcome::Ran(manifests::check(&files))),
        (
            "paths in documents, pages of the book",
            Outcome::Ran(doc_links::check(&files)),
        ),
        ("tidy files", Outcome::Ran(tidiness::check(&files))),
        ("tables of the sale", Outcome::Ran(sale::check_page()?)),
    ]);
    report.add(
        pinned_checks(&checkers).map(|(name, outcome)| match outcome {
            Outcome::NotRun(reason) if require_all => (name, Outcome::Ran(vec![reason])),
            Outcome::NotRun(_) | Outcome::Ran(_) => (name, outcome),
        }),
    );
    if !options.quick {
        report.add([("security advisories (cargo-deny)", advisories(&checkers))]);
        report.add(deploy::check(&files, &checkers, options.bless)?);
        let findings = instructions::check(options.bless)?;
        report.add([
            ("no more instructions than before", Outcome::Ran(findings)),
            ("a basket is priced in Node", wasm::check()?),
        ]);
    }
    for (name, mut command) in cargo_steps(options, built.is_some()) {
        println!("       {name}");
        let findings = findings(command.envs(built.unwrap_or_default().iter().copied()));
        report.add([(name, Outcome::Ran(findings))]);
    }
    report.conclude()
}

/// Known vulnerabilities, and packages that are yanked or unmaintained, if the database can be reached.
fn advisories(checkers: &Checkers) -> Outcome {
    match checkers.run("cargo-deny", &["fetch", "db"]) {
        Outcome::Ran(findings) if findings.is_empty() => {
            let check = ["check", "--deny=warnings", "--disable-fetch", "advisories"];
            checkers.run("cargo-deny", &check)
        }
        Outcome::Ran(findings) if findings.iter().any(|line| is_out_of_reach(line)) => {
            let reason = findings.join("\n       - ");
            Outcome::NotRun(format!(
                "its database cannot be fetched:\n       - {reason}"
            ))
        }
        failed @ (Outcome::Ran(_) | Outcome::NotRun(_)) => failed,
    }
}

/// Whether a line of Git's output says that it did not reach the server, or lost it.
fn is_out_of_reach(line: &str) -> bool {
    let errors = ["fatal: unable to access ", "error: RPC failed; "];
    errors.iter().any(|error| line.starts_with(error))
}

/// The policy of `deny.toml`, unused dependencies, and links to files and
/// headings.
fn pinned_checks(checkers: &Checkers) -> [(&'static str, Outcome); 3] {
    let policy = ["check", "--deny=warnings", "bans", "licenses", "sources"];
    let links = ["check", "--enable", "MD051,MD057", "--no-cache", "."];
    [
        (
            "dependency policy (cargo-deny)",
            checkers.run("cargo-deny", &policy),
        ),
        (
            "unused dependencies (cargo-shear)",
            checkers.run("cargo-shear", &["--deny-warnings"]),
        ),
        ("links in documents (rumdl)", checkers.run("rumdl", &links)),
    ]
}

/// The names of the checks that failed.
#[derive(Default)]
struct Report(Vec<&'static str>);

impl Report {
    fn add(&mut self, outcomes: impl IntoIterator<Item = (&'static str, Outcome)>) {
        for (name, outcome) in outcomes {
            match outcome {
                Outcome::NotRun(reason) => println!("not run {name}: {reason}"),
                Outcome::Ran(findings) if findings.is_empty() => println!("ok     {name}"),
                Outcome::Ran(findings) => {
                    println!("FAILED {name}\n       - {}", findings.join("\n       - "));
                    self.0.push(name);
                }
            }
        }
    }

    fn conclude(self) -> Result<()> {
        ensure!(self.0.is_empty(), "failed: {}", self.0.join(", "));
        Ok(())
    }
}

fn cargo_steps(options: &Options, is_linted: bool) -> Vec<(&'static str, Command)> {
    let mut steps = vec![("format", cargo(&["fmt", "--all", "--check", "--", "-l"]))];
    if !options.quick {
        let mut clippy = cargo(&[
            "clippy",
            "--quiet",
            "--workspace",
            "--tests",
            "--benches",
            "--examples",
        ]);
        clippy.args(["--all-features", "--", "--deny", "warnings"]);
        // The program as it is shipped: without the features that only tests enable.
        let mut shipped = cargo(&["clippy", "--quiet", "--package", "payments-http"]);
        shipped.args(["--", "--deny", "warnings"]);
        let mut smallest = cargo(&["clippy", "--quiet", "--package", "payments-core"]);
        smallest.args(["--no-default-features", "--", "--deny", "warnings"]);
        let mut docs = cargo(&[
            "doc",
            "--quiet",
            "--workspace",
            "--no-deps",
            "--all-features",
        ]);
        docs.env("RUSTDOCFLAGS", "--deny warnings");
        if !is_linted {
            steps.push(("lints", clippy));
        }
        steps.extend([
            ("lints of what is shipped", shipped),
            ("lints of the core without card storage", smallest),
            ("docs", docs),
        ]);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::is_out_of_reach;

    #[test]
    fn an_unreachable_server_is_no_fault_of_the_tree_but_a_missing_repository_is() {
        for reason in ["Could not resolve host: github.com", "Failed to connect"] {
            let line = format!("fatal: unable to access 'https://github.com/a/b/': {reason}");
            assert!(is_out_of_reach(&line), "{line}");
        }
        for line in [
            "fatal: repository 'https://github.com/a/b/' not found",
            "error[unexpected-keys]: found unexpected keys",
            "`cargo-deny fetch db`: exit status: 1",
        ] {
            assert!(!is_out_of_reach(line), "{line}");
        }
    }
}
