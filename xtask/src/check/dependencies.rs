//! The dependency policy of `deny.toml`, and dependencies that nothing uses.

use std::path::PathBuf;

use anyhow::Result;

use super::{Outcome, run_checker};
use crate::command::program;

/// The licences, banned crates, wrappers and sources of `deny.toml`. Advisories need a clone of their database.
pub(super) fn policy(checkers: &Result<PathBuf>) -> Outcome {
    let arguments = ["check", "--deny=warnings", "bans", "licenses", "sources"];
    checker(checkers, "cargo-deny", &arguments)
}

/// Crates that no source names, and shared dependencies that no manifest inherits.
pub(super) fn unused(checkers: &Result<PathBuf>) -> Outcome {
    checker(checkers, "cargo-shear", &["--deny-warnings"])
}

/// Runs one of the installed checkers.
pub(crate) fn checker(checkers: &Result<PathBuf>, name: &str, arguments: &[&str]) -> Outcome {
    match checkers {
        Ok(folder) => run_checker(program(&folder.join(name).to_string_lossy(), arguments)),
        Err(error) => Outcome::NotRun(format!("{error:#}")),
    }
}
