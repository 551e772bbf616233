//! The deployment files, each checked by the tool of its kind.

use std::fs;

use anyhow::{Context, Result};

use crate::checkers::{Checkers, Findings, Outcome};
use crate::command::{is_installed, program};
use crate::tree::{ProjectFile, text, text_files};

mod chart;
mod monitoring;
mod promql;

/// The oldest Kubernetes that is supported upstream; its schemas refuse unknown fields.
const KUBERNETES_VERSION: &str = "1.34.0";
const MANIFESTS: &str = "deploy/kubernetes/";
const KUSTOMIZATION: &str = "deploy/kubernetes/kustomization.yaml";
/// The highest exposure that `systemd-analyze security` may report, of 100.
const MAX_EXPOSURE: &str = "--threshold=20";
/// The program's path in the units. It is not installed where they are checked.
const INSTALLED: &str = "/usr/local/bin/payments";

/// Runs every check whose tool is available. With `bless` the rendered chart replaces the manifests.
pub(crate) fn check(
    files: &[ProjectFile],
    checkers: &Checkers,
    bless: bool,
) -> Result<Vec<(&'static str, Outcome)>> {
    let mut outcomes = chart::check(files, checkers, bless)?;
    outcomes.extend(monitoring::check(files)?);
    let manifests = text_files(files, MANIFESTS, ".yaml").map(|(path, _)| path);
    let manifests = manifests.filter(|path| !path[MANIFESTS.len()..].contains('/'));
    let manifests: Vec<&str> = manifests.filter(|path| *path != KUSTOMIZATION).collect();
    let compose = ["--builtin-schema", "vendor.compose-spec", "compose.yaml"];
    let bases = text_files(files, "xtask/image/", ".Dockerfile").map(|(path, _)| path);
    let dockerfiles: Vec<&str> = ["--no-color", "Dockerfile"]
        .into_iter()
        .chain(bases)
        .collect();
    let unlisted = unlisted(text(files, KUSTOMIZATION), &manifests);
    outcomes.extend([
        (
            "deployment: Dockerfiles (hadolint)",
            checkers.run("hadolint", &dockerfiles),
        ),
        (
            "deployment: compose.yaml (compose-spec)",
            checkers.run("check-jsonschema", &compose),
        ),
        (
            "deployment: manifests (kubernetes-validate)",
            validate(checkers, &manifests),
        ),
        (
            "deployment: the kustomization lists every manifest",
            Outcome::Ran(unlisted),
        ),
        ("deployment: units (systemd-analyze)", units(files)?),
        (
            "deployment: image and compose.yaml in use",
            Outcome::NotRun("it takes minutes: `cargo xtask image`".to_owned()),
        ),
        (
            "deployment: manifests in use",
            Outcome::NotRun("they need a cluster".to_owned()),
        ),
    ]);
    Ok(outcomes)
}

/// Whether the manifests are what this version of Kubernetes accepts.
fn validate(checkers: &Checkers, manifests: &[&str]) -> Outcome {
    let version = ["--kubernetes-version", KUBERNETES_VERSION];
    let arguments = [&version[..], &["--strict", "--quiet"], manifests].concat();
    checkers.run("kubernetes-validate", &arguments)
}

/// Manifests that are not in the list `resources:` (YAML's block style), and the reverse.
fn unlisted(kustomization: &str, manifests: &[&str]) -> Findings {
    let list = kustomization
        .lines()
        .skip_while(|line| *line != "resources:")
        .skip(1);
    let listed: Vec<&str> = list.map_while(|line| line.strip_prefix("  - ")).collect();
    let names = manifests.iter().filter_map(|path| path.rsplit('/').next());
    let present: Vec<&str> = names.collect();
    let unlisted = present.iter().filter(|name| !listed.contains(name));
    let missing = listed.iter().filter(|name| !present.contains(name));
    unlisted
        .map(|name| format!("{KUSTOMIZATION} does not list {name}"))
        .chain(missing.map(|name| format!("{KUSTOMIZATION} lists {name}, which does not exist")))
        .collect()
}

/// Whether systemd understands every line of the units, and how exposed the service is.
fn units(files: &[ProjectFile]) -> Result<Outcome> {
    if !is_installed("systemd-analyze") {
        let reason = "systemd-analyze is not installed".to_owned();
        return Ok(Outcome::NotRun(reason));
    }
    let folder = tempfile::tempdir()?;
    let program_path = std::env::current_exe().context("this program has no path")?;
    let mut findings = Findings::new();
    for (path, unit) in text_files(files, "deploy/systemd/", ".service") {
        // A template is verified as one of its units.
        let name = path.rsplit('/').next().unwrap_or(path);
        let name = &name.replace("@.", "@8080.");
        let copy = folder.path().join(name);
        let unit = unit.replace(INSTALLED, &program_path.to_string_lossy());
        fs::write(&copy, unit)?;
        let analyze = |arguments: &[&str]| {
            let output = program("systemd-analyze", arguments).arg(&copy).output()?;
            let text = [output.stdout, output.stderr].concat();
            let text = String::from_utf8_lossy(&text).into_owned();
            Ok::<_, anyhow::Error>((output.status.success(), text))
        };
        // `verify` succeeds even when it reports errors, and reports those of other units too.
        let (_, text) = analyze(&["verify", "--man=no"])?;
        let of_unit = text.lines().filter(|line| line.contains(name));
        findings.extend(of_unit.map(str::to_owned));
        let (is_good, text) = analyze(&["security", "--offline=true", MAX_EXPOSURE, "--no-pager"])?;
        if !is_good {
            let last = text.lines().last();
            findings.push(last.unwrap_or("systemd-analyze failed").to_owned());
        }
    }
    Ok(Outcome::Ran(findings))
}

#[cfg(test)]
mod tests {
    use super::{KUSTOMIZATION, unlisted};

    #[test]
    fn every_manifest_is_listed_and_every_listed_one_exists() {
        let text = "labels:\n  - pairs: {}\nresources:\n  - a.yaml\n  - b.yaml\nimages:\n  - c\n";
        assert!(unlisted(text, &["deploy/a.yaml", "deploy/b.yaml"]).is_empty());
        let missing = format!("{KUSTOMIZATION} lists b.yaml, which does not exist");
        assert_eq!(unlisted(text, &["deploy/a.yaml"]), [missing]);
        let forgotten = format!("{KUSTOMIZATION} does not list d.yaml");
        let present = ["x/a.yaml", "x/b.yaml", "x/d.yaml"];
        assert_eq!(unlisted(text, &present), [forgotten]);
    }
}
