//! What `cargo metadata` says about the workspace and everything it is built from.

use std::collections::HashMap;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::command::{cargo, output};

/// The dependency graph with every feature on and for every platform.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) workspace_members: Vec<String>,
    pub(crate) resolve: Resolve,
}

/// A crate of the workspace or of a registry.
#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    /// SPDX expression of the manifest.
    pub(crate) license: Option<String>,
    /// `None` for crates of the workspace.
    pub(crate) source: Option<String>,
    /// The manifest's own lines, features and platforms not yet resolved.
    pub(crate) dependencies: Vec<Dependency>,
}

/// One dependency line of a manifest.
#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    #[serde(deserialize_with = "kind")]
    pub(crate) kind: Kind,
    #[serde(default)]
    pub(crate) optional: bool,
    #[serde(default)]
    pub(crate) features: Vec<String>,
    #[serde(default)]
    pub(crate) uses_default_features: bool,
}

/// The table of the manifest in which a dependency stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Normal,
    Dev,
    Build,
}

#[derive(Deserialize)]
pub(crate) struct Resolve {
    pub(crate) nodes: Vec<Node>,
}

/// A package and the packages that it really uses.
#[derive(Deserialize)]
pub(crate) struct Node {
    id: String,
    deps: Vec<Use>,
}

/// One package used by another.
#[derive(Deserialize)]
struct Use {
    /// Package id.
    pkg: String,
    dep_kinds: Vec<UseKind>,
}

#[derive(Deserialize)]
struct UseKind {
    #[serde(deserialize_with = "kind")]
    kind: Kind,
}

/// Cargo writes `null` for the ordinary `[dependencies]`.
fn kind<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
    Ok(Option::<Kind>::deserialize(deserializer)?.unwrap_or(Kind::Normal))
}

impl Use {
    fn only_in_tests(&self) -> bool {
        self.dep_kinds.iter().all(|used| used.kind == Kind::Dev)
    }
}

impl Metadata {
    /// # Errors
    /// `cargo metadata` fails, for example for a manifest with a mistake.
    pub(crate) fn load() -> Result<Self> {
        let json = output(cargo(&[
            "metadata",
            "--quiet",
            "--format-version=1",
            "--all-features",
        ]))?;
        serde_json::from_str(&json).context("`cargo metadata` wrote something unexpected")
    }

    /// The crates of the workspace.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| self.workspace_members.contains(&package.id))
    }

    /// For every package id the names of the packages that use it directly, and not only in tests.
    pub(crate) fn dependents(&self) -> HashMap<&str, Vec<&str>> {
        let names: HashMap<&str, &str> = self
            .packages
            .iter()
            .map(|package| (&*package.id, &*package.name))
            .collect();
        let mut dependents: HashMap<&str, Vec<&str>> = HashMap::new();
        for node in &self.resolve.nodes {
            let user = names.get(&*node.id).copied().unwrap_or(&node.id);
            for used in node.deps.iter().filter(|used| !used.only_in_tests()) {
                dependents.entry(&*used.pkg).or_default().push(user);
            }
        }
        dependents
    }
}
