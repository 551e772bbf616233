//! Every crate obeys the workspace's lints, licence and toolchain, and names its dependencies there.

use toml::{Table, Value};

use super::Complaints;
use crate::tree::{ProjectFile, text_files};

/// Keys of `[package]` that are said once, in the root's `[workspace.package]`.
const SAID_ONCE: [&str; 4] = ["version", "edition", "rust-version", "license"];
const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

pub(super) fn check(files: &[ProjectFile]) -> Complaints {
    let of_crates = text_files(files, "crates/", "/Cargo.toml");
    let of_xtask = text_files(files, "xtask/", "/Cargo.toml");
    of_crates
        .chain(of_xtask)
        .flat_map(|(path, text)| complaints(path, text))
        .collect()
}

fn complaints(path: &str, text: &str) -> Complaints {
    let manifest: Table = match toml::from_str(text) {
        Ok(manifest) => manifest,
        Err(error) => return vec![format!("{path}: {}", error.message())],
    };
    let mut complaints = Complaints::new();
    if !inherits(manifest.get("lints")) {
        complaints.push(format!("{path} does not say `[lints] workspace = true`"));
    }
    let package = manifest.get("package").and_then(Value::as_table);
    for key in SAID_ONCE {
        if !inherits(package.and_then(|package| package.get(key))) {
            complaints.push(format!("{path} does not say `{key}.workspace = true`"));
        }
    }
    for (name, value) in DEPENDENCIES
        .iter()
        .filter_map(|table| manifest.get(*table)?.as_table())
        .flatten()
    {
        // A crate names itself by its path to turn on a feature of its own for its tests.
        let itself = value.get("path").and_then(Value::as_str) == Some(".");
        if !inherits(Some(value)) && !itself {
            complaints.push(format!("{path}: {name} does not come from the workspace"));
        }
    }
    complaints
}

fn inherits(value: Option<&Value>) -> bool {
    value
        .and_then(|value| value.get("workspace"))
        .and_then(Value::as_bool)
        == Some(true)
}

#[cfg(test)]
mod tests {
    use super::complaints;

    const RIGHT: &str = r#"
        [package]
        name = "payments-core"
        version.workspace = true
        edition.workspace = true
        rust-version.workspace = true
        license.workspace = true
        [dependencies]
        serde.workspace = true
        mockall = { workspace = true, optional = true }
        [dev-dependencies]
        payments-core = { path = ".", features = ["mocks"] }
        [lints]
        workspace = true
    "#;

    fn check(manifest: &str, expected: &[&str]) {
        assert_eq!(complaints("Cargo.toml", manifest), expected);
    }

    #[test]
    fn a_crate_that_inherits_everything_is_right() {
        check(RIGHT, &[]);
    }

    #[test]
    fn a_crate_that_escapes_the_lints_is_found() {
        let escaped = RIGHT.replace("[lints]\n        workspace = true", "");
        check(
            &escaped,
            &["Cargo.toml does not say `[lints] workspace = true`"],
        );
    }

    #[test]
    fn a_crate_with_a_licence_of_its_own_is_found() {
        let own = RIGHT.replace("license.workspace = true", "license = \"MIT\"");
        check(
            &own,
            &["Cargo.toml does not say `license.workspace = true`"],
        );
    }

    #[test]
    fn a_version_said_twice_is_found() {
        let twice = RIGHT.replace("serde.workspace = true", "serde = \"1\"");
        check(
            &twice,
            &["Cargo.toml: serde does not come from the workspace"],
        );
    }
}
