//! The Markdown documents: the files, headings and paths they name exist, and the book lists all its pages.

use std::collections::{BTreeMap, BTreeSet};

use super::Findings;
use crate::tree::{ProjectFile, text_files};

/// A path in backticks that starts with one of these is relative to the workspace's root.
const ROOTS: [&str; 7] = [
    ".ci/",
    "config/",
    "crates/",
    "deploy/",
    "docs/",
    "migrations/",
    "xtask/",
];
const BOOK: &str = "docs/";
const SUMMARY: &str = "docs/SUMMARY.md";

pub(super) fn check(files: &[ProjectFile]) -> Findings {
    let present = files_and_folders(files);
    let documents: BTreeMap<&str, &str> = text_files(files, "", ".md").collect();
    let mut findings = Findings::new();
    for (path, text) in &documents {
        let links: Vec<_> = links(path, text).collect();
        let named = named_paths(text).flat_map(expanded);
        for target in links.iter().map(|(target, _)| target.clone()).chain(named) {
            if !present.contains(target.trim_end_matches('/')) {
                findings.push(format!("{path}: {target} does not exist"));
            }
        }
        for (target, heading) in links.iter().filter(|(_, heading)| !heading.is_empty()) {
            let page = documents.get(&**target);
            if page.is_some_and(|text| !headings(text).any(|known| known == *heading)) {
                findings.push(format!("{path}: {target} has no heading {heading}"));
            }
        }
    }
    let summary = documents.get(SUMMARY).copied().unwrap_or_default();
    let listed: BTreeSet<String> = links(SUMMARY, summary).map(|(page, _)| page).collect();
    let mut pages = documents
        .keys()
        .filter(|path| path.starts_with(BOOK) && **path != SUMMARY);
    let unlisted = pages.by_ref().filter(|path| !listed.contains(**path));
    findings.extend(unlisted.map(|path| format!("{path} is not in {SUMMARY}")));
    findings
}

fn files_and_folders(files: &[ProjectFile]) -> BTreeSet<&str> {
    let mut present = BTreeSet::new();
    for path in files.iter().map(|file| &*file.path) {
        present.insert(path);
        present.extend(path.match_indices('/').map(|(end, _)| &path[..end]));
    }
    present
}

/// The files that a document links to, relative to the workspace's root, each with the heading or an empty string.
fn links<'a>(from: &'a str, text: &'a str) -> impl Iterator<Item = (String, String)> + 'a {
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(')')?.0));
    let relative = targets.filter(|it| !it.is_empty() && !it.contains(':') && !it.starts_with('/'));
    relative.filter_map(move |target| {
        let (path, heading) = target.split_once('#').unwrap_or((target, ""));
        Some((resolved(from, path)?, heading.to_owned()))
    })
}

/// `None` when the link leaves the workspace.
fn resolved(from: &str, path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(from.to_owned());
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path
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

/// The names that mdBook gives to headings: lower case, dashes for spaces, no punctuation.
fn headings(text: &str) -> impl Iterator<Item = String> {
    let titles = text.lines().filter(|line| line.starts_with('#'));
    titles.map(|title| {
        let title = title
            .trim_start_matches('#')
            .trim()
            .to_lowercase()
            .replace(' ', "-");
        title
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
            .collect()
    })
}

/// The paths in backticks; one with a `<placeholder>` or a `*` counts up to the folder before it.
fn named_paths(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    let paths = quoted.filter(|quoted| ROOTS.iter().any(|root| quoted.starts_with(root)));
    paths
        .filter_map(|path| path.split([' ', ':']).next())
        .map(|path| match path.find(['<', '*']) {
            Some(end) => path[..end]
                .rsplit_once('/')
                .map_or(&path[..end], |(folder, _)| folder),
            None => path,
        })
}

/// `a/{b,c}.rs` is `a/b.rs` and `a/c.rs`.
fn expanded(path: &str) -> Vec<String> {
    let braces = path
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
    let Some((before, (choices, after))) = braces else {
        return vec![path.to_owned()];
    };
    let choices = choices.split(',');
    choices
        .flat_map(|choice| expanded(&format!("{before}{choice}{after}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::check as check_files;
    use crate::tree::ProjectFile;

    fn check(document: &str, text: &str, expected: &[&str]) {
        let files = [
            (document, text),
            ("crates/payments-core/src/rules/condition.rs", ""),
            ("docs/SUMMARY.md", "- [B](more/b.md)"),
            ("docs/more/b.md", "# Why is it not offered?"),
        ];
        let files = files.map(|(path, text)| ProjectFile::of_text(path, text));
        assert_eq!(check_files(&files), expected, "{text}");
    }

    #[test]
    fn links_lead_to_files_folders_and_headings() {
        check(
            "A.md",
            "[rules](crates/payments-core/src/rules/condition.rs#top)",
            &[],
        );
        check(
            "crates/A.md",
            "[up](../crates/payments-core) [x](https://x.example)",
            &[],
        );
        check(
            "A.md",
            "# A\n[why](docs/more/b.md#why-is-it-not-offered) [up](#a)",
            &[],
        );
        check(
            "A.md",
            "[guide](docs/guide.md)",
            &["A.md: docs/guide.md does not exist"],
        );
        let expected = ["A.md: docs/more/b.md has no heading why-not"];
        check("A.md", "[why](docs/more/b.md#why-not)", &expected);
    }

    #[test]
    fn paths_in_backticks_exist_up_to_a_placeholder() {
        check(
            "A.md",
            "`crates/payments-core/src/<noun>.rs`, `crates/payments-core/src/rules/*`",
            &[],
        );
        let expected = ["A.md: crates/payments-core/src/rules/other.rs does not exist"];
        check(
            "A.md",
            "`crates/payments-core/src/rules/{condition,other}.rs`",
            &expected,
        );
        check(
            "A.md",
            "`crates/misc/<noun>.rs`",
            &["A.md: crates/misc does not exist"],
        );
    }

    #[test]
    fn the_book_lists_its_pages() {
        check(
            "docs/lost.md",
            "",
            &["docs/lost.md is not in docs/SUMMARY.md"],
        );
    }
}
