//! Converts a page's blocks to shell commands with their expected output.

use std::fmt::Write as _;

use crate::page::{Block, EXCUSE, Page};

pub(crate) struct Step {
    /// The line of its block.
    pub(crate) line: usize,
    /// Commands for `sh`. Their output follows a line with the block's mark.
    pub(crate) commands: String,
    pub(crate) expected: Expected,
}

pub(crate) enum Expected {
    /// Anything but an error response of the service.
    NoError,
    Json(String),
    Text(String),
}

/// The steps of a page, and the errors in its blocks.
pub(crate) fn of(page: &Page, doctests: &str, regions: &[String]) -> (Vec<Step>, Vec<String>) {
    let mut steps: Vec<Step> = Vec::new();
    let mut complaints = Vec::new();
    let mut prints = false;
    for block in &page.blocks {
        let is_output = prints && block.follows;
        prints = block.is_run && matches!(&*block.language, "sh" | "js");
        if !block.is_run {
            if !block.is_excused {
                complaints.push(format!(
                    "{}:{} is not run, and the line after it does not say why: {EXCUSE}…*",
                    page.name, block.line
                ));
            }
            continue;
        }
        let commands = match (&*block.language, is_output) {
            ("json" | "text", true) => {
                let step = steps.last_mut().expect("what prints it");
                step.expected = if block.language == "json" {
                    Expected::Json(block.text.clone())
                } else {
                    Expected::Text(block.text.clone())
                };
                continue;
            }
            ("text", false) | ("css", _) => continue,
            ("rust", _) if doctests.contains(&page.name) => continue,
            ("rust", _) => {
                complaints.push(format!(
                    "{}:{} is not among the core's doctests",
                    page.name, block.line
                ));
                continue;
            }
            ("python", _) if regions.contains(&block.text) => continue,
            ("python", _) => {
                complaints.push(format!(
                    "{}:{} is no region of examples/checkout",
                    page.name, block.line
                ));
                continue;
            }
            ("sh", _) => block.text.clone(),
            ("json", false) => imported(&block.text),
            ("toml", _) => checked_settings(&block.text),
            ("js", _) if is_last_of_module(page, block) => module(page),
            ("js", _) => String::new(),
            ("html", _) => fetched(&block.text),
            (language, _) => {
                complaints.push(format!(
                    "{}:{} is a block of {language:?}, which nothing runs",
                    page.name, block.line
                ));
                continue;
            }
        };
        steps.push(Step {
            line: block.line,
            commands: if block.language == "js" {
                commands
            } else {
                format!("printf '\\n%s\\n' '{}'\n{commands}", mark(block.line))
            },
            expected: Expected::NoError,
        });
    }
    (steps, complaints)
}

/// The line that precedes the output of a block.
fn mark(line: usize) -> String {
    format!("@@ line {line} of the page")
}

/// The output of a block; `None` if the block was not reached.
pub(crate) fn printed(output: &str, line: usize) -> Option<&str> {
    let (_, rest) = output.split_once(&format!("{}\n", mark(line)))?;
    Some(rest.split("\n@@ line ").next().unwrap_or_default())
}

const MODULE: &str = "page.mjs";

fn modules_blocks(page: &Page) -> impl Iterator<Item = &Block> {
    let blocks = page.blocks.iter();
    blocks.filter(|block| block.is_run && block.language == "js")
}

fn is_last_of_module(page: &Page, block: &Block) -> bool {
    modules_blocks(page).last() == Some(block)
}

fn file(name: &str, content: &str) -> String {
    format!("cat > {name} <<'END OF BLOCK'\n{content}END OF BLOCK\n")
}

/// Imports a whole document, or one with a point of sale that has this gateway.
fn imported(text: &str) -> String {
    let document = match text.trim().strip_prefix("{\"gateway\"") {
        Some(rest) => format!(
            "{{\"pos\": [{{\"pk\": 900001, \"name\": \"A\", \"slug\": \"of-the-book\", \"gateway\"{rest}]}}\n"
        ),
        None => text.to_owned(),
    };
    let import = "curl -s -H 'Authorization: Bearer demo' -H 'Content-Type: application/json' \
         --data-binary @document.json http://127.0.0.1:8080/manage/v1/import/\n";
    file("document.json", &document) + import
}

fn checked_settings(text: &str) -> String {
    file("settings.toml", text) + "payments --config settings.toml check-settings > /dev/null\n"
}

/// A page's module. Its line numbers are those of the page, so that an error can be located; the fence lines print the
/// mark of their block.
fn module(page: &Page) -> String {
    let mut module = String::new();
    let mut lines = 1;
    for block in modules_blocks(page) {
        let blank = "\n".repeat(block.line - lines);
        let mark = mark(block.line);
        let _ = write!(module, "{blank}console.log(\"\\n{mark}\");\n{}", block.text);
        lines = block.line + 1 + block.text.lines().count();
    }
    let node = "command -v node > /dev/null || { echo 'node is needed: install Node.js 18 or later' >&2; exit 1; }\n";
    format!("{node}{}node {MODULE}\n", file(MODULE, &module))
}

/// Requests every URL of the service in a piece of HTML.
fn fetched(text: &str) -> String {
    let quoted = text.split('"').skip(1).step_by(2);
    let mut commands = String::new();
    for url in quoted.filter(|value| value.starts_with("http://127.0.0.1:8080")) {
        let _ = writeln!(commands, "curl -sf -o /dev/null '{url}'");
    }
    commands
}
