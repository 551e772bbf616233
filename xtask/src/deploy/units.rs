//! systemd's own word on the units: that it understands every line, and how much a break-in could reach.

use std::fs;

use anyhow::{Context, Result};

use super::{Outcome, is_there, paths};
use crate::command::program;
use crate::tree::ProjectFile;

/// Of 100, as `systemd-analyze security` counts; 0 is a service that can do nothing.
const MOST_EXPOSED: &str = "--threshold=20";
/// Where the units expect the program. It is not installed where they are checked.
const INSTALLED: &str = "/usr/local/bin/payments";

/// # Errors
/// The units cannot be copied.
pub(super) fn check(files: &[ProjectFile]) -> Result<Outcome> {
    if !is_there("systemd-analyze", "--version") {
        return Ok(Outcome::NotRun(
            "systemd-analyze is not installed".to_owned(),
        ));
    }
    let folder = tempfile::tempdir()?;
    let stand_in = std::env::current_exe().context("this program has no path")?;
    let stand_in = stand_in.display().to_string();
    let mut complaints = Vec::new();
    for path in paths(files, "deploy/systemd/", ".service") {
        let name = path.rsplit('/').next().unwrap_or(path);
        let unit = files
            .iter()
            .find(|file| file.path == path)
            .and_then(|file| file.text.as_deref());
        let copy = folder.path().join(name);
        fs::write(
            &copy,
            unit.unwrap_or_default().replace(INSTALLED, &stand_in),
        )?;
        let copy = copy.display().to_string();
        // It says what it does not understand and succeeds nevertheless; of other units it speaks as well.
        let said = words(&["verify", "--man=no", &copy])?;
        complaints.extend(
            said.lines()
                .filter(|line| line.contains(name))
                .map(str::to_owned),
        );
        let mut security = program(
            "systemd-analyze",
            &["security", "--offline=true", MOST_EXPOSED],
        );
        let security = security.args(["--no-pager", &copy]).output()?;
        if !security.status.success() {
            let verdict = String::from_utf8_lossy(&security.stdout);
            complaints.push(
                verdict
                    .lines()
                    .last()
                    .unwrap_or("systemd-analyze security failed")
                    .to_owned(),
            );
        }
    }
    Ok(if complaints.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed(complaints.join("\n"))
    })
}

fn words(arguments: &[&str]) -> Result<String> {
    let output = program("systemd-analyze", arguments).output()?;
    Ok(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}
