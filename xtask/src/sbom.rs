//! The list of the crates in the program, in `CycloneDX`'s format.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::command::{cargo, delete_folder, output, program, succeed, workspace_root};
use crate::pinned;

const VERSION: &str = "0.5.7";
const PACKAGE: &str = "payments-http";
const FILE: &str = "payments.cdx.json";

/// Writes the file into a folder.
pub(crate) fn write(folder: &Path) -> Result<()> {
    let cyclonedx = pinned::cargo_program("cargo-cyclonedx", VERSION, "")?;
    let features = &features()?;
    // It writes a file into each package.
    let copy = folder.join("source");
    delete_folder(&copy)?;
    let prefix = format!("--prefix={}/", copy.display());
    succeed(program("git", &["checkout-index", "--all", &prefix]))?;
    let package = copy.join("crates").join(PACKAGE);
    let mut list = program(&cyclonedx.to_string_lossy(), &["cyclonedx", "--quiet"]);
    list.args(["--format=json", "--spec-version=1.5"]);
    list.args(["--override-filename=bom", "--features", features]);
    list.arg("--manifest-path").arg(package.join("Cargo.toml"));
    succeed(list)?;
    let list = fs::read_to_string(package.join("bom.json"))?;
    delete_folder(&copy)?;
    // The path of the sources where the image is built.
    let list = list.replace(&*copy.to_string_lossy(), "/src");
    let mut list: Value = serde_json::from_str(&list).context("the SBOM")?;
    let crates = crates(features)?;
    keep(&mut list, &crates)?;
    let file = folder.join(FILE);
    fs::write(&file, serde_json::to_vec_pretty(&list)?)?;
    println!("ok     SBOM: {} crates in {}", crates.len(), file.display());
    Ok(())
}

/// The crates that the program and its build scripts are compiled from, as `name version`.
fn crates(features: &str) -> Result<BTreeSet<String>> {
    let mut tree = cargo(&[
        "tree",
        "--locked",
        "--package",
        PACKAGE,
        "--features",
        features,
    ]);
    tree.args(["--edges=normal,build", "--prefix=none", "--format={p}"]);
    Ok(output(tree)?.lines().filter_map(name).collect())
}

/// `name version` of a line `name v1.0.0 (proc-macro) (*)`.
fn name(line: &str) -> Option<String> {
    let mut words = line.split(' ');
    let (name, version) = (words.next()?, words.next()?);
    Some(format!("{name} {}", version.trim_start_matches('v')))
}

/// Removes from the list what only other packages of the workspace and tests use. Fails if a crate is missing.
fn keep(list: &mut Value, crates: &BTreeSet<String>) -> Result<()> {
    let identity = |component: &Value| {
        let text = |key: &str| component[key].as_str().unwrap_or_default().to_owned();
        (
            format!("{} {}", text("name"), text("version")),
            text("bom-ref"),
        )
    };
    let (program, program_reference) = identity(&list["metadata"]["component"]);
    let components = list["components"].as_array_mut();
    let components = components.context("the SBOM has no components")?;
    components.retain(|component| crates.contains(&identity(component).0));
    let (mut names, mut references): (BTreeSet<_>, BTreeSet<_>) =
        components.iter().map(identity).unzip();
    names.insert(program);
    references.insert(program_reference);
    let missing: Vec<_> = crates.difference(&names).collect();
    ensure!(missing.is_empty(), "the SBOM lacks {missing:?}");
    let is_kept = |reference: &Value| reference.as_str().is_some_and(|it| references.contains(it));
    let dependencies = list["dependencies"].as_array_mut();
    let dependencies = dependencies.context("the SBOM has no dependencies")?;
    dependencies.retain(|dependency| is_kept(&dependency["ref"]));
    let needed = dependencies
        .iter_mut()
        .filter_map(|it| it.get_mut("dependsOn")?.as_array_mut());
    needed.for_each(|needed| needed.retain(is_kept));
    Ok(())
}

/// The features that the program is built with for the image and for a release.
pub(crate) fn features() -> Result<String> {
    let dockerfile = fs::read_to_string(workspace_root().join("Dockerfile"))?;
    features_in(&dockerfile).map(str::to_owned)
}

fn features_in(dockerfile: &str) -> Result<&str> {
    let mut lines = dockerfile.lines();
    let features = lines.find_map(|line| line.strip_prefix("ARG FEATURES="));
    let features = features.context("the Dockerfile has no FEATURES")?;
    Ok(features.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::{features_in, keep, name};

    #[test]
    fn the_features_are_those_of_the_dockerfile() {
        assert_eq!(features_in("FROM x\nARG FEATURES=\"\"\n").unwrap(), "");
        assert_eq!(features_in("ARG FEATURES=\"a,b\"\n").unwrap(), "a,b");
        assert!(features_in("ARG OTHER=a\n").is_err());
    }

    #[test]
    fn a_crate_has_a_name_and_a_version() {
        assert_eq!(name("ring v0.17.1").unwrap(), "ring 0.17.1");
        assert_eq!(
            name("serde_derive v1.0.2 (proc-macro) (*)").unwrap(),
            "serde_derive 1.0.2"
        );
        assert_eq!(name(""), None);
    }

    #[test]
    fn what_only_tests_use_is_removed_and_nothing_else_is_missing() {
        let component = |name: &str| json!({ "name": name, "version": "1.0.0", "bom-ref": name });
        let mut list = json!({
            "metadata": { "component": component("payments-http") },
            "components": [component("ring"), component("mockall")],
            "dependencies": [
                { "ref": "payments-http", "dependsOn": ["mockall", "ring"] },
                { "ref": "ring" },
                { "ref": "mockall", "dependsOn": ["ring"] },
            ],
        });
        let mut crates = BTreeSet::from(["payments-http 1.0.0", "ring 1.0.0"].map(str::to_owned));
        keep(&mut list, &crates).unwrap();
        assert_eq!(list["components"], json!([component("ring")]));
        let expected =
            json!([{ "ref": "payments-http", "dependsOn": ["ring"] }, { "ref": "ring" }]);
        assert_eq!(list["dependencies"], expected);
        crates.insert("ring 2.0.0".to_owned());
        assert!(keep(&mut list, &crates).is_err());
    }
}
