//! `cargo xtask screenshots`: the browser tests retake the documentation's screenshots.

use std::fs;
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::command::{cargo, delete_folder, program, succeed, workspace_root};
use crate::services::programs;

const TAKEN: &str = "target/pictures";
const KEPT: &str = "docs/pictures";
const FIGURES: &str = "target/figures.md";

pub(crate) fn run() -> Result<()> {
    programs::BROWSER.folder()?;
    programs::FONTS.folder()?;
    let (taken, kept) = (workspace_root().join(TAKEN), workspace_root().join(KEPT));
    delete_folder(&taken)?;
    let arguments = ["test", "--package", "payments-http", "--all-features"];
    let mut tests = cargo(&arguments);
    tests.args(["--test", "browser", "--", "pictures::", "weight::"]);
    // The test fails when a screenshot differs from the one in docs, which is expected here.
    tests.stdout(Stdio::null());
    tests.status().context("`cargo test` cannot be started")?;
    // Written last, after all screenshots.
    if !taken.join("seen.txt").is_file() {
        bail!("not every screenshot could be taken");
    }
    delete_folder(&kept)?;
    succeed(program("cp", &["-r", TAKEN, KEPT]))?;
    let figures = fs::read_to_string(workspace_root().join(FIGURES));
    println!("\n{}", figures.context("the pages were not measured")?);
    println!("{KEPT}: review the screenshots before you commit them");
    Ok(())
}
