//! `cargo xtask test`: starts what the tests need, then runs them.

use std::io::{BufRead, BufReader};
use std::panic::resume_unwind;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, ensure};

use crate::check;
use crate::clients;
use crate::command::{cargo, command_line, is_installed, spawn, succeed, workspace_root};
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

/// A whole run starts with nothing built: without what only the next build or a debugger needs, crates compile with a
/// quarter to a third less processor time. Panics still name their line.
const LEAN: &[(&str, &str)] = &[
    ("CARGO_INCREMENTAL", "0"),
    ("CARGO_PROFILE_DEV_DEBUG", "none"),
];

pub(crate) fn run(options: &Options) -> Result<()> {
    ensure!(
        is_installed("cc"),
        "a C compiler is needed for the bundled SQLite (Debian: `apt install build-essential`)"
    );
    let is_whole = options.arguments.is_empty();
    if !is_whole && !options.no_check {
        check::run(&check::Options::default(), options.require_all, &[])?;
    }
    let (tally, passed, checked) = test(options, is_whole)?;
    for failure in &tally.failures {
        println!("\nFAILED {failure}");
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
    ensure!(tally.passed > 0, "no test ran");
    checked.unwrap_or(Ok(()))
}

/// Builds and runs. Returns whether all tests passed, and the outcome of the checks after them.
fn test(options: &Options, is_whole: bool) -> Result<(Tally, bool, Option<Result<()>>)> {
    let lean = if is_whole { LEAN } else { &[] };
    let run = |arguments: &[&str]| {
        let mut command = cargo(&["test", "--all-features", "--no-fail-fast"]);
        if !names_a_package(&options.arguments) {
            command.arg("--workspace");
        }
        command.envs(lean.iter().copied());
        command.args(arguments).args(&options.arguments);
        command
    };
    // Installing is mostly waiting.
    let compile = || is_whole.then(|| succeed(run(&["--no-run"])));
    let (prepared, built) = at_once(prepare, compile);
    built.transpose()?;
    let (_services, variables) = prepared?;
    let check = || {
        // The service is the program that was built for the tests.
        let clients = clients::check();
        if !options.no_check {
            check::run(&check::Options::default(), options.require_all, lean)?;
        }
        clients
    };
    let (tally, passed) = run_tests(run(&[]), &variables)?;
    Ok((tally, passed, is_whole.then(check)))
}

/// Runs the first on another thread.
fn at_once<A: Send, B>(first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let first = scope.spawn(first);
        let second = second();
        let first = first.join();
        (first.unwrap_or_else(|panic| resume_unwind(panic)), second)
    })
}

/// Installs what the tests need and starts their servers. Returns these, and the variables that name them.
fn prepare() -> Result<(Services, Vec<(&'static str, String)>)> {
    // Not later: cargo may replace this program.
    let xtask = std::env::current_exe().context("this program has no path")?;
    clients::prepare()?;
    for proxy in &programs::FRONT_PROXIES {
        proxy.folder()?;
    }
    programs::BROWSER.folder()?;
    programs::FONTS.folder()?;
    programs::VALGRIND.folder()?;
    let services = Services::for_tests(&xtask)?;
    let mut variables = services.variables().to_vec();
    variables.push(match third_parties() {
        Ok(folder) => ("PAYMENTS_TEST_THIRD_PARTIES", folder),
        Err(error) => ("PAYMENTS_TEST_THIRD_PARTIES_MISSING", format!("{error:#}")),
    });
    Ok((services, variables))
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

/// Prints every line and sums up the results of the test binaries. Also returns whether the command succeeded.
fn run_tests(mut command: Command, variables: &[(&'static str, String)]) -> Result<(Tally, bool)> {
    let mut tally = Tally::default();
    command.stdout(Stdio::piped());
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    println!("\n{}", command_line(&command));
    let mut child = spawn(command)?;
    let output = child.stdout.take().context("`cargo test` has no output")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = line.context("cannot read the output of `cargo test`")?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        tally.read(&line);
    }
    let status = child.wait().context("cannot wait for `cargo test`")?;
    Ok((tally, status.success()))
}

fn names_a_package(arguments: &[String]) -> bool {
    arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .any(|argument| argument.starts_with("-p") || argument.starts_with("--package"))
}
