//! Paths in the Markdown documents exist, and the book lists all its pages. rumdl checks the links.

use std::collections::BTreeSet;

use crate::checkers::Findings;
use crate::tree::{ProjectFile, text, text_files};

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
const SUMMARY: &str = "docs/SUMMARY.md";

pub(super) fn check(files: &[ProjectFile]) -> Findings {
    let mut present = BTreeSet::new();
    for path in files.iter().map(|file| &*file.path) {
        present.insert(path);
        present.extend(path.match_indices('/').map(|(end, _)| &path[..end]));
    }
    let summary = text(files, SUMMARY);
    let mut findings = Findings::new();
    for (document, text) in text_files(files, "", ".md") {
        for path in named_paths(text).flat_map(expanded) {
            if !present.contains(path.trim_end_matches('/')) {
                findings.push(format!("{document}: {path} does not exist"));
            }
        }
        let page = document
            .strip_prefix("docs/")
            .filter(|_| document != SUMMARY);
        if page.is_some_and(|page| !summary.contains(&format!("({page})"))) {
            findings.push(format!("{document} is not in {SUMMARY}"));
        }
    }
    findings
}

/// The paths in backticks; one with a `<placeholder>` or a `*` counts up to the folder before it.
fn named_paths(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines();
    let quoted = lines.flat_map(|line| line.split('`').skip(1).step_by(2));
    let paths = quoted.filter(|quoted| ROOTS.iter().any(|root| quoted.starts_with(root)));
    let paths = paths.filter_map(|path| path.split([' ', ':']).next());
    paths.map(|path| match path.split_once(['<', '*']) {
        Some((known, _)) => known.rsplit_once('/').map_or(known, |(folder, _)| folder),
        None => path,
    })
}

/// `a/{b,c}.rs` is `a/b.rs` and `a/c.rs`.
fn expanded(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else {
        return vec![path.to_owned()];
    };
    let (choices, after) = rest.split_once('}').unwrap_or((rest, ""));
    let paths = choices
        .split(',')
        .map(|choice| format!("{before}{choice}{after}"));
    paths.flat_map(|path| expanded(&path)).collect()
}

#[cfg(test)]
mod tests {
    use super::check as check_files;
    use crate::tree::ProjectFile;

    fn check(document: &str, text: &str, expected: &[&str]) {
        let files = [
            (document, text),
            ("crates/core/src/rules/condition.rs", ""),
            ("docs/SUMMARY.md", "- [B](more/b.md)"),
            ("docs/more/b.md", ""),
        ];
        let files = files.map(|(path, text)| ProjectFile::of_text(path, text));
        assert_eq!(check_files(&files), expected, "{text}");
    }

    #[test]
    fn paths_in_backticks_exist_up_to_a_placeholder() {
        let right = "`crates/core/src/<noun>.rs`, `crates/core/src/rules/*`";
        check("A.md", right, &[]);
        let wrong = "`crates/core/src/rules/{condition,other}.rs`";
        let expected = "A.md: crates/core/src/rules/other.rs does not exist";
        check("A.md", wrong, &[expected]);
        let expected = "A.md: crates/misc does not exist";
        check("A.md", "`crates/misc/<noun>.rs`", &[expected]);
    }

    #[test]
    fn the_book_lists_its_pages() {
        let expected = "docs/lost.md is not in docs/SUMMARY.md";
        check("docs/lost.md", "", &[expected]);
    }
}
