//! Which crate may depend on which: `payments-http → {payments-store, payments-gateways, payments-demo, payments-console} → payments-core`; `payments-spans` is below all but the core.
//!
//! The `wrappers` of `deny.toml` keep crates of a registry in one layer (Actix, Diesel, Redis, …). This check covers what
//! `deny.toml` cannot express: the crates of the workspace among themselves, tests included, and everything the core
//! may use.

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::checkers::Findings;
use crate::command::{cargo, output};

/// A crate of the workspace and the crates of the workspace that it may depend on, tests included.
const LAYERS: &[(&str, &[&str])] = &[
    ("payments-core", &[]),
    ("payments-spans", &[]),
    ("payments-sql", &["payments-core", "payments-spans"]),
    (
        "payments-sqlite",
        &["payments-core", "payments-spans", "payments-sql"],
    ),
    (
        "payments-postgres",
        &["payments-core", "payments-spans", "payments-sql"],
    ),
    (
        "payments-store",
        &[
            "payments-core",
            "payments-spans",
            "payments-sql",
            "payments-sqlite",
            "payments-postgres",
        ],
    ),
    ("payments-gateways", &["payments-core", "payments-spans"]),
    ("payments-console", &["payments-core"]),
    ("payments-demo", &["payments-core"]),
    (
        "payments-http",
        &[
            "payments-console",
            "payments-core",
            "payments-demo",
            "payments-spans",
            "payments-store",
            "payments-gateways",
        ],
    ),
    ("payments-bench", &["payments-core"]),
    (
        "payments-assurance",
        &[
            "payments-core",
            "payments-gateways",
            "payments-http",
            "payments-store",
        ],
    ),
    ("xtask", &["payments-bench"]),
];

/// Everything the core may be built from: data, arithmetic and cryptography without I/O, clock, randomness or runtime.
const CORE_MAY_USE: &[&str] = &[
    "aes-gcm",
    "async-trait",
    "bigdecimal",
    "chrono",
    "hkdf",
    "hmac",
    "iso_currency",
    "serde",
    "serde_json",
    "sha2",
    "subtle",
    "thiserror",
    "zeroize",
];

/// What the core may use for its feature `mocks`: optional, so that it is never shipped.
const CORE_MAY_OFFER: &[&str] = &["futures-util", "mockall"];

/// Features that would bring a clock or randomness into the core.
const CORE_MUST_NOT_ENABLE: &[(&str, &[&str])] = &[
    ("chrono", &["clock", "now", "wasmbind"]),
    ("aes-gcm", &["getrandom", "os_rng", "rand_core"]),
];

/// The part of `cargo metadata --no-deps` that is read here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `None` for the ordinary `[dependencies]`.
    kind: Option<String>,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    features: Vec<String>,
    #[serde(default)]
    uses_default_features: bool,
}

pub(super) fn check() -> Result<Findings> {
    let arguments = ["metadata", "--quiet", "--no-deps", "--format-version=1"];
    findings(&output(cargo(&arguments))?)
}

fn findings(metadata: &str) -> Result<Findings> {
    let metadata: Metadata =
        serde_json::from_str(metadata).context("unexpected output of `cargo metadata`")?;
    let packages = &metadata.packages;
    let is_member = |name: &str| packages.iter().any(|package| package.name == name);
    let mut findings = Findings::new();
    for Package { name, dependencies } in packages {
        let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| layer == name) else {
            findings.push(format!("{name} needs a row in xtask/src/check/layering.rs"));
            continue;
        };
        for dependency in dependencies {
            let used = &*dependency.name;
            // A crate depends on itself to enable a feature for its tests.
            if is_member(used) && used != name && !allowed.contains(&used) {
                findings.push(format!("{name} must not depend on {used}"));
            }
            if name == "payments-core" {
                findings.extend(foreign_to_the_core(dependency));
            }
        }
    }
    Ok(findings)
}

fn foreign_to_the_core(dependency: &Dependency) -> Option<String> {
    let name = &*dependency.name;
    let is_offered = dependency.optional && CORE_MAY_OFFER.contains(&name);
    if dependency.kind.as_deref() == Some("dev") || is_offered {
        return None;
    }
    if !CORE_MAY_USE.contains(&name) {
        return Some(format!(
            "{name} is not on the list of what payments-core may use"
        ));
    }
    let (_, banned) = CORE_MUST_NOT_ENABLE
        .iter()
        .find(|(used, _)| *used == name)?;
    if dependency.uses_default_features {
        return Some(format!(
            "payments-core must use {name} without default features"
        ));
    }
    let mut enabled = dependency.features.iter();
    let enabled = enabled.find(|feature| banned.contains(&&***feature))?;
    Some(format!(
        "payments-core must not enable the feature {enabled} of {name}"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::findings;

    fn check(package: &str, dependency: &Value, expected: &[&str]) {
        let metadata = json!({"packages": [
            {"name": package, "dependencies": [dependency]},
            {"name": "payments-store", "dependencies": []},
        ]});
        let found = findings(&metadata.to_string()).unwrap();
        assert_eq!(found, expected, "{dependency}");
    }

    #[test]
    fn store_and_gateways_never_see_each_other() {
        let expected = ["payments-gateways must not depend on payments-store"];
        for kind in [json!(null), json!("dev")] {
            let store = json!({"name": "payments-store", "kind": kind});
            check("payments-gateways", &store, &expected);
            check("payments-http", &store, &[]);
        }
    }

    #[test]
    fn the_core_is_built_only_from_its_list() {
        let foreign = |name| format!("{name} is not on the list of what payments-core may use");
        let rand = json!({"name": "rand", "kind": null});
        check("payments-core", &rand, &[&*foreign("rand")]);
        check(
            "payments-core",
            &json!({"name": "rand", "kind": "dev"}),
            &[],
        );
        let mocks = json!({"name": "mockall", "kind": null, "optional": true});
        check("payments-core", &mocks, &[]);
        let shipped = json!({"name": "mockall", "kind": null});
        check("payments-core", &shipped, &[&*foreign("mockall")]);
    }

    #[test]
    fn no_feature_brings_a_clock_into_the_core() {
        let clock = json!({"name": "chrono", "kind": null, "features": ["std", "clock"]});
        let expected = ["payments-core must not enable the feature clock of chrono"];
        check("payments-core", &clock, &expected);
        let defaults = json!({"name": "chrono", "kind": null, "uses_default_features": true});
        let expected = ["payments-core must use chrono without default features"];
        check("payments-core", &defaults, &expected);
    }

    #[test]
    fn a_new_crate_needs_a_row() {
        let expected = ["payments-misc needs a row in xtask/src/check/layering.rs"];
        check(
            "payments-misc",
            &json!({"name": "serde", "kind": null}),
            &expected,
        );
    }
}
