//! Every dependency of a manifest is used by the crate's sources, and every one of the workspace by a manifest.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::Complaints;
use crate::tree::{ProjectFile, text_files};

pub(super) fn check(files: &[ProjectFile]) -> Complaints {
    let manifests = files
        .iter()
        .filter(|file| file.path.ends_with("/Cargo.toml"));
    let texts = manifests.clone().filter_map(|file| file.text.as_deref());
    let root = files.iter().find(|file| file.path == "Cargo.toml");
    let root = root.and_then(|file| file.text.as_deref());
    let unclaimed = unclaimed(root.unwrap_or_default(), &texts.collect::<Vec<_>>());
    let unclaimed = unclaimed
        .into_iter()
        .map(|name| format!("no manifest takes the workspace's {name}"));
    manifests
        .flat_map(|manifest| {
            let folder = manifest.path.trim_end_matches("Cargo.toml");
            // Examples in the docs use what is there for tests.
            let sources: Vec<&str> = text_files(files, folder, ".rs")
                .chain(text_files(files, folder, ".md"))
                .map(|(_, source)| source)
                .collect();
            unused(manifest.text.as_deref().unwrap_or_default(), &sources)
                .into_iter()
                .map(move |name| format!("{} does not need {name}", manifest.path))
        })
        .chain(unclaimed)
        .collect()
}

/// The workspace's dependencies that none of the manifests has.
fn unclaimed(root: &str, manifests: &[&str]) -> Vec<String> {
    let read = |text: &str| toml::from_str::<Table>(text).unwrap_or_default();
    let workspace = read(root).remove("workspace");
    let shared = workspace.and_then(|workspace| workspace.get("dependencies")?.as_table().cloned());
    let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
    let taken: BTreeSet<String> = manifests
        .iter()
        .flat_map(|text| {
            let mut manifest = read(text);
            tables.map(|table| manifest.remove(table))
        })
        .flatten()
        .filter_map(|table| table.as_table().cloned())
        .flat_map(|table| table.into_iter().map(|(name, _)| name))
        .collect();
    let names = shared.into_iter().flatten().map(|(name, _)| name);
    names.filter(|name| !taken.contains(name)).collect()
}

/// The dependencies that no source names. A crate that is there only to turn on a feature of it
/// stands under `[package.metadata.xtask] only-for-its-features`.
fn unused(manifest: &str, sources: &[&str]) -> Vec<String> {
    let manifest: Table = toml::from_str(manifest).unwrap_or_default();
    let excused = only_for_features(&manifest);
    let dependencies = |table: &str| {
        manifest
            .get(table)
            .and_then(Value::as_table)
            .cloned()
            .unwrap_or_default()
    };
    let is_unused = |name: &String, examples_count: bool| {
        let in_code = name.replace('-', "_");
        !excused.contains(&name.as_str())
            && !sources
                .iter()
                .any(|source| names(source, &in_code, examples_count))
    };
    let of_code = ["dependencies", "build-dependencies"]
        .into_iter()
        .flat_map(dependencies);
    let of_tests = dependencies("dev-dependencies").into_iter();
    of_code
        .map(|(name, _)| name)
        .filter(|name| is_unused(name, false))
        .chain(
            of_tests
                .map(|(name, _)| name)
                .filter(|name| is_unused(name, true)),
        )
        .collect()
}

fn only_for_features(manifest: &Table) -> Vec<&str> {
    let metadata = manifest
        .get("package")
        .and_then(|package| package.get("metadata"));
    let list = metadata.and_then(|metadata| metadata.get("xtask")?.get("only-for-its-features"));
    list.and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// Whether code, or with `examples_count` also a comment, has the name as a whole word.
fn names(source: &str, name: &str, examples_count: bool) -> bool {
    let of_a_word = |c: char| c.is_alphanumeric() || c == '_';
    let counts = |line: &&str| examples_count || !line.trim_start().starts_with("//");
    source.lines().filter(counts).any(|line| {
        line.match_indices(name).any(|(at, _)| {
            !line[..at].ends_with(of_a_word) && !line[at + name.len()..].starts_with(of_a_word)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{unclaimed, unused};

    const MANIFEST: &str = r#"
        [package.metadata.xtask]
        only-for-its-features = ["libsqlite3-sys"]
        [dependencies]
        aes-gcm.workspace = true
        libsqlite3-sys.workspace = true
        [dev-dependencies]
        proptest.workspace = true
    "#;

    fn check(sources: &[&str], expected: &[&str]) {
        assert_eq!(unused(MANIFEST, sources), expected);
    }

    #[test]
    fn a_dependency_named_in_any_source_is_used() {
        check(&["use aes_gcm::Aes256Gcm;", "proptest::proptest! {}"], &[]);
    }

    #[test]
    fn a_dependency_named_only_in_a_comment_or_within_a_word_is_not_used() {
        check(
            &["// like aes_gcm\nuse my_proptest::x;"],
            &["aes-gcm", "proptest"],
        );
    }

    #[test]
    fn what_the_workspace_shares_is_taken_by_a_manifest() {
        let root =
            "[workspace.dependencies]\naes-gcm = \"0.10\"\nfluent = \"0.17\"\nproptest = \"1\"";
        assert_eq!(unclaimed(root, &[MANIFEST]), ["fluent"]);
    }

    #[test]
    fn an_example_in_the_docs_uses_what_is_there_for_tests() {
        check(
            &["/// use aes_gcm::X;\n/// proptest::proptest! {}"],
            &["aes-gcm"],
        );
    }
}
