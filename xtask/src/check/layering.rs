//! Which crate may depend on which: `payments-http → {payments-store, payments-gateways, payments-demo} → payments-core`.
//!
//! Crates of a registry that belong to one layer only (Actix, Diesel, Redis, …) are kept there by
//! the `wrappers` of `deny.toml`. Here stands what those cannot say: the crates of the workspace
//! among themselves, and everything that the core may use at all.

use super::Complaints;
use crate::metadata::{Dependency, Kind, Metadata, Package};

/// A crate of the workspace and the crates of the workspace that it may depend on, tests included.
const LAYERS: &[(&str, &[&str])] = &[
    ("payments-core", &[]),
    ("payments-store", &["payments-core"]),
    ("payments-gateways", &["payments-core", "payments-gateways"]),
    ("payments-demo", &["payments-core"]),
    (
        "payments-http",
        &[
            "payments-core",
            "payments-demo",
            "payments-store",
            "payments-gateways",
        ],
    ),
    ("payments-bench", &["payments-core"]),
    ("xtask", &[]),
];

/// All that the core may be built from: data, arithmetic and cryptography without I/O, clock,
/// randomness or runtime.
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

/// What the core may have besides for the feature `mocks`: optional, so that nobody ships it.
const CORE_MAY_OFFER: &[&str] = &["futures-util", "mockall"];

/// Features that would let a clock or randomness into the core through an allowed crate.
const CORE_MUST_NOT_TURN_ON: &[(&str, &[&str])] = &[
    ("chrono", &["clock", "now", "wasmbind"]),
    ("aes-gcm", &["getrandom", "os_rng", "rand_core"]),
];

pub(super) fn check(metadata: &Metadata) -> Complaints {
    let members: Vec<&str> = metadata.members().map(|package| &*package.name).collect();
    let mut complaints = Complaints::new();
    for package in metadata.members() {
        complaints.extend(edges_within_the_workspace(package, &members));
        if package.name == "payments-core" {
            complaints.extend(package.dependencies.iter().filter_map(foreign_to_the_core));
        }
    }
    complaints
}

fn edges_within_the_workspace(package: &Package, members: &[&str]) -> Complaints {
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == package.name) else {
        return vec![format!(
            "{} has no place among the layers: give it a row in xtask/src/check/layering.rs",
            package.name
        )];
    };
    let names = package
        .dependencies
        .iter()
        .map(|dependency| &*dependency.name);
    names
        // A crate names itself to turn on a feature of its own for its tests.
        .filter(|name| members.contains(name) && *name != package.name && !allowed.contains(name))
        .map(|name| format!("{} must not depend on {name}", package.name))
        .collect()
}

fn foreign_to_the_core(dependency: &Dependency) -> Option<String> {
    if dependency.kind == Kind::Dev {
        return None;
    }
    let name = &*dependency.name;
    if dependency.optional && CORE_MAY_OFFER.contains(&name) {
        return None;
    }
    if !CORE_MAY_USE.contains(&name) {
        return Some(format!(
            "payments-core must not depend on {name}: it is not on its list"
        ));
    }
    let (_, banned) = CORE_MUST_NOT_TURN_ON
        .iter()
        .find(|(used, _)| *used == name)?;
    if dependency.uses_default_features {
        return Some(format!(
            "payments-core must use {name} without its default features"
        ));
    }
    let on = dependency
        .features
        .iter()
        .find(|feature| banned.contains(&&***feature))?;
    Some(format!(
        "payments-core must not turn on the feature {on} of {name}"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::check;
    use crate::metadata::Metadata;

    fn complaints_about(member: &str, dependency: &Value) -> Vec<String> {
        let metadata: Metadata = serde_json::from_value(json!({
            "packages": [
                {"id": "a", "name": member, "version": "0.1.0", "dependencies": [dependency]},
                {"id": "s", "name": "payments-store", "version": "0.1.0", "dependencies": []},
                {"id": "x", "name": "actix-web", "version": "4.18.1", "dependencies": []},
            ],
            "workspace_members": ["a", "s"],
            "resolve": {"nodes": []},
        }))
        .unwrap();
        check(&metadata)
    }

    #[test]
    fn store_and_gateways_never_see_each_other() {
        let complaints = complaints_about(
            "payments-gateways",
            &json!({"name": "payments-store", "kind": null}),
        );
        assert_eq!(
            complaints,
            ["payments-gateways must not depend on payments-store"]
        );
        let tests = complaints_about(
            "payments-gateways",
            &json!({"name": "payments-store", "kind": "dev"}),
        );
        assert_eq!(tests, complaints);
    }

    #[test]
    fn the_http_crate_may_use_the_store() {
        let complaints = complaints_about(
            "payments-http",
            &json!({"name": "payments-store", "kind": null}),
        );
        assert!(complaints.is_empty(), "{complaints:?}");
    }

    #[test]
    fn the_core_is_built_only_from_its_list() {
        let complaints =
            complaints_about("payments-core", &json!({"name": "actix-web", "kind": null}));
        assert_eq!(
            complaints,
            ["payments-core must not depend on actix-web: it is not on its list"]
        );
        let tests = complaints_about(
            "payments-core",
            &json!({"name": "actix-web", "kind": "dev"}),
        );
        assert!(tests.is_empty(), "{tests:?}");
    }

    #[test]
    fn the_core_offers_mocks_and_never_ships_them() {
        let offered = complaints_about(
            "payments-core",
            &json!({"name": "mockall", "kind": null, "optional": true}),
        );
        assert!(offered.is_empty(), "{offered:?}");
        let shipped = complaints_about("payments-core", &json!({"name": "mockall", "kind": null}));
        assert_eq!(
            shipped,
            ["payments-core must not depend on mockall: it is not on its list"]
        );
    }

    #[test]
    fn no_clock_comes_into_the_core_through_a_feature() {
        let clock = json!({"name": "chrono", "kind": null, "features": ["std", "clock"]});
        assert_eq!(
            complaints_about("payments-core", &clock),
            ["payments-core must not turn on the feature clock of chrono"]
        );
        let defaults = json!({"name": "chrono", "kind": null, "uses_default_features": true});
        assert_eq!(
            complaints_about("payments-core", &defaults),
            ["payments-core must use chrono without its default features"]
        );
    }

    #[test]
    fn a_new_crate_needs_a_place_among_the_layers() {
        let complaints = complaints_about("payments-misc", &json!({"name": "serde", "kind": null}));
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(
            complaints[0].starts_with("payments-misc has no place"),
            "{complaints:?}"
        );
    }
}
