//! Every crate of the workspace inherits the workspace's lints, licence and toolchain, and takes its dependencies from there.
//! What `release` does not optimize, `shipping` does.

use toml::{Table, Value};

use crate::checkers::Findings;
use crate::tree::{ProjectFile, text_files};

pub(super) fn check(files: &[ProjectFile]) -> Findings {
    let manifests = text_files(files, "", "Cargo.toml");
    manifests
        .filter(|(path, _)| !path.starts_with("examples/"))
        .flat_map(|(path, text)| findings(path, text))
        .collect()
}

fn findings(path: &str, text: &str) -> Findings {
    let manifest: Table = match toml::from_str(text) {
        Ok(manifest) => manifest,
        Err(error) => return vec![format!("{path}: {}", error.message())],
    };
    if !manifest.contains_key("package") {
        return manifest.get("profile").map(unoptimized).unwrap_or_default();
    }
    let package = |key| manifest.get("package").and_then(|package| package.get(key));
    let shared = ["version", "edition", "rust-version", "license"].map(|key| (key, package(key)));
    let mut shared = shared.to_vec();
    shared.push(("lints", manifest.get("lints")));
    let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
    let tables = tables
        .iter()
        .filter_map(|table| manifest.get(*table)?.as_table());
    for (name, value) in tables.flatten() {
        shared.push((name, Some(value)));
    }
    shared.retain(|(_, value)| !value.is_some_and(is_inherited));
    let keys = shared.iter().map(|(key, _)| key);
    keys.map(|key| format!("{path}: {key} is not inherited"))
        .collect()
}

/// What the profile `shipping` does not optimize, or inherits from `release` without.
fn unoptimized(profiles: &Value) -> Findings {
    let is_optimized =
        |of: Option<&Value>| of.and_then(|of| of.get("opt-level")) == Some(&Value::Integer(3));
    let packages = |profile| profiles.get(profile)?.get("package")?.as_table();
    let shipped = |name: &String| packages("shipping")?.get(name);
    let of_release = packages("release").into_iter().flatten();
    let inherited = of_release
        .filter(|(name, of_release)| !is_optimized(shipped(name).or(Some(of_release))))
        .map(|(name, _)| name.as_str());
    let by_default = (!is_optimized(profiles.get("shipping"))).then_some("every package");
    inherited
        .chain(by_default)
        .map(|what| format!("Cargo.toml: the profile shipping does not optimize {what}"))
        .collect()
}

fn is_inherited(value: &Value) -> bool {
    // A crate names itself by its path to enable a feature for its tests.
    let is_itself = value.get("path").and_then(Value::as_str) == Some(".");
    is_itself || value.get("workspace").and_then(Value::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::findings;

    #[test]
    fn whatever_is_not_inherited_is_found() {
        let right = "[package]\nversion.workspace = true\nedition.workspace = true\n\
            rust-version.workspace = true\nlicense.workspace = true\n\
            [dependencies]\nserde = { workspace = true, optional = true }\n\
            [dev-dependencies]\npayments-core = { path = \".\", features = [\"mocks\"] }\n\
            [lints]\nworkspace = true\n";
        assert!(findings("Cargo.toml", right).is_empty());
        let wrong = right.replace("license.workspace = true", "license = \"MIT\"");
        assert_eq!(findings("a", &wrong), ["a: license is not inherited"]);
        let wrong = right.replace("{ workspace = true, optional = true }", "\"1\"");
        assert_eq!(findings("a", &wrong), ["a: serde is not inherited"]);
        let wrong = right.replace("[lints]\nworkspace = true", "");
        assert_eq!(findings("a", &wrong), ["a: lints is not inherited"]);
        let of_release = "[profile.release.package]\na.opt-level = 3\nb.opt-level = 1\nc = {}\n";
        let wrong = format!(
            "{of_release}[profile.shipping]\nopt-level = 3\n[profile.shipping.package]\nb.opt-level = 3\n"
        );
        let found = "Cargo.toml: the profile shipping does not optimize c";
        assert_eq!(findings("Cargo.toml", &wrong), [found]);
        let wrong = "[profile.shipping]\n";
        let found = "Cargo.toml: the profile shipping does not optimize every package";
        assert_eq!(findings("Cargo.toml", wrong), [found]);
    }
}
