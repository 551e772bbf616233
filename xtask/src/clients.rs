//! `cargo xtask clients`: the service's API description is valid, the service conforms to it, and the clients
//! generated from it compile and work.
//!
//! The generators' versions are pinned in `xtask/clients`; everything generated is below `target/clients`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::command::{cargo, output, program, succeed, target_directory};
use crate::pinned;
use crate::server::Server;
use crate::services::programs;

pub(crate) fn run() -> Result<()> {
    succeed(cargo(&[
        "build",
        "--package=payments-http",
        "--bin=payments",
    ]))?;
    check()
}

/// Installs the programs that the checks need.
pub(crate) fn prepare() -> Result<()> {
    for suite in [&programs::CURL, &programs::NODE, &programs::PYTHON] {
        suite.folder()?;
    }
    Ok(())
}

/// Checks the program that was built last.
pub(crate) fn check() -> Result<()> {
    prepare()?;
    let target = target_directory()?;
    // As `cargo build` and `cargo test` leave it.
    let payments = target.join("debug/payments");
    let folder = target.join("clients");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let description = folder.join("openapi.json");
    let text = output(program(&payments.to_string_lossy(), &["openapi"]))?;
    fs::write(&description, text)?;
    with_demo_store(&payments, |url| conforms(&description, url)).context("the description")?;
    println!("ok     description: valid OpenAPI, and the service conforms to it (schemathesis)");
    // Another store: the first has what schemathesis wrote.
    with_demo_store(&payments, |url| journeys(&description, url))?;
    println!("ok     clients generated from the description: TypeScript, Python");
    Ok(())
}

/// Runs the journeys of both generated clients at a service with the demo store.
pub(crate) fn journeys(description: &Path, url: &str) -> Result<()> {
    typescript(description, url).context("the TypeScript client")?;
    python(description, url).context("the Python client")
}

/// Calls `journey` with the URL of a service with the demo store in a temporary folder.
fn with_demo_store(payments: &Path, journey: impl FnOnce(&str) -> Result<()>) -> Result<()> {
    let folder = TempDir::new().context("no temporary folder")?;
    let mut service = Server::start(&folder.path().join("service.log"), |address| {
        let mut command = Command::new(payments);
        command.current_dir(folder.path());
        command.env("PAYMENTS__LOG__FILTER", "error");
        command.env("PAYMENTS__HTTP__BIND", address.to_string());
        Ok(command)
    })?;
    service.wait_for("/health/ready", |response| response.status() == 200)?;
    journey(&format!("http://{}", service.address()))
}

/// Whether the description is valid, and the service at the URL conforms to it.
pub(crate) fn conforms(description: &Path, url: &str) -> Result<()> {
    let (folder, python) = environment("description")?;
    let mut check = Command::new(python);
    check.arg(folder.join("check.py")).arg(description).arg(url);
    succeed(check)
}

/// Generates the client without a warning and saves a card with it.
fn python(description: &Path, url: &str) -> Result<()> {
    let (folder, python) = environment("python")?;
    let mut generate = Command::new(&python);
    generate.args(["-m", "openapi_python_client", "generate", "--overwrite"]);
    generate.args(["--meta=none", "--fail-on-warning"]);
    generate.arg("--path").arg(description);
    generate
        .arg("--output-path")
        .arg(folder.join("payments_client"));
    generate.arg("--config").arg(folder.join("generator.yaml"));
    succeed(generate)?;
    let mut journey = Command::new(python);
    journey.arg(folder.join("journey.py")).arg(url);
    succeed(journey)
}

/// The folder of a Python check and its interpreter.
fn environment(name: &str) -> Result<(PathBuf, PathBuf)> {
    let programs = pinned::python(&format!("xtask/clients/{name}"), &format!("clients/{name}"))?;
    let folder = programs.ancestors().nth(2);
    let folder = folder.context("the environment has no folder")?;
    Ok((folder.to_owned(), programs.join("python")))
}

/// Compiles the generated types under `strict` and runs a journey that uses them.
fn typescript(description: &Path, url: &str) -> Result<()> {
    let folder = pinned::node("xtask/clients/typescript", "clients/typescript")?;
    let node = |arguments: &[&str]| {
        let mut node = program("node", arguments);
        node.current_dir(&folder);
        succeed(node)
    };
    let description = description.to_string_lossy();
    let generator = "node_modules/openapi-typescript/bin/cli.js";
    node(&[generator, &description, "--output", "payments.d.ts"])?;
    node(&["node_modules/typescript/bin/tsc", "--project", "."])?;
    node(&["compiled/journey.js", url])
}
