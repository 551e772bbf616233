//! Programs from `PyPI` and npm in pinned versions, installed below `target`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{output, program, workspace_root};
use crate::services::programs;

/// A copy of the list of versions, written after a complete installation.
const INSTALLED: &str = "installed";

/// Copies `source` (a folder of the workspace with a `requirements.txt`) to `target/<name>` and installs the packages
/// into a virtual environment there, unless it has exactly these. Returns the environment's folder of programs.
pub(crate) fn python(source: &str, name: &str) -> Result<PathBuf> {
    let folder = target(name);
    let programs = folder.join("environment/bin");
    install(source, &folder, "requirements.txt", || {
        programs::PYTHON.folder()?;
        let mut create = program("python3", &["-m", "venv", "--clear"]);
        create.arg(folder.join("environment"));
        output(create)?;
        let mut pip = Command::new(programs.join("python"));
        pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--no-deps"]);
        pip.args(["--disable-pip-version-check", "--retries=4", "--timeout=30"]);
        pip.args(["--requirement", "requirements.txt"]);
        pip.current_dir(&folder);
        output(pip).map(drop)
    })?;
    Ok(programs)
}

/// The same for a folder with a `package-lock.json`. Returns the folder with `node_modules`.
pub(crate) fn node(source: &str, name: &str) -> Result<PathBuf> {
    let folder = target(name);
    install(source, &folder, "package-lock.json", || {
        programs::NODE.folder()?;
        let mut npm = program("npm", &["ci", "--ignore-scripts", "--no-audit"]);
        npm.args(["--no-fund", "--loglevel=error"]);
        npm.args(["--fetch-retries=4", "--fetch-timeout=30000"]);
        npm.current_dir(&folder);
        output(npm).map(drop)
    })?;
    Ok(folder)
}

fn target(name: &str) -> PathBuf {
    workspace_root().join("target").join(name)
}

fn install(source: &str, folder: &Path, pins: &str, by: impl Fn() -> Result<()>) -> Result<()> {
    let from = workspace_root().join(source);
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    for entry in fs::read_dir(&from).with_context(|| format!("cannot read {source}"))? {
        let entry = entry?;
        // Python leaves a folder of compiled modules.
        if entry.file_type()?.is_dir() {
            continue;
        }
        fs::copy(entry.path(), folder.join(entry.file_name()))?;
    }
    let wanted = fs::read(from.join(pins))?;
    if fs::read(folder.join(INSTALLED)).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("       installing {source}/{pins}");
    by().with_context(|| format!("cannot install {source}/{pins}"))?;
    Ok(fs::write(folder.join(INSTALLED), wanted)?)
}
