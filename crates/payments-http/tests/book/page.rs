//! Pages of the documentation and their code blocks.

use std::fs;
use std::path::Path;

/// A page of the documentation.
pub(crate) struct Page {
    /// The path from the workspace's root, for error messages.
    pub(crate) name: String,
    pub(crate) blocks: Vec<Block>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The line of the opening fence, from 1.
    pub(crate) line: usize,
    pub(crate) language: String,
    pub(crate) is_run: bool,
    pub(crate) text: String,
    /// Whether only blank lines separate it from the previous block.
    pub(crate) follows: bool,
    /// Whether the next line says why it is not run.
    pub(crate) is_excused: bool,
}

/// How the line after a block begins that says why the block is not run. Readers see it, too.
pub(crate) const EXCUSE: &str = "*Not run by the tests: ";

impl Page {
    pub(crate) fn read(root: &Path, path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a page");
        let folder = path.parent().expect("a folder");
        let within = path.strip_prefix(root).expect("a page of the project");
        Self {
            name: within.display().to_string(),
            blocks: blocks(&text, |file| {
                fs::read_to_string(folder.join(file)).expect("an included file")
            }),
        }
    }
}

impl Page {
    /// Keeps only the `curl` commands and the JSON responses after them.
    pub(crate) fn questions(mut self) -> Self {
        let mut is_asked = false;
        self.blocks.retain(|block| {
            let is_question = block.language == "sh" && block.text.starts_with("curl ");
            is_asked = is_question || is_asked && block.language == "json";
            is_asked
        });
        self
    }
}

/// The fenced blocks of a text; `{{#include file}}` in one is replaced by the file's content.
fn blocks(text: &str, included: impl Fn(&str) -> String) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    let mut follows = false;
    for (line, number) in text.lines().zip(1..) {
        match (line.strip_prefix("```"), is_open) {
            (Some(info), false) => {
                let mut words = info.trim().split(',');
                blocks.push(Block {
                    line: number,
                    language: words.next().unwrap_or_default().to_owned(),
                    is_run: words.all(|word| word != "not-run"),
                    text: String::new(),
                    follows,
                    is_excused: false,
                });
                is_open = true;
            }
            (Some(_), true) => (is_open, follows) = (false, true),
            (None, true) => {
                let block = blocks.last_mut().expect("an open block");
                block.text += &line_or_file(line, &included);
                block.text.push('\n');
            }
            (None, false) => {
                if let Some(block) = blocks.last_mut().filter(|_| follows) {
                    block.is_excused |= line.starts_with(EXCUSE);
                }
                follows &= line.trim().is_empty();
            }
        }
    }
    blocks
}

fn line_or_file(line: &str, included: impl Fn(&str) -> String) -> String {
    let directive = line.strip_prefix("{{#include ");
    match directive.and_then(|rest| rest.strip_suffix("}}")) {
        Some(file) => included(file),
        None => line.to_owned(),
    }
}

#[test]
fn a_page_is_read_into_its_blocks() {
    let text = "# A\n```sh\ncurl x\n```\n\n```json\n{}\n```\nand\n```toml,not-run\n{{#include a}}\n```\n\n\
                *Not run by the tests: it deploys.*\n";
    let block = |line, language: &str, is_run, text: &str, follows| Block {
        line,
        language: language.to_owned(),
        is_run,
        text: text.to_owned(),
        follows,
        is_excused: !is_run,
    };
    let expected = [
        block(2, "sh", true, "curl x\n", false),
        block(6, "json", true, "{}\n", true),
        block(10, "toml", false, "included a\n", false),
    ];
    assert_eq!(blocks(text, |file| format!("included {file}")), expected);
}
