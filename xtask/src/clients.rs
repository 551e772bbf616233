//! `cargo xtask clients`: the service's API description is valid, the service conforms to it, and what is generated from
//! it works as its users install it: the TypeScript and the Python package, the shops in `examples` that use them, and a
//! collection of requests.
//!
//! The generators' versions are pinned in `xtask/clients`. Everything generated is below `target/clients`; what users get
//! is in its folder `dist`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::checkers::findings;
use crate::command::{
    cargo, delete_folder, output, program, succeed, target_directory, workspace_root,
};
use crate::pinned;
use crate::server::Server;
use crate::services::programs;

mod collection;
mod description;
mod python;
mod typescript;

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
    // As `cargo build` and `cargo test` leave it.
    let payments = target_directory()?.join("debug/payments");
    let folder = workspace_root().join("target/clients");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let text = output(program(&payments.to_string_lossy(), &["openapi"]))?;
    let description = folder.join("openapi.json");
    fs::write(&description, &text)?;
    with_demo_store(&payments, |url| conforms(&description, url)).context("the description")?;
    println!("ok     description: valid OpenAPI, and the service conforms to it (schemathesis)");
    let sources = Sources::write(&folder, serde_json::from_str(&text)?)?;
    // Another store: the first has what schemathesis wrote.
    with_demo_store(&payments, |url| {
        sources.try_packages(url)?;
        collection::check(&sources, url).context("the collection")
    })?;
    println!(
        "ok     generated, installed and used: TypeScript, Next.js, Python, Django, collection"
    );
    sources.print_archives()
}

/// Generates the packages from a description, and runs the journeys of their users at a service with the demo store.
pub(crate) fn journeys(description: &Path, url: &str) -> Result<()> {
    let text = fs::read_to_string(description)?;
    let folder = description.parent().context("a folder")?;
    Sources::write(folder, serde_json::from_str(&text)?)?.try_packages(url)
}

/// What clients are generated from, and where they go.
struct Sources {
    description: Value,
    description_file: PathBuf,
    version: String,
    archives: PathBuf,
}

impl Sources {
    fn write(folder: &Path, description: Value) -> Result<Self> {
        let description = description::for_generators(description);
        let description_file = folder.join("for-generators.json");
        fs::write(&description_file, description.to_string())?;
        let archives = folder.join("dist");
        delete_folder(&archives)?;
        fs::create_dir_all(&archives)?;
        let version = description["info"]["version"].as_str();
        Ok(Self {
            version: version.context("the API has no version")?.to_owned(),
            description,
            description_file,
            archives,
        })
    }

    /// Completes the sources of a package: the version in its manifest, and the licences.
    fn complete(&self, package: &Path, manifest: &str) -> Result<()> {
        let manifest = package.join(manifest);
        let text = fs::read_to_string(&manifest)?;
        fs::write(&manifest, text.replacen("0.0.0", &self.version, 1))?;
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            fs::copy(workspace_root().join(licence), package.join(licence))?;
        }
        Ok(())
    }

    fn try_packages(&self, url: &str) -> Result<()> {
        typescript::check(self, url).context("the TypeScript client")?;
        python::check(self, url).context("the Python client")
    }

    fn print_archives(&self) -> Result<()> {
        for entry in fs::read_dir(&self.archives)? {
            let entry = entry?;
            let kilobytes = entry.metadata()?.len().div_ceil(1000);
            println!("       {} ({kilobytes} kB)", entry.path().display());
        }
        Ok(())
    }
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
    let programs = pinned::python("xtask/clients/description", "clients/description")?;
    let mut check = Command::new(programs.join("python"));
    check.arg(workspace_root().join("xtask/clients/description/check.py"));
    check.arg(description).arg(url);
    succeed(check)
}

/// Runs a command; its output is shown only if it fails.
fn quietly(mut command: Command) -> Result<()> {
    let findings = findings(&mut command);
    ensure!(findings.is_empty(), "{}", findings.join("\n"));
    Ok(())
}
