//! Programs from `PyPI` and npm in pinned versions, installed below `target`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{cargo, delete_folder, output, program, succeed, workspace_root};
use crate::services::programs;
use crate::tree::paths_below;

/// A copy of the list of versions, written after a complete installation.
const INSTALLED: &str = "installed";

/// Copies `source` (a folder of the workspace with a `requirements.txt`) to `target/<name>` and installs the packages
/// into a virtual environment there, unless it has exactly these. Returns the environment's folder of programs.
pub(crate) fn python(source: &str, name: &str) -> Result<PathBuf> {
    let folder = install(source, name, "requirements.txt", |folder| {
        programs::PYTHON.folder()?;
        let environment = folder.join("environment");
        let mut create = program("python3", &["-m", "venv", "--clear"]);
        create.arg(&environment);
        output(create)?;
        pip(&environment.join("bin/python"), folder, &["install"])
    })?;
    Ok(folder.join("environment/bin"))
}

/// The same for a folder with a `package-lock.json`. Returns the folder with `node_modules`.
pub(crate) fn node(source: &str, name: &str) -> Result<PathBuf> {
    install(source, name, "package-lock.json", |folder| {
        programs::NODE.folder()?;
        let mut npm = program("npm", &["ci", "--ignore-scripts", "--no-audit"]);
        npm.args(["--no-fund", "--loglevel=error"]);
        npm.args(["--fetch-retries=4", "--fetch-timeout=30000"]);
        npm.current_dir(folder);
        output(npm).map(drop)
    })
}

/// Copies a folder with a `requirements.txt`, and downloads the packages into its folder `wheels`. Returns the copy.
pub(crate) fn wheels(source: &str, name: &str, python: &Path) -> Result<PathBuf> {
    install(source, name, "requirements.txt", |folder| {
        delete_folder(&folder.join("wheels"))?;
        let download = ["download", "--only-binary=:all:", "--dest=wheels"];
        pip(python, folder, &download)
    })
}

/// Copies a folder of the workspace to `target/<name>`. Returns the copy.
pub(crate) fn copy(source: &str, name: &str) -> Result<PathBuf> {
    let folder = workspace_root().join("target").join(name);
    for path in paths_below(source)? {
        let copy = folder.join(Path::new(&path).strip_prefix(source)?);
        let parent = copy.parent().unwrap_or(&folder);
        fs::create_dir_all(parent)
            .with_context(|| format!("cannot create {}", parent.display()))?;
        fs::copy(workspace_root().join(path), copy)?;
    }
    Ok(folder)
}

fn install(
    source: &str,
    name: &str,
    pins: &str,
    by: impl Fn(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let folder = copy(source, name)?;
    let wanted = fs::read(workspace_root().join(source).join(pins))?;
    if !fs::read(folder.join(INSTALLED)).is_ok_and(|installed| installed == wanted) {
        println!("       installing {source}/{pins}");
        by(&folder).with_context(|| format!("cannot install {source}/{pins}"))?;
        fs::write(folder.join(INSTALLED), wanted)?;
    }
    Ok(folder)
}

/// The path of a program of crates.io in this version, compiled below `target/cargo` unless it is there.
pub(crate) fn cargo_program(name: &str, version: &str, features: &str) -> Result<PathBuf> {
    let root = workspace_root()
        .join("target/cargo")
        .join(format!("{name}-{version}"));
    let path = root.join("bin").join(name);
    if !path.exists() {
        println!("       installing {name} {version}");
        let mut install = cargo(&["install", name, "--locked", "--quiet", "--force"]);
        install.args(["--version", version, "--features", features, "--root"]);
        install.arg(root);
        succeed(install)?;
    }
    Ok(path)
}

fn pip(python: &Path, folder: &Path, command: &[&str]) -> Result<()> {
    let mut pip = Command::new(python);
    pip.args(["-m", "pip"]).args(command);
    pip.args(["--quiet", "--no-input", "--no-deps"]);
    pip.args(["--disable-pip-version-check", "--retries=4", "--timeout=30"]);
    pip.args(["--requirement", "requirements.txt"]);
    pip.current_dir(folder);
    output(pip).map(drop)
}
