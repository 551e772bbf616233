//! The workspace's test binaries: built and linted once, then run two at a time.

use std::collections::VecDeque;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, ensure};
use payments_bench::threads::in_parallel;
use serde_json::Value;

use crate::command::{cargo, output, read_lines};

use super::tally::Tally;

const ON_SERVERS: &str = "payments-http on_servers";

/// What takes longest, longest first: a short one at the end leaves no processor idle.
const LONGEST: [&str; 5] = [
    "payments-http browser",
    "payments-assurance brief",
    ON_SERVERS,
    "payments-store it",
    "payments-http it",
];

/// Waits for timeouts nearly all the time, so it runs beside two others.
const WAITS: &str = "payments-gateways it";

/// A whole build compiles through Clippy, which takes a tenth longer than without; linting alone would check all again.
/// `cargo clippy` sets the same variables.
const LINTED: [(&str, &str); 2] = [
    ("RUSTC_WORKSPACE_WRAPPER", "clippy-driver"),
    (
        "CLIPPY_ARGS",
        "--deny__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__",
    ),
];

/// A command that runs tests and reports them as libtest does.
pub(super) struct TestBinary {
    /// The package and the target.
    name: String,
    command: Command,
}

/// Builds every test, example and benchmark of the workspace. Fails at a lint.
pub(super) fn build(lean: &[(&str, &str)]) -> Result<Vec<TestBinary>> {
    let whole = |arguments: &[&str]| {
        let mut command = cargo(&["test", "--workspace", "--all-features"]);
        command.args(arguments);
        command.envs(lean.iter().copied()).envs(LINTED);
        command
    };
    let arguments = [
        "--no-run",
        "--tests",
        "--benches",
        "--examples",
        "--message-format=json-render-diagnostics",
    ];
    let built = output(whole(&arguments))?;
    let mut binaries = Vec::new();
    for line in built.lines() {
        let message = serde_json::from_str(line).with_context(|| format!("not JSON: {line}"))?;
        binaries.extend(test_binary(&message));
    }
    ensure!(!binaries.is_empty(), "cargo built no test");
    let rank = |binary: &TestBinary| {
        let position = LONGEST.iter().position(|name| binary.name == *name);
        position.unwrap_or(LONGEST.len())
    };
    binaries.sort_by_key(rank);
    binaries.push(TestBinary {
        name: "documentation".to_owned(),
        command: whole(&["--doc", "--no-fail-fast"]),
    });
    Ok(binaries)
}

/// Of the service's tests on servers, leaves out those that also run on SQLite.
pub(super) fn keep_what_needs_servers(binaries: &mut [TestBinary]) {
    let on_servers = binaries.iter_mut().filter(|one| one.name == ON_SERVERS);
    for binary in on_servers {
        binary.command.arg("servers::");
    }
}

/// Runs every binary, prints the output of each when it ends, and sums up the results. Also returns whether all succeeded.
pub(super) fn run(
    binaries: Vec<TestBinary>,
    variables: &[(&'static str, String)],
) -> Result<(Tally, bool)> {
    let (waits, works): (VecDeque<_>, _) = binaries.into_iter().partition(|one| one.name == WAITS);
    let (waits, works) = (Mutex::new(waits), Mutex::new(works));
    let tally = Mutex::new(Tally::default());
    // Tests of one binary wait for servers and deadlines; another one uses the processors meanwhile.
    let succeeded = in_parallel([&works, &works, &waits], |queue| {
        let mut all_succeeded = true;
        let next = || lock(queue).pop_front();
        while let Some(TestBinary { name, mut command }) = next() {
            command.envs(variables.iter().map(|(name, value)| (name, value)));
            println!("    Starting {name}");
            let mut lines = Vec::new();
            let succeeded = read_lines(command, |line| lines.push(line.to_owned()))?;
            let mut tally = lock(&tally);
            println!("\n     Running {name}\n{}", lines.join("\n"));
            for line in &lines {
                tally.read(line);
            }
            if !succeeded {
                tally.failures.push(format!("{name} as a whole"));
            }
            all_succeeded &= succeeded;
        }
        Ok(all_succeeded)
    })?;
    let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((tally, succeeded.into_iter().all(|succeeded| succeeded)))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a line of cargo's JSON.
fn test_binary(message: &Value) -> Option<TestBinary> {
    let target = &message["target"];
    let is_test = message["profile"]["test"] == true && target["kind"][0] != "bench";
    let executable = message["executable"].as_str().filter(|_| is_test)?;
    let folder = Path::new(message["manifest_path"].as_str()?).parent()?;
    let package = folder.file_name()?.to_str()?;
    let mut command = Command::new(executable);
    // Where `cargo test` runs it.
    command
        .current_dir(folder)
        .env("CARGO_MANIFEST_DIR", folder);
    Some(TestBinary {
        name: format!("{package} {}", target["name"].as_str()?),
        command,
    })
}
