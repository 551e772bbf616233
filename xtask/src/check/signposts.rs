//! What the documents point to is there: their links, and the paths they name.

use std::collections::BTreeSet;

use super::Complaints;
use crate::tree::{ProjectFile, text_files};

/// A path in backticks that starts so is a path from the workspace's root.
const ROOTS: [&str; 7] = [
    ".ci/",
    "config/",
    "crates/",
    "deploy/",
    "docs/",
    "migrations/",
    "xtask/",
];

pub(super) fn check(files: &[ProjectFile]) -> Complaints {
    let present = files_and_folders(files);
    text_files(files, "", ".md")
        .flat_map(|(path, text)| dead_ends(path, text, &present))
        .collect()
}

fn files_and_folders(files: &[ProjectFile]) -> BTreeSet<&str> {
    let folders_of =
        |path: &'_ str| -> Vec<usize> { path.match_indices('/').map(|(at, _)| at).collect() };
    let mut present = BTreeSet::new();
    for file in files {
        present.insert(&*file.path);
        present.extend(
            folders_of(&file.path)
                .into_iter()
                .map(|end| &file.path[..end]),
        );
    }
    present
}

fn dead_ends(path: &str, text: &str, present: &BTreeSet<&str>) -> Complaints {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let links = links(text).filter_map(|link| resolved(folder, link));
    let named = named_paths(text).flat_map(expanded);
    links
        .chain(named)
        .filter(|target| !present.contains(target.trim_end_matches('/')))
        .map(|target| format!("{path} points to {target}, which is not there"))
        .collect()
}

/// The targets of `[…](target)` that are files.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'));
    let files = targets.map(|(target, _)| target.split('#').next().unwrap_or_default());
    files.filter(|target| !target.is_empty() && !target.contains(':') && !target.starts_with('/'))
}

/// A link's target from the workspace's root; `None` when it leaves the workspace.
fn resolved(folder: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
    {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

/// The paths in backticks; one with a `<placeholder>` or a `*` counts up to there.
fn named_paths(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    let paths = quoted.filter(|quoted| ROOTS.iter().any(|root| quoted.starts_with(root)));
    paths
        .filter_map(|path| path.split([' ', ':']).next())
        .map(|path| {
            let open_end = path.find(['<', '*']);
            let known = &path[..open_end.unwrap_or(path.len())];
            if open_end.is_some() {
                known.rsplit_once('/').map_or(known, |(folder, _)| folder)
            } else {
                known
            }
        })
}

/// `a/{b,c}.rs` is `a/b.rs` and `a/c.rs`.
fn expanded(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else {
        return vec![path.to_owned()];
    };
    let Some((choices, after)) = rest.split_once('}') else {
        return vec![path.to_owned()];
    };
    choices
        .split(',')
        .flat_map(|choice| expanded(&format!("{before}{choice}{after}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::check as check_files;
    use crate::tree::ProjectFile;

    fn check(document: &str, text: &str, expected: &[&str]) {
        let file = |path: &str, text: &str| ProjectFile {
            path: path.to_owned(),
            size_bytes: text.len(),
            text: Some(text.to_owned()),
        };
        let files = [
            file(document, text),
            file("crates/payments-core/src/rules/condition.rs", ""),
            file("crates/payments-core/src/clock.rs", ""),
        ];
        assert_eq!(check_files(&files), expected);
    }

    #[test]
    fn links_to_files_and_folders_that_are_there_are_right() {
        check(
            "README.md",
            "[rules](crates/payments-core/src/rules/condition.rs#top)",
            &[],
        );
        check(
            "crates/README.md",
            "[up](../crates/payments-core) [x](https://x.example)",
            &[],
        );
    }

    #[test]
    fn a_link_to_nowhere_is_found() {
        check(
            "README.md",
            "see [the guide](docs/guide.md)",
            &["README.md points to docs/guide.md, which is not there"],
        );
    }

    #[test]
    fn a_path_that_is_named_and_gone_is_found() {
        check(
            "A.md",
            "in `crates/payments-core/src/{clock,entropy}.rs`",
            &["A.md points to crates/payments-core/src/entropy.rs, which is not there"],
        );
    }

    #[test]
    fn a_placeholder_is_looked_up_to_where_it_starts() {
        check(
            "A.md",
            "`crates/payments-core/src/<noun>.rs`, `crates/payments-core/src/rules/*`",
            &[],
        );
        check(
            "A.md",
            "`crates/payments-misc/<noun>.rs`",
            &["A.md points to crates/payments-misc, which is not there"],
        );
    }
}
