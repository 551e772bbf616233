//! Python: the client is generated without a warning, and a customer saves a card with it.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{in_words, installed, lay_out};
use crate::command::{program, succeed};
use crate::services::programs;

const PINS: &str = "requirements.txt";

/// Lays out the kept files and installs their pinned packages. Gives the environment's Python.
///
/// # Errors
/// They cannot be installed.
pub(super) fn environment(folder: &Path, kept: &str) -> Result<PathBuf> {
    let environment = folder.join("environment");
    let python = environment.join("bin/python");
    if lay_out(folder, kept, PINS)? {
        programs::PYTHON.folder()?;
        let create = ["-m", "venv", "--clear", in_words(&environment)?];
        succeed(program("python3", &create))?;
        let pins = folder.join(PINS);
        let install = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--disable-pip-version-check",
            "--requirement",
            in_words(&pins)?,
        ];
        succeed(program(in_words(&python)?, &install))?;
        installed(folder, PINS)?;
    }
    Ok(python)
}

/// # Errors
/// The generator cannot be installed, warns of something it does not understand, or the journey ends badly.
pub(super) fn check(folder: &Path, description: &Path, url: &str) -> Result<()> {
    let python = environment(folder, "python")?;
    let python = in_words(&python)?;
    let at = |name: &str| folder.join(name);
    let (client, settings) = (at("payments_client"), at("generator.yaml"));
    let generate = [
        "-m",
        "openapi_python_client",
        "generate",
        "--path",
        in_words(description)?,
        "--output-path",
        in_words(&client)?,
        "--overwrite",
        "--meta",
        "none",
        "--config",
        in_words(&settings)?,
        "--fail-on-warning",
    ];
    succeed(program(python, &generate))?;
    succeed(program(python, &[in_words(&at("journey.py"))?, url]))
}
