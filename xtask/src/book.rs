//! The documentation in `docs`: that it is whole, and how it becomes a site.

use std::collections::BTreeSet;
use std::process::Stdio;

use anyhow::{Result, bail};

use crate::command::{program, succeed};
use crate::tree::{ProjectFile, text_files};

const BOOK: &str = "docs/";
const SUMMARY: &str = "docs/SUMMARY.md";

/// Builds the documentation as a site in `target/book`, with mdBook.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// # Errors
/// mdBook is not there, or says that something is wrong.
pub(crate) fn run(_: &Options) -> Result<()> {
    let found = program("mdbook", &["--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        bail!("mdBook is needed to build the site: `cargo install mdbook --locked`");
    }
    succeed(program("mdbook", &["build", "docs"]))?;
    println!("target/book/index.html");
    Ok(())
}

/// Every page is in the summary, and every link to a heading leads to one. That the files are there is checked for all
/// documents.
pub(crate) fn check(files: &[ProjectFile]) -> Vec<String> {
    let pages: Vec<(&str, &str)> = text_files(files, BOOK, ".md").collect();
    let listed: BTreeSet<String> = pages
        .iter()
        .filter(|(path, _)| *path == SUMMARY)
        .flat_map(|(path, text)| links(path, text))
        .map(|(page, _)| page)
        .collect();
    let unlisted = pages
        .iter()
        .filter(|(path, _)| *path != SUMMARY && !listed.contains(*path))
        .map(|(path, _)| format!("{path} is not in {SUMMARY}"));
    let dead = pages.iter().flat_map(|(path, text)| {
        let nowhere = links(path, text).filter(|(page, heading)| !has(&pages, page, heading));
        nowhere.map(move |(page, heading)| {
            format!("{path} points to {page}#{heading}, which is no heading there")
        })
    });
    unlisted.chain(dead).collect()
}

/// Whether a page has the heading; pages outside the book have all, and an empty heading is a page's beginning.
fn has(pages: &[(&str, &str)], page: &str, heading: &str) -> bool {
    heading.is_empty()
        || pages
            .iter()
            .filter(|(path, _)| *path == page)
            .all(|(_, text)| headings(text).any(|known| known == heading))
}

/// The pages that a page links to, each with the heading.
fn links<'a>(path: &'a str, text: &'a str) -> impl Iterator<Item = (String, String)> + 'a {
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(')')?.0));
    targets
        .filter(|target| !target.contains(':'))
        .map(move |target| {
            let (page, heading) = target.split_once('#').unwrap_or((target, ""));
            (resolved(path, page), heading.to_owned())
        })
}

/// A link's page from the workspace's root.
fn resolved(from: &str, page: &str) -> String {
    if page.is_empty() {
        return from.to_owned();
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in page.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

/// The names that mdBook gives to headings: lower case, dashes for spaces, no punctuation.
fn headings(text: &str) -> impl Iterator<Item = String> {
    let titles = text
        .lines()
        .filter_map(|line| line.strip_prefix('#'))
        .map(|line| line.trim_start_matches('#').trim());
    titles.map(|title| {
        let kept = title
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let dashed = kept.map(|c| if c == ' ' { '-' } else { c });
        dashed.flat_map(char::to_lowercase).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::check as check_files;
    use crate::tree::ProjectFile;

    fn check(page: &str, expected: &[&str]) {
        let file = |path: &str, text: &str| ProjectFile {
            path: path.to_owned(),
            size_bytes: text.len(),
            text: Some(text.to_owned()),
        };
        let files = [
            file("docs/SUMMARY.md", "- [A](a.md)\n- [B](more/b.md)"),
            file("docs/a.md", page),
            file("docs/more/b.md", "# Why is it not offered?"),
        ];
        assert_eq!(check_files(&files), expected);
    }

    #[test]
    fn a_link_to_a_heading_leads_to_one() {
        check("# A\n[why](more/b.md#why-is-it-not-offered) [up](#a)", &[]);
        check(
            "# A\n[why](more/b.md#why-not)",
            &["docs/a.md points to docs/more/b.md#why-not, which is no heading there"],
        );
    }

    #[test]
    fn a_page_that_is_not_in_the_summary_is_found() {
        let file = ProjectFile {
            path: "docs/lost.md".to_owned(),
            size_bytes: 0,
            text: Some(String::new()),
        };
        assert_eq!(
            check_files(&[file]),
            ["docs/lost.md is not in docs/SUMMARY.md"]
        );
    }
}
