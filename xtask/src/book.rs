//! `cargo xtask book`: the documentation as a site, with its pages as Markdown and `llms.txt`, which lists them.

use std::fs;

use anyhow::{Context, Result, ensure};
use toml::Table;

use crate::command::{is_installed, program, succeed, workspace_root};

const SUMMARY: &str = "SUMMARY.md";

pub(crate) fn run() -> Result<()> {
    ensure!(
        is_installed("mdbook"),
        "mdBook is needed to build the site: `cargo install mdbook --locked`"
    );
    succeed(program("mdbook", &["build", "docs"]))?;
    let book = workspace_root().join("target/book");
    for (_, page) in read(SUMMARY)?.lines().filter_map(link) {
        let from = workspace_root().join("docs").join(page);
        fs::copy(from, book.join(page)).with_context(|| format!("cannot copy docs/{page}"))?;
    }
    fs::write(book.join("llms.txt"), llms()?)?;
    println!("target/book/index.html\ntarget/book/llms.txt");
    Ok(())
}

/// The book for language models (<https://llmstxt.org>): each page with its first sentence.
fn llms() -> Result<String> {
    let about: Table = toml::from_str(&read("book.toml")?)?;
    let about = |key| about.get("book")?.get(key)?.as_str();
    let (title, description) = (about("title"), about("description"));
    let title = title.context("the book has no title")?;
    let mut lines = vec![format!("# {title}")];
    lines.extend(description.map(|description| format!("\n> {description}.\n")));
    for line in read(SUMMARY)?.lines().skip(1) {
        if let Some((name, page)) = link(line) {
            let sentence = first_sentence(&read(page)?);
            let sentence = sentence.with_context(|| format!("docs/{page} says nothing"))?;
            lines.push(format!("- [{name}]({page}): {sentence}"));
        } else if let Some(part) = line.strip_prefix("# ") {
            lines.push(format!("\n## {part}\n"));
        }
    }
    Ok(lines.join("\n") + "\n")
}

fn read(page: &str) -> Result<String> {
    let path = workspace_root().join("docs").join(page);
    fs::read_to_string(&path).with_context(|| format!("cannot read docs/{page}"))
}

/// The text and the target of a line's link.
fn link(line: &str) -> Option<(&str, &str)> {
    let (name, target) = line.split_once('[')?.1.split_once("](")?;
    Some((name, target.split_once(')')?.0))
}

/// The first sentence below the title, with the texts of its links instead of the links.
fn first_sentence(page: &str) -> Option<String> {
    let paragraph = page.split("\n\n").nth(1)?.replace('\n', " ");
    let sentence = match paragraph.split_once(". ") {
        Some((sentence, _)) => format!("{sentence}."),
        None => paragraph,
    };
    let mut text = sentence.trim().to_owned();
    while let Some((before, link_and_rest)) = text.split_once('[') {
        let (name, rest) = link_and_rest.split_once("](")?;
        text = format!("{before}{name}{}", rest.split_once(')')?.1);
    }
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::{SUMMARY, first_sentence, link, llms, read};

    #[test]
    fn every_page_of_the_summary_is_listed_once_with_a_sentence() {
        let list = llms().expect("the list");
        let summary = read(SUMMARY).expect("the summary");
        let pages: Vec<_> = summary.lines().filter_map(link).collect();
        assert!(pages.len() > 20, "{pages:?}");
        for (name, page) in pages {
            let of_page = format!("- [{name}]({page}): ");
            let sentences: Vec<_> = list
                .lines()
                .filter_map(|line| line.strip_prefix(&of_page))
                .collect();
            assert_eq!(sentences.len(), 1, "{page}");
            let is_sentence = sentences
                .iter()
                .all(|sentence| sentence.ends_with(['.', ':']));
            assert!(is_sentence, "{sentences:?}");
        }
        assert!(list.starts_with("# Payments\n\n> How to use"), "{list}");
        assert!(list.contains("\n\n## Integrate\n\n- ["), "{list}");
    }

    #[test]
    fn the_first_sentence_is_plain_and_ends_at_its_stop() {
        let check = |page: &str, expected: Option<&str>| {
            assert_eq!(first_sentence(page).as_deref(), expected, "{page}");
        };
        check(
            "# A\n\nSee [B](b.md#c) and\n`C`. More.\n\nD",
            Some("See B and `C`."),
        );
        check("# A\n\nOne sentence.\n", Some("One sentence."));
        check("# A\n", None);
    }
}
