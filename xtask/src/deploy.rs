//! The deployment files, each looked at by the tool of its own kind.
//!
//! What is missing on a machine is said and is no failure: nobody needs Python or systemd to work on the service.

use std::process::{Command, Stdio};

use anyhow::Result;

use crate::command::program;
use crate::tree::ProjectFile;

mod kustomization;
mod settings;
mod units;
mod validators;

use validators::Validators;

/// The Kubernetes whose schemas the manifests have to meet, unknown fields refused: the oldest that is supported upstream.
const KUBERNETES_VERSION: &str = "1.34.0";
const KUSTOMIZATION: &str = "deploy/kubernetes/kustomization.yaml";

/// What no tool without a container engine or a cluster can say.
const NEVER_RUN: &str = "building the image, starting compose.yaml, applying the manifests (they need an engine or a cluster)";

/// What came of one check.
enum Outcome {
    Passed,
    Failed(String),
    NotRun(String),
}

/// Runs every check that this machine has the tool for, and prints what came of it. The names of those that failed.
///
/// # Errors
/// A file of the project cannot be read.
pub(crate) fn check(files: &[ProjectFile]) -> Result<Vec<&'static str>> {
    let manifests: Vec<&str> = paths(files, "deploy/kubernetes/", ".yaml")
        .filter(|path| *path != KUSTOMIZATION)
        .collect();
    let validators = Validators::at_hand();
    let validated = |tool: &str, arguments: &[&str]| match &validators {
        Ok(validators) => run(validators.command(tool, arguments)),
        Err(reason) => Outcome::NotRun(reason.clone()),
    };
    let mut kubernetes = vec![
        "--kubernetes-version",
        KUBERNETES_VERSION,
        "--strict",
        "--quiet",
    ];
    kubernetes.extend(&manifests);
    let compose = ["--builtin-schema", "vendor.compose-spec", "compose.yaml"];
    let outcomes = [
        (
            "deployment: Dockerfile (hadolint)",
            validated("hadolint", &["--no-color", "Dockerfile"]),
        ),
        (
            "deployment: compose.yaml (compose-spec)",
            validated("check-jsonschema", &compose),
        ),
        (
            "deployment: manifests (kubernetes-validate)",
            validated("kubernetes-validate", &kubernetes),
        ),
        (
            "deployment: settings are the service's",
            settings::check(files)?,
        ),
        (
            "deployment: kustomization lists them all",
            kustomization::check(files, &manifests),
        ),
        ("deployment: units (systemd-analyze)", units::check(files)?),
    ];
    let failed = outcomes
        .into_iter()
        .filter_map(|(name, outcome)| report(name, &outcome));
    let failed = failed.collect();
    println!("not run {NEVER_RUN}");
    Ok(failed)
}

fn paths<'a>(
    files: &'a [ProjectFile],
    folder: &'a str,
    extension: &'a str,
) -> impl Iterator<Item = &'a str> {
    let paths = files.iter().map(|file| &*file.path);
    paths.filter(move |path| path.starts_with(folder) && path.ends_with(extension))
}

/// The name, if the check failed.
fn report(name: &'static str, outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Passed => println!("ok     {name}"),
        Outcome::NotRun(reason) => println!("not run {name}: {reason}"),
        Outcome::Failed(complaint) => {
            println!("FAILED {name}");
            for line in complaint.lines() {
                println!("       - {line}");
            }
            return Some(name);
        }
    }
    None
}

/// A tool's verdict on the project's own files.
fn run(mut command: Command) -> Outcome {
    match command.stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => Outcome::Passed,
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            Outcome::Failed(String::from_utf8_lossy(&said).trim().to_owned())
        }
        Err(error) => Outcome::Failed(format!("`{}`: {error}", crate::command::spoken(&command))),
    }
}

/// Whether a program is on the path and says so.
fn is_there(name: &str, argument: &str) -> bool {
    let mut command = program(name, &[argument]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
