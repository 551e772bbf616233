//! The policy of `deny.toml`: licences, banned crates and sources.
//!
//! `deny.toml` is written for cargo-deny, which also knows security advisories. It takes minutes
//! to build and is on no fresh machine, so the parts that need no network are checked here from
//! the same lists.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

use super::Complaints;
use crate::metadata::{Metadata, Package};
use crate::tree::ProjectFile;

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The parts of `deny.toml` that are checked here.
#[derive(Deserialize)]
struct Policy {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    /// SPDX identifiers.
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    /// The only crates that may use it directly, tests left aside.
    #[serde(default)]
    wrappers: Vec<String>,
}

/// # Errors
/// `deny.toml` is missing or is not what it should be.
pub(super) fn check(metadata: &Metadata, files: &[ProjectFile]) -> Result<Complaints> {
    let file = files.iter().find(|file| file.path == "deny.toml");
    let text = file
        .and_then(|file| file.text.as_deref())
        .context("there is no deny.toml")?;
    complaints(metadata, text)
}

fn complaints(metadata: &Metadata, policy: &str) -> Result<Complaints> {
    let policy: Policy = toml::from_str(policy).context("deny.toml is not understood")?;
    let allowed = policy.licenses.allow.iter().map(|license| {
        Licensee::parse(license).with_context(|| format!("deny.toml: {license} is no licence"))
    });
    let allowed: Vec<Licensee> = allowed.collect::<Result<_>>()?;
    let foreign = || {
        metadata
            .packages
            .iter()
            .filter(|package| package.source.is_some())
    };
    let mut complaints = Complaints::new();
    complaints.extend(foreign().filter_map(|package| wrong_license(package, &allowed)));
    complaints.extend(foreign().filter_map(wrong_source));
    complaints.extend(banned_uses(metadata, &policy.bans.deny));
    Ok(complaints)
}

fn wrong_license(package: &Package, allowed: &[Licensee]) -> Option<String> {
    let named = format!("{} {}", package.name, package.version);
    let Some(license) = &package.license else {
        return Some(format!("{named} names no licence"));
    };
    match Expression::parse_mode(license, ParseMode::LAX) {
        Err(_) => Some(format!("{named}: the licence {license} is not understood")),
        Ok(expression) => {
            let granted = expression
                .evaluate(|required| allowed.iter().any(|licensee| licensee.satisfies(required)));
            (!granted).then(|| format!("{named}: the licence {license} is not allowed"))
        }
    }
}

fn wrong_source(package: &Package) -> Option<String> {
    let source = package.source.as_deref()?;
    (source != CRATES_IO).then(|| {
        format!(
            "{} {} does not come from crates.io",
            package.name, package.version
        )
    })
}

fn banned_uses(metadata: &Metadata, bans: &[Ban]) -> Complaints {
    let dependents = metadata.dependents();
    let mut complaints = BTreeSet::new();
    for package in &metadata.packages {
        let Some(ban) = bans.iter().find(|ban| ban.name == package.name) else {
            continue;
        };
        let users = dependents.get(&*package.id).into_iter().flatten();
        for user in users.filter(|user| !ban.wrappers.iter().any(|wrapper| wrapper == *user)) {
            complaints.insert(format!("{user} must not use {}", package.name));
        }
    }
    complaints.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{CRATES_IO, complaints};
    use crate::metadata::Metadata;

    const POLICY: &str = r#"
        [licenses]
        allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
        [bans]
        deny = [{ crate = "openssl" }, { crate = "diesel", wrappers = ["payments-store"] }]
    "#;

    fn check(package: &Value, user: &str, expected: &[&str]) {
        check_use(package, user, &Value::Null, expected);
    }

    fn check_use(package: &Value, user: &str, kind: &Value, expected: &[&str]) {
        let metadata: Metadata = serde_json::from_value(json!({
            "packages": [
                package,
                {"id": "user", "name": user, "version": "0.1.0", "dependencies": []},
            ],
            "workspace_members": ["user"],
            "resolve": {"nodes": [{"id": "user", "deps": [{"pkg": "used", "dep_kinds": [{"kind": kind}]}]}]},
        }))
        .unwrap();
        assert_eq!(complaints(&metadata, POLICY).unwrap(), expected);
    }

    fn package(name: &str, license: Option<&str>, source: &str) -> Value {
        json!({
            "id": "used", "name": name, "version": "1.0.0", "license": license, "source": source,
            "dependencies": [],
        })
    }

    #[test]
    fn one_allowed_licence_of_several_is_enough() {
        for license in [
            "MIT",
            "MIT OR GPL-3.0-only",
            "MIT/Apache-2.0",
            "MIT AND Apache-2.0",
        ] {
            check(
                &package("serde", Some(license), CRATES_IO),
                "payments-http",
                &[],
            );
        }
    }

    #[test]
    fn a_licence_that_is_not_on_the_list_is_found() {
        check(
            &package("x", Some("AGPL-3.0-only"), CRATES_IO),
            "payments-http",
            &["x 1.0.0: the licence AGPL-3.0-only is not allowed"],
        );
        check(
            &package("x", Some("MIT AND MPL-2.0"), CRATES_IO),
            "payments-http",
            &["x 1.0.0: the licence MIT AND MPL-2.0 is not allowed"],
        );
        check(
            &package("x", Some("do what you like"), CRATES_IO),
            "payments-http",
            &["x 1.0.0: the licence do what you like is not understood"],
        );
        check(
            &package("x", None, CRATES_IO),
            "payments-http",
            &["x 1.0.0 names no licence"],
        );
    }

    #[test]
    fn a_crate_from_elsewhere_is_found() {
        let fork = package("serde", Some("MIT"), "git+https://git.example/serde#1234");
        check(
            &fork,
            "payments-http",
            &["serde 1.0.0 does not come from crates.io"],
        );
    }

    #[test]
    fn a_banned_crate_is_found_unless_its_wrapper_uses_it() {
        let diesel = package("diesel", Some("MIT"), CRATES_IO);
        check(&diesel, "payments-store", &[]);
        check(
            &diesel,
            "payments-http",
            &["payments-http must not use diesel"],
        );
        check_use(
            &diesel,
            "payments-http",
            &json!("build"),
            &["payments-http must not use diesel"],
        );
        check_use(&diesel, "payments-http", &json!("dev"), &[]);
        let openssl = package("openssl", Some("Apache-2.0"), CRATES_IO);
        check(
            &openssl,
            "payments-store",
            &["payments-store must not use openssl"],
        );
    }

    #[test]
    fn a_list_with_a_mistake_in_it_is_an_error() {
        let metadata: Metadata = serde_json::from_value(json!({
            "packages": [], "workspace_members": [], "resolve": {"nodes": []},
        }))
        .unwrap();
        assert!(
            complaints(
                &metadata,
                "[licenses]\nallow = [\"MTI\"]\n[bans]\ndeny = []"
            )
            .is_err()
        );
        assert!(complaints(&metadata, "").is_err());
    }
}
