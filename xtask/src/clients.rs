//! The service's own description, held against OpenAPI and the service, and clients generated from it: that they compile
//! and work shows that the description is good.
//!
//! Nothing generated is kept. The generators' versions are pinned in `xtask/clients`; they and what they make stand
//! below `target/clients`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::command::{cargo, output, program, succeed, target_directory, workspace_root};
use crate::services::programs;

mod demo;
mod description;
mod python;
mod typescript;

use demo::Demo;

/// Generates a TypeScript and a Python client from the description and lets each make a journey.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// # Errors
/// The service does not build, or what [`check`] says.
pub(crate) fn run(_: &Options) -> Result<()> {
    succeed(cargo(&[
        "build",
        "--package",
        "payments-http",
        "--bin",
        "payments",
    ]))?;
    check()
}

/// Installs what the checks need that is not there, if this process may do that.
///
/// # Errors
/// Something is missing and cannot be installed: in one line what.
pub(crate) fn prepare() -> Result<()> {
    for suite in [&programs::CURL, &programs::NODE, &programs::PYTHON] {
        suite.folder()?;
    }
    Ok(())
}

/// Checks the description and the clients of the program that was built last.
///
/// # Errors
/// Something is missing, the service does not keep to its description, a client cannot be generated, does not compile, or its journey ends badly.
pub(crate) fn check() -> Result<()> {
    prepare()?;
    // As `cargo build` and `cargo test` leave it.
    let payments = target_directory()?.join("debug/payments");
    let folder = workspace_root().join("target/clients");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let description = folder.join("openapi.json");
    let text = output(program(in_words(&payments)?, &["openapi"]))?;
    fs::write(&description, text)
        .with_context(|| format!("{} cannot be written", description.display()))?;
    let demo = Demo::start(&payments)?;
    description::check(&folder.join("description"), &description, demo.url())
        .context("the description")?;
    println!("ok     description: valid OpenAPI, and the service keeps to it (schemathesis)");
    // What was tried above is gone with its store.
    let demo = Demo::start(&payments)?;
    typescript::check(&folder.join("typescript"), &description, demo.url())
        .context("the TypeScript client")?;
    python::check(&folder.join("python"), &description, demo.url()).context("the Python client")?;
    println!("ok     clients generated from the description: TypeScript, Python");
    Ok(())
}

fn in_words(path: &Path) -> Result<&str> {
    path.to_str()
        .with_context(|| format!("{} is not UTF-8", path.display()))
}

/// Copies the kept files of a client into its folder. Says whether the one that pins the versions is another than
/// that of the last installation.
fn lay_out(folder: &Path, kept: &str, pins: &str) -> Result<bool> {
    let source = workspace_root().join("xtask/clients").join(kept);
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for entry in fs::read_dir(&source)? {
        let entry = entry?;
        fs::copy(entry.path(), folder.join(entry.file_name()))?;
    }
    let wanted = fs::read(source.join(pins))?;
    Ok(fs::read(folder.join(INSTALLED)).ok() != Some(wanted))
}

/// Remembers what was installed, when all of it was.
fn installed(folder: &Path, pins: &str) -> Result<()> {
    fs::copy(folder.join(pins), folder.join(INSTALLED))?;
    Ok(())
}

const INSTALLED: &str = "installed";
