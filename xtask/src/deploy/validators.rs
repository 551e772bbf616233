//! Tools from the Python package index, in a folder of their own below `target`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::is_there;
use crate::command::{program, workspace_root};

const LIST: &str = "deploy/validators.txt";
const FOLDER: &str = "target/deploy-validators";

/// The tools of the list, installed.
pub(super) struct Validators {
    programs: PathBuf,
}

impl Validators {
    /// Installs the tools unless exactly those are there; else the reason why they are not.
    pub(super) fn at_hand() -> Result<Self, String> {
        let root = workspace_root();
        let folder = root.join(FOLDER);
        let list =
            fs::read_to_string(root.join(LIST)).map_err(|error| format!("{LIST}: {error}"))?;
        let installed = folder.join("installed.txt");
        if fs::read_to_string(&installed).is_ok_and(|installed| installed == list) {
            return Ok(Self {
                programs: folder.join("bin"),
            });
        }
        if !is_there("python3", "--version") {
            return Err("python3 is not installed".to_owned());
        }
        println!("       installing the validators of {LIST} into {FOLDER}");
        install(&folder)?;
        fs::write(&installed, list).map_err(|error| format!("{FOLDER}: {error}"))?;
        Ok(Self {
            programs: folder.join("bin"),
        })
    }

    pub(super) fn command(&self, tool: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.programs.join(tool));
        command.args(arguments).current_dir(workspace_root());
        command
    }
}

fn install(folder: &Path) -> Result<(), String> {
    let mut make = program("python3", &["-m", "venv", "--clear"]);
    make.arg(folder);
    quietly(make, "python3 has no module venv")?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
    ]);
    pip.args(["--retries", "1", "--timeout", "20", "--requirement", LIST])
        .current_dir(workspace_root());
    quietly(pip, "pip could not install the validators")
}

fn quietly(mut command: Command, otherwise: &str) -> Result<(), String> {
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if status.is_ok_and(|status| status.success()) {
        Ok(())
    } else {
        Err(otherwise.to_owned())
    }
}
