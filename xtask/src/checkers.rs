//! The outcome of a check, and the pinned programs that check.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::command::{command_line, program};
use crate::pinned;

/// Each sentence says what is wrong and where.
pub(crate) type Findings = Vec<String>;

/// The result of one check.
pub(crate) enum Outcome {
    Ran(Findings),
    NotRun(String),
}

/// Programs that check, installed from `PyPI`.
pub(crate) struct Checkers(Result<PathBuf>);

impl Checkers {
    pub(crate) fn install() -> Self {
        Self(pinned::python("xtask/checkers", "checkers"))
    }

    /// Runs one of the programs.
    pub(crate) fn run(&self, name: &str, arguments: &[&str]) -> Outcome {
        let folder = match &self.0 {
            Ok(folder) => folder,
            Err(error) => return Outcome::NotRun(format!("{error:#}")),
        };
        let mut command = program(&folder.join(name).to_string_lossy(), arguments);
        Outcome::Ran(findings(&mut command))
    }
}

/// Runs a command. If it fails, each line of its output is a finding.
pub(crate) fn findings(command: &mut Command) -> Findings {
    match command.stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => Findings::new(),
        Ok(output) => {
            let text = [output.stdout, output.stderr].concat();
            let text = String::from_utf8_lossy(&text).trim().to_owned();
            let status = format!("`{}`: {}", command_line(command), output.status);
            text.lines().map(str::to_owned).chain([status]).collect()
        }
        Err(error) => vec![format!("`{}`: {error}", command_line(command))],
    }
}
