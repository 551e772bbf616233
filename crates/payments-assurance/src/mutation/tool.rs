//! The program that makes and tests mutants, in a pinned version.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::available_parallelism;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::judged::Outcome;
use crate::workspace::{command_line, finish};

const VERSION: &str = "27.1.0";

/// In seconds: of the tests of a mutant and of its build. Much longer than either takes, on a busy machine too.
const TEST_TIMEOUT: &str = "300";
const BUILD_TIMEOUT: &str = "900";

/// The tests, in two passes: the second is for what the first does not catch.
const PASSES: [&str; 2] = ["--test=it", "--lib"];

/// For the build as well as for the tests. Link-time optimization makes links of incremental builds fail now and then. The
/// variable lets the test harness end at the first failure. A mutant that allocates without end fails at 4 GiB of address space,
/// before the machine has none left.
const CARGO: [&str; 3] = [
    "--config=profile.dev.debug='none'",
    "--config=profile.dev.lto='off'",
    "--config=target.'cfg(all())'.runner=['prlimit', '--as=4294967296', 'env', 'RUSTC_BOOTSTRAP=1']",
];
/// Tests of prices and rules take a third of the time if they are optimized. The core takes four times as long to compile then,
/// and a mistake in the other modules fails one of the first tests.
const OPTIMIZED: &str = "--config=profile.dev.package.payments-core.opt-level=1";
const OPTIMIZED_MODULES: [&str; 4] = ["money", "installment", "rules", "listing"];
const FAIL_FAST: [&str; 2] = ["-Zunstable-options", "--fail-fast"];

/// The analysis of rules advises people, and decides nothing.
const NOT_CHANGED: &str = "crates/payments-core/src/rules/lint/**";

/// Its exit codes for: every mutant caught, one missed, one timed out.
const ENDED: [i32; 3] = [0, 2, 3];

/// `cargo-mutants`, with a copy of the workspace for each processor.
pub(super) struct Tool {
    program: PathBuf,
    /// The folder of one copy, below `target`.
    folder: PathBuf,
    tree: PathBuf,
}

/// One change in one place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Mutant {
    /// The file, the position and the change: `src/money.rs:7:5: replace a with ()`.
    pub(super) name: String,
    /// The file's path in the workspace.
    pub(super) file: String,
}

impl Mutant {
    /// The position and the change.
    pub(super) fn in_file(&self) -> &str {
        let rest = self.name.strip_prefix(&*self.file);
        rest.unwrap_or(&self.name).trim_start_matches(':')
    }

    fn is_optimized(&self) -> bool {
        let modules = OPTIMIZED_MODULES.iter();
        let mut folders = modules.map(|module| format!("src/{module}"));
        folders.any(|folder| self.file.contains(&folder))
    }

    /// The change, without its position, which moves with every edit.
    pub(super) fn change(&self) -> &str {
        let change = self.name.split_once(": ");
        change.map_or(&self.name, |(_, change)| change)
    }
}

impl Tool {
    /// Installs it, unless it is there. Returns one for each processor.
    pub(super) fn install(root: &Path) -> Result<Vec<Self>> {
        let folder = root.join("target/mutants");
        let program = folder.join("bin/cargo-mutants");
        let version = finish(Command::new(&program).args(["mutants", "--version"]));
        if !version.is_ok_and(|version| version.trim().ends_with(VERSION)) {
            println!("     installing cargo-mutants {VERSION}");
            let mut install = Command::new("cargo");
            install.args(["install", "cargo-mutants", "--locked", "--quiet"]);
            install
                .args(["--version", VERSION])
                .arg("--root")
                .arg(&folder);
            finish(&mut install)?;
        }
        let processors = available_parallelism()?.get();
        let one = |processor: usize| {
            let folder = folder.join(processor.to_string());
            Self {
                program: program.clone(),
                tree: folder.join("tree"),
                folder,
            }
        };
        Ok((0..processors).map(one).collect())
    }

    /// Compiles the copy and its tests, so that the time limit of a mutant is not spent on dependencies.
    pub(super) fn build(&self) -> Result<()> {
        let mut build = self.in_tree("cargo");
        build.args(["test", "--no-run", "--quiet", "--package=payments-core"]);
        build.args(PASSES).args(CARGO).arg(OPTIMIZED);
        finish(&mut build).map(drop)
    }

    /// The copy of the workspace in which it works.
    pub(super) fn tree(&self) -> &Path {
        &self.tree
    }

    /// The mutants of modules of the core, in the order of the modules.
    pub(super) fn mutants(&self, modules: &[&str]) -> Result<Vec<Mutant>> {
        let mut list = self.mutants_command();
        list.args(["--list", "--json"]);
        for module in modules {
            let module = format!("crates/payments-core/src/{module}");
            list.args([format!("--file={module}.rs"), format!("--file={module}/**")]);
        }
        list.arg(format!("--exclude={NOT_CHANGED}"));
        let mut mutants: Vec<Mutant> = serde_json::from_str(&finish(&mut list)?)?;
        let is_of = |mutant: &Mutant, module: &str| mutant.file.contains(&format!("src/{module}"));
        mutants.sort_by_key(|mutant| modules.iter().position(|module| is_of(mutant, module)));
        ensure!(!mutants.is_empty(), "{modules:?} have no mutant");
        Ok(mutants)
    }

    /// Tests mutants of one file. Returns them with what became of each.
    pub(super) fn test<'m>(&self, mutants: &[&'m Mutant]) -> Result<Vec<(&'m Mutant, Outcome)>> {
        let (mut tested, mut left) = (Vec::new(), mutants.to_vec());
        for tests in PASSES {
            tested.retain(|(_, outcome)| *outcome != Outcome::Missed);
            tested.extend(self.pass(&left, tests)?);
            let missed = tested
                .iter()
                .filter(|(_, outcome)| *outcome == Outcome::Missed);
            left = missed.map(|(mutant, _)| *mutant).collect();
            if left.is_empty() {
                break;
            }
        }
        Ok(tested)
    }

    fn pass<'m>(&self, mutants: &[&'m Mutant], tests: &str) -> Result<Vec<(&'m Mutant, Outcome)>> {
        let mut test = self.mutants_command();
        // In its place: a new copy would be compiled from the start.
        test.args(["--in-place", "--baseline=skip", "--colors=never"]);
        test.args([
            format!("--timeout={TEST_TIMEOUT}"),
            format!("--build-timeout={BUILD_TIMEOUT}"),
        ]);
        test.arg("--output").arg(&self.folder);
        for mutant in mutants {
            test.arg(format!("--file={}", mutant.file));
            test.arg(format!("--re=^{}$", escaped(&mutant.name)));
        }
        let is_optimized = mutants.iter().all(|mutant| mutant.is_optimized());
        let optimization = is_optimized.then_some(OPTIMIZED);
        let arguments = [tests].into_iter().chain(CARGO).chain(optimization);
        test.args(arguments.map(|argument| format!("--cargo-arg={argument}")));
        test.args(["--", "--"]).args(FAIL_FAST);
        let output = test.stdin(Stdio::null()).output()?;
        let has_ended = output
            .status
            .code()
            .is_some_and(|code| ENDED.contains(&code));
        ensure!(
            has_ended,
            "`{}`: {}\n{}{}",
            command_line(&test),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        let results = self.folder.join("mutants.out");
        let tested = parse(&fs::read_to_string(results.join("outcomes.json"))?)?;
        let outcome_of = |mutant: &&'m Mutant| {
            let found = tested.iter().find(|tested| tested.name == mutant.name);
            let found = found.with_context(|| format!("not tested: {}", mutant.name))?;
            if found.outcome == Outcome::Unviable {
                let log = fs::read_to_string(results.join(&found.log))?;
                ensure!(is_compile_error(&log), "not built: {}\n{log}", mutant.name);
            }
            Ok((*mutant, found.outcome))
        };
        mutants.iter().map(outcome_of).collect()
    }

    fn mutants_command(&self) -> Command {
        let mut command = self.in_tree(&self.program);
        command.args(["mutants", "--no-config", "--package=payments-core"]);
        command
    }

    /// Incremental builds in a folder of their own, whatever the environment says.
    fn in_tree(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.tree);
        command.env("CARGO_TARGET_DIR", self.folder.join("build"));
        command.env("CARGO_INCREMENTAL", "1");
        command.env_remove("RUSTC_WORKSPACE_WRAPPER");
        command
    }
}

/// A tested mutant.
#[derive(Debug, PartialEq, Eq)]
struct Tested {
    name: String,
    outcome: Outcome,
    /// The path of what cargo wrote, in the program's output folder.
    log: String,
}

/// Reads the program's report.
fn parse(report: &str) -> Result<Vec<Tested>> {
    #[derive(Deserialize)]
    struct Report {
        outcomes: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        scenario: Scenario,
        summary: String,
        log_path: String,
    }
    #[derive(Deserialize)]
    enum Scenario {
        Mutant(Mutant),
    }
    let report: Report = serde_json::from_str(report)?;
    let tested = report.outcomes.into_iter().map(|entry| {
        let Scenario::Mutant(Mutant { name, .. }) = entry.scenario;
        let outcome = match &*entry.summary {
            "CaughtMutant" => Outcome::Caught,
            "MissedMutant" => Outcome::Missed,
            "Timeout" => Outcome::Timeout,
            "Unviable" => Outcome::Unviable,
            other => bail!("{name}: unknown outcome {other}"),
        };
        let log = entry.log_path;
        Ok(Tested { name, outcome, log })
    });
    tested.collect()
}

/// Whether the compiler refused the source, and the build did not end for another reason, such as a full disk.
fn is_compile_error(log: &str) -> bool {
    let lines = log.lines().zip(log.lines().skip(1));
    let mut errors = lines.filter(|(line, _)| line.starts_with("error"));
    errors.any(|(_, next)| next.trim_start().starts_with("--> crates/payments-core/"))
}

/// A regular expression that matches exactly this text.
fn escaped(text: &str) -> String {
    let mut expression = String::new();
    for letter in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(letter) {
            expression.push('\\');
        }
        expression.push(letter);
    }
    expression
}

#[cfg(test)]
mod tests {
    use super::{Mutant, Outcome, Tested, escaped, is_compile_error, parse};

    #[test]
    fn a_mutant_has_a_place_in_its_file_and_a_change() {
        let mutant = Mutant {
            name: "src/money.rs:7:5: replace Money::a -> Option<u8> with None".to_owned(),
            file: "src/money.rs".to_owned(),
        };
        let change = "replace Money::a -> Option<u8> with None";
        assert_eq!(mutant.in_file(), format!("7:5: {change}"));
        assert_eq!(mutant.change(), change);
    }

    #[test]
    fn every_outcome_is_read_and_an_unknown_one_is_an_error() {
        let json = |summary: &str| {
            let scenario = r#"{"Mutant": {"name": "a", "file": "b", "genre": "c"}}"#;
            format!(
                r#"{{"outcomes": [{{"scenario": {scenario}, "summary": "{summary}", "log_path": "log/a"}}]}}"#
            )
        };
        for (summary, outcome) in [
            ("CaughtMutant", Outcome::Caught),
            ("MissedMutant", Outcome::Missed),
            ("Timeout", Outcome::Timeout),
            ("Unviable", Outcome::Unviable),
        ] {
            let expected = Tested {
                name: "a".to_owned(),
                outcome,
                log: "log/a".to_owned(),
            };
            assert_eq!(parse(&json(summary)).unwrap(), [expected]);
        }
        for summary in ["Success", "Failure"] {
            assert!(parse(&json(summary)).is_err());
        }
    }

    #[test]
    fn only_an_error_in_the_source_makes_a_mutant_unviable() {
        let place = "   --> crates/payments-core/src/money.rs:7:5";
        let error = format!("warning: unused\nerror[E0308]: mismatched types\n{place}\n");
        assert!(is_compile_error(&error));
        let warning = format!("warning: unused\n{place}\nerror: linking with `cc` failed\n");
        assert!(!is_compile_error(&warning));
    }

    #[test]
    fn names_are_matched_literally() {
        assert_eq!(
            escaped("a.rs: f -> Vec<(u8, [u8; 2])> with *"),
            r"a\.rs: f \-> Vec<\(u8, \[u8; 2\]\)> with \*"
        );
    }
}
