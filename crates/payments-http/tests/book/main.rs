//! Runs the code blocks of the documentation: each page from top to bottom, against a demo store of its own.
//!
//! | block | how it is tested |
//! |---|---|
//! | `sh` | run by `sh`, with `payments` in `PATH`; every command must succeed |
//! | `json` or `text` right after `sh` or `js` | the expected output; `…` matches anything |
//! | `json` alone | imported with the management API, which must accept it |
//! | `toml` | settings that `payments check-settings` must accept |
//! | `js` | a page's blocks form one module, which `node` runs in place of the last one |
//! | `html` | every URL of the demo store in it must respond with success |
//! | `css` | not run; another test compares the component's properties with its page |
//! | `rust` | a doctest of `payments-core`, which must include the page |
//! | `python` | a region of `examples/checkout`, which other tests run |
//! | `text` alone | a diagram; not tested |
//! | `…,not-run` | not run (it builds, deploys, or needs what a test does not have); the next line says why |

#![expect(
    clippy::expect_used,
    reason = "a helper of the tests fails the test that calls it"
)]

mod answer;
mod demo;
mod page;
mod regions;
mod steps;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use payments_core::listing::Fact;

use page::Page;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn book() -> PathBuf {
    root().join("docs")
}

fn pages() -> Vec<Page> {
    let mut paths = Vec::new();
    collect(&book(), &mut paths);
    paths.sort();
    let pages = paths.iter().map(|path| Page::read(&root(), path));
    let readme = Page::read(&root(), &root().join("README.md")).questions();
    assert!(readme.blocks.len() >= 4, "what does the README ask?");
    pages.chain([readme]).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the book's folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            paths.push(path);
        }
    }
}

/// The core's `lib.rs`, which includes the pages with doctests.
fn doctests() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../payments-core/src/lib.rs");
    fs::read_to_string(path).expect("the core")
}

#[test]
fn every_block_of_the_book_does_what_it_says() {
    let doctests = doctests();
    let regions = regions::below(&root().join("examples/checkout"));
    let pages = pages();
    assert!(pages.len() > 10, "where is the book?");
    let complaints: Vec<String> = thread::scope(|scope| {
        let run = |page| {
            let (doctests, regions) = (&doctests, &regions);
            scope.spawn(move || complaints(page, doctests, regions))
        };
        let running: Vec<_> = pages.iter().map(run).collect();
        running
            .into_iter()
            .flat_map(|page| page.join().expect("a page"))
            .collect()
    });
    assert!(complaints.is_empty(), "\n\n{}\n", complaints.join("\n\n"));
}

fn complaints(page: &Page, doctests: &str, regions: &[String]) -> Vec<String> {
    let (steps, mut complaints) = steps::of(page, doctests, regions);
    if !steps.is_empty() {
        complaints.extend(demo::run(page, &steps));
    }
    complaints
}

/// The expected errors come from the snapshot of the integration tests.
#[test]
fn every_error_is_in_the_table_of_errors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let snapshot = folder.join("tests/it/snapshots/it__error_table__error_table.snap");
    let snapshot = fs::read_to_string(snapshot).expect("the errors");
    let page = fs::read_to_string(book().join("errors.md")).expect("the page");
    let mut status = "";
    let mut missing = Vec::new();
    for line in snapshot.lines() {
        if let Some((number, _)) = line.split_once(' ').filter(|(number, _)| number.len() == 3) {
            status = number;
        } else if let Some(body) = line.strip_prefix("  en ") {
            let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
            let text = |key: &str| body[key].as_str().expect("a text").to_owned();
            let row = format!("| {status} | `{}` | {} |", text("code"), text("detail"));
            if !page.contains(&row) {
                missing.push(row);
            }
        }
    }
    assert!(
        !status.is_empty() && missing.is_empty(),
        "docs/errors.md lacks {missing:#?}"
    );
}

/// Every text between `before` and `after`.
fn between<'t>(text: &'t str, before: &'t str, after: &'t str) -> impl Iterator<Item = &'t str> {
    let rests = text.split(before).skip(1);
    rests.filter_map(move |rest| Some(rest.split_once(after)?.0))
}

#[test]
fn every_attribute_part_and_property_of_the_component_is_on_its_page() {
    let source =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("static/component/payments-installments.js");
    let source = fs::read_to_string(source).expect("the component");
    let page = fs::read_to_string(book().join("component.md")).expect("its page");
    let attributes =
        between(&source, "observedAttributes = [", "]").flat_map(|list| list.split('"'));
    let parts = between(&source, "part: \"", "\"").flat_map(|parts| parts.split(' '));
    let lower_case = attributes
        .chain(parts)
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase()));
    let mut names: Vec<String> = lower_case
        .filter(|name| !name.is_empty())
        .map(|name| format!("`{name}`"))
        .collect();
    names
        .extend(between(&source, "var(--payments-", ",").map(|name| format!("--payments-{name}:")));
    assert!(names.len() > 20, "{names:?}");
    names.retain(|name| !page.contains(name));
    assert!(names.is_empty(), "docs/component.md lacks {names:?}");
}

#[test]
fn every_region_of_the_example_is_on_a_page() {
    let pages = pages();
    for region in regions::below(&root().join("examples/checkout")) {
        let is_it = |block: &page::Block| block.text == region;
        assert!(
            pages.iter().any(|page| page.blocks.iter().any(is_it)),
            "{region}"
        );
    }
}

#[test]
fn every_fact_of_explain_is_on_its_page_and_in_the_description() {
    let page = fs::read_to_string(book().join("commerce-system.md")).expect("the page");
    let description = payments_http::openapi::json(&payments_http::openapi::document());
    for fact in Fact::ALL.iter().map(|fact| fact.as_str()) {
        assert!(page.contains(&format!("| `{fact}` | ")), "{fact}");
        assert!(description.contains(&format!("`{fact}`")), "{fact}");
    }
}
