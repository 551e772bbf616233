//! `cargo xtask test`: starts what the tests need, then runs them.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::check;
use crate::clients;
use crate::command::{cargo, command_line, is_installed, spawn, workspace_root};
use crate::pinned;
use crate::services::{Services, programs};

mod tally;

use tally::Tally;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Skip `cargo xtask check`.
    #[arg(long)]
    no_check: bool,
    /// Fail if a test was skipped; CI uses it.
    #[arg(long)]
    require_all: bool,
    /// More arguments of `cargo test`, for example `-p payments-core` or `-- wrong_code`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    ensure!(
        is_installed("cc"),
        "a C compiler is needed for the bundled SQLite (Debian: `apt install build-essential`)"
    );
    if !options.no_check {
        check::run(&check::Options::default(), options.require_all)?;
    }
    let services = Services::for_tests()?;
    clients::prepare()?;
    programs::BROWSER.folder()?;
    for proxy in &programs::FRONT_PROXIES {
        proxy.folder()?;
    }
    let mut variables = services.variables().to_vec();
    variables.push(match third_parties() {
        Ok(folder) => ("PAYMENTS_TEST_THIRD_PARTIES", folder),
        Err(error) => ("PAYMENTS_TEST_THIRD_PARTIES_MISSING", format!("{error:#}")),
    });
    let (tally, passed) = cargo_test(&options.arguments, &variables)?;
    drop(services);
    println!();
    for failure in &tally.failures {
        println!("FAILED {failure}");
    }
    for skip in &tally.skips {
        println!("SKIPPED {skip}");
    }
    println!("{tally}");
    ensure!(passed, "`cargo test` failed");
    ensure!(
        !options.require_all || tally.skipped == 0,
        "tests were skipped, and --require-all does not allow it"
    );
    ensure!(tally.passed + tally.failed > 0, "no test ran");
    // The program that the tests built, unless only some tests were asked for.
    if options.arguments.is_empty() {
        clients::check()?;
    }
    Ok(())
}

/// Installs what the providers' adapters are tested against: official clients, an independent Stripe, a mock server,
/// a published `OpenAPI` document, and the packages of the worked order system. Where a registry cannot be reached, the tests read the reason and count as skipped.
fn third_parties() -> Result<String> {
    pinned::node("xtask/third_parties/node", "third-parties/node")?;
    pinned::python("xtask/third_parties/python", "third-parties/python")?;
    pinned::python("examples/checkout", "third-parties/checkout")?;
    let folder = workspace_root()
        .join("target/third-parties")
        .into_os_string();
    let folder = folder.into_string().ok();
    folder.context("the workspace's path is not UTF-8")
}

fn cargo_test(arguments: &[String], variables: &[(&'static str, String)]) -> Result<(Tally, bool)> {
    let mut command = cargo(&["test", "--all-features", "--no-fail-fast"]);
    if !names_a_package(arguments) {
        command.arg("--workspace");
    }
    command.args(arguments).stdout(Stdio::piped());
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    println!("\n{}", command_line(&command));
    let mut child = spawn(command)?;
    let output = child.stdout.take().context("`cargo test` has no output")?;
    let tally = print_and_count(output)?;
    let status = child.wait().context("cannot wait for `cargo test`")?;
    Ok((tally, status.success()))
}

fn names_a_package(arguments: &[String]) -> bool {
    arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .any(|argument| argument.starts_with("-p") || argument.starts_with("--package"))
}

/// Prints every line and sums up the results of the test binaries.
fn print_and_count(output: impl Read) -> Result<Tally> {
    let mut tally = Tally::default();
    for line in BufReader::new(output).split(b'\n') {
        let line = line.context("cannot read the output of `cargo test`")?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        tally.read(&line);
    }
    Ok(tally)
}
