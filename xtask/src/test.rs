//! `cargo xtask test`: starts what the tests need, then runs them.

use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use anyhow::{Context, Result, ensure};

use crate::check;
use crate::checkers::Checkers;
use crate::clients;
use crate::command::{cargo, command_line, is_installed, output, program, workspace_root};
use crate::pinned;
use crate::services::{Services, programs};

mod binaries;
mod tally;

pub(crate) use tally::Tally;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Skip `cargo xtask check` before selected tests.
    #[arg(long)]
    no_check: bool,
    /// Fail if a test was skipped, run the service's tests on PostgreSQL and Redis, too, and browser journeys in every
    /// language, and then every check and `cargo xtask clients`; CI uses it.
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

/// A folder in memory, and how much has to be free there: on a disk, the file system takes a third of a second of
/// each test with a database.
const MEMORY: &str = "/dev/shm";
const GIGABYTES_IN_MEMORY: u32 = 4;

pub(crate) fn run(options: &Options) -> Result<()> {
    ensure!(
        is_installed("cc"),
        "a C compiler is needed for the bundled SQLite (Debian: `apt install build-essential`)"
    );
    write_to_memory();
    let (tally, passed, checked) = if options.arguments.is_empty() {
        whole(options)?
    } else {
        selected(options)?
    };
    for failure in &tally.failures {
        println!("\nFAILED {failure}");
    }
    for skip in &tally.skips {
        println!("SKIPPED {skip}");
    }
    println!("{tally}");
    ensure!(passed, "tests failed");
    ensure!(
        !options.require_all || tally.skipped == 0,
        "tests were skipped, and --require-all does not allow it"
    );
    ensure!(tally.passed > 0, "no test ran");
    checked
}

/// Builds and runs every test. Returns whether all passed, and the outcome of the checks after them.
fn whole(options: &Options) -> Result<(Tally, bool, Result<()>)> {
    let install = || {
        // For the checks after the tests, which report a failed installation.
        Checkers::install();
        prepare()
    };
    // Installing is mostly waiting.
    let (prepared, built) = at_once(install, || binaries::build(LEAN));
    let (_services, mut variables) = prepared?;
    if options.require_all {
        variables.push(("PAYMENTS_TEST_EVERY_LANGUAGE", "1".to_owned()));
    }
    let mut binaries = built?;
    if !options.require_all {
        binaries::keep_what_needs_servers(&mut binaries);
    }
    let (tally, passed) = binaries::run(binaries, &variables)?;
    let checked = check_after_tests(options.require_all);
    Ok((tally, passed, checked))
}

/// All that `cargo xtask check` and `cargo xtask clients` check and the build did not, or what compiles nothing.
fn check_after_tests(all: bool) -> Result<()> {
    let scope = check::Options {
        quick: !all,
        ..check::Options::default()
    };
    let checked = check::run(&scope, all, Some(LEAN));
    if all {
        // The service is the program that was built for the tests.
        clients::check()?;
    }
    checked
}

/// Passes the arguments on to `cargo test`.
fn selected(options: &Options) -> Result<(Tally, bool, Result<()>)> {
    if !options.no_check {
        check::run(&check::Options::default(), options.require_all, None)?;
    }
    let (_services, variables) = prepare()?;
    let mut command = cargo(&["test", "--all-features", "--no-fail-fast"]);
    if !names_a_package(&options.arguments) {
        command.arg("--workspace");
    }
    command.args(&options.arguments);
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    println!("\n{}", command_line(&command));
    let (tally, passed) = Tally::of(command)?;
    Ok((tally, passed, Ok(())))
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
    for proxy in [&programs::NGINX, &programs::CADDY] {
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

/// Puts the servers and what tests write into memory, if there is room.
pub(crate) fn write_to_memory() {
    if has_room(Path::new(MEMORY)) {
        tempfile::env::override_temp_dir(Path::new(MEMORY)).ok();
    }
}

/// Whether the folder has room for what the tests write.
fn has_room(folder: &Path) -> bool {
    let mut free = program("df", &["--output=avail", "--block-size=1G"]);
    free.arg(folder);
    let free = output(free).unwrap_or_default();
    let free = free
        .split_whitespace()
        .last()
        .and_then(|free| free.parse::<u32>().ok());
    free.is_some_and(|free| free >= GIGABYTES_IN_MEMORY)
}

fn names_a_package(arguments: &[String]) -> bool {
    arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .any(|argument| argument.starts_with("-p") || argument.starts_with("--package"))
}
