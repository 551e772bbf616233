//! `cargo xtask screenshots`: the browser tests retake the documentation's screenshots.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::command::{cargo, workspace_root};
use crate::services::programs;

const TAKEN: &str = "target/pictures";
const KEPT: &str = "docs/pictures";
const FIGURES: &str = "target/figures.md";

#[derive(clap::Args)]
pub(crate) struct Options {}

pub(crate) fn run(_: &Options) -> Result<()> {
    programs::BROWSER.folder()?;
    let (taken, kept) = (workspace_root().join(TAKEN), workspace_root().join(KEPT));
    if taken.exists() {
        fs::remove_dir_all(&taken).with_context(|| format!("{TAKEN} cannot be deleted"))?;
    }
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
    replace(&taken, &kept)?;
    let figures = fs::read_to_string(workspace_root().join(FIGURES));
    println!("\n{}", figures.context("the pages were not measured")?);
    println!("{KEPT}: review the screenshots before you commit them");
    Ok(())
}

fn replace(taken: &Path, kept: &Path) -> Result<()> {
    if kept.exists() {
        fs::remove_dir_all(kept).with_context(|| format!("{KEPT} cannot be deleted"))?;
    }
    fs::create_dir_all(kept).with_context(|| format!("{KEPT} cannot be made"))?;
    for entry in fs::read_dir(taken)? {
        let entry = entry?;
        fs::copy(entry.path(), kept.join(entry.file_name()))?;
    }
    Ok(())
}
