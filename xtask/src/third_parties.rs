//! What the providers' adapters are held against: official clients, an independent Stripe, a mock server and a published
//! `OpenAPI` document.
//!
//! All of it comes from npm and `PyPI` in pinned versions (`xtask/third_parties`) into `target/third-parties`, and the tests
//! of `payments-gateways` find the folder in the environment. Where a registry cannot be reached they learn why, and count
//! as skipped.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::command::{program, workspace_root};
use crate::services::programs;

const KEPT: &str = "xtask/third_parties";
const FOLDER: &str = "target/third-parties";
/// A copy of the pinned versions, written when all of them were installed.
const INSTALLED: &str = "installed";

const FOLDER_VARIABLE: &str = "PAYMENTS_TEST_THIRD_PARTIES";
const MISSING_VARIABLE: &str = "PAYMENTS_TEST_THIRD_PARTIES_MISSING";

/// Installs what is not there yet; the variable that tells the tests about it.
pub(crate) fn variable() -> (&'static str, String) {
    match installed() {
        Ok(folder) => (FOLDER_VARIABLE, folder),
        Err(reason) => (MISSING_VARIABLE, reason),
    }
}

fn installed() -> Result<String, String> {
    let folder = workspace_root().join(FOLDER);
    let path = folder.to_str().ok_or("the workspace's path is not UTF-8")?;
    let in_a_line = |error: anyhow::Error| format!("{error:#}");
    programs::NODE.folder().map_err(in_a_line)?;
    programs::PYTHON.folder().map_err(in_a_line)?;
    install(&folder.join("node"), "node", "package-lock.json", npm)?;
    install(&folder.join("python"), "python", "requirements.txt", pip)?;
    Ok(path.to_owned())
}

/// Lays out the kept files and installs, unless exactly the pinned versions are there.
fn install(
    folder: &Path,
    kept: &str,
    pins: &str,
    by: fn(&Path) -> Result<(), String>,
) -> Result<(), String> {
    let source = workspace_root().join(KEPT).join(kept);
    let unreadable = |error: io::Error| format!("{KEPT}/{kept}: {error}");
    let wanted = fs::read(source.join(pins)).map_err(unreadable)?;
    if fs::read(folder.join(INSTALLED)).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    println!("       installing {KEPT}/{kept}/{pins} into {FOLDER}/{kept}");
    let unwritable = |error: io::Error| format!("{FOLDER}/{kept}: {error}");
    fs::create_dir_all(folder).map_err(unwritable)?;
    for entry in fs::read_dir(&source).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        fs::copy(entry.path(), folder.join(entry.file_name())).map_err(unwritable)?;
    }
    by(folder)?;
    fs::write(folder.join(INSTALLED), wanted).map_err(unwritable)
}

fn npm(folder: &Path) -> Result<(), String> {
    let mut npm = program(
        "npm",
        &["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    );
    npm.args([
        "--loglevel=error",
        "--fetch-retries=4",
        "--fetch-timeout=30000",
    ]);
    npm.current_dir(folder);
    quietly(npm, "npm could not install the official clients")
}

fn pip(folder: &Path) -> Result<(), String> {
    let environment = folder.join("environment");
    let mut make = program("python3", &["-m", "venv", "--clear"]);
    make.arg(&environment);
    quietly(make, "python3 has no module venv")?;
    let mut pip = Command::new(environment.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--no-input"]);
    pip.args([
        "--disable-pip-version-check",
        "--retries",
        "4",
        "--timeout",
        "30",
    ]);
    pip.args(["--requirement", "requirements.txt"])
        .current_dir(folder);
    quietly(pip, "pip could not install the official clients")
}

fn quietly(mut command: Command, otherwise: &str) -> Result<(), String> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null());
    let status = command.stderr(Stdio::null()).status();
    if status.is_ok_and(|status| status.success()) {
        Ok(())
    } else {
        Err(otherwise.to_owned())
    }
}
