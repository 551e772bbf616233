//! The tree has no oversized, unfinished or vaguely named file, and no path of one machine.

use crate::checkers::Findings;
use crate::tree::ProjectFile;

/// A longer file holds more than one concept.
const MAX_LINES: usize = 400;
const MAX_BYTES: usize = 1024 * 1024;

/// Folders that exist on one machine only.
const HOMES: [&str; 3] = ["home", "root", "work"];

/// File names that do not say what the file is about.
const VAGUE_NAMES: [&str; 9] = [
    "common", "helpers", "impl", "manager", "misc", "mod", "service", "types", "utils",
];

/// Split, or this file would find itself.
const UNFINISHED: [&str; 4] = [
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("#[ig", "nore"),
    concat!("FIX", "ME"),
];

pub(super) fn check(files: &[ProjectFile]) -> Findings {
    files.iter().flat_map(findings).collect()
}

fn findings(file: &ProjectFile) -> Findings {
    let path = &file.path;
    let mut findings = Findings::new();
    if file.size_bytes > MAX_BYTES {
        findings.push(format!("{path} is larger than {MAX_BYTES} bytes"));
    }
    let text = file.text.as_deref().unwrap_or_default();
    let stem = path.strip_suffix(".rs");
    let stem = stem.and_then(|path| path.rsplit('/').next());
    if stem.is_some() && text.lines().count() > MAX_LINES {
        findings.push(format!("{path} has more than {MAX_LINES} lines"));
    }
    if stem.is_some_and(|stem| VAGUE_NAMES.contains(&stem)) {
        findings.push(format!("{path} has a vague name"));
    }
    for (line, number) in text.lines().zip(1..) {
        if names_a_machine(line) {
            findings.push(format!("{path}:{number} names a folder of one machine"));
        }
        let unfinished = UNFINISHED.iter().find(|word| line.contains(**word));
        if let Some(word) = unfinished.filter(|_| stem.is_some()) {
            findings.push(format!("{path}:{number} is unfinished: {word}"));
        }
    }
    findings
}

/// An absolute path into one of the homes, not part of an address such as `https://shop/home/sale`.
fn names_a_machine(line: &str) -> bool {
    HOMES.iter().any(|home| {
        let folder = format!("/{home}/");
        line.match_indices(&folder).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + folder.len()..].chars().next();
            !before.is_some_and(|c| c.is_alphanumeric() || "._-}~/".contains(c))
                && after.is_some_and(|c| c.is_ascii_lowercase() || c == '.')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{HOMES, UNFINISHED, findings};
    use crate::tree::ProjectFile;

    fn check(path: &str, text: &str, expected: &[&str]) {
        assert_eq!(findings(&ProjectFile::of_text(path, text)), expected);
    }

    #[test]
    fn a_folder_of_one_machine_is_found_and_an_address_is_not() {
        for home in HOMES {
            let text = format!("See\n`/{home}/ayse/shop.toml`");
            check("a.md", &text, &["a.md:2 names a folder of one machine"]);
        }
        let right = "https://shop.example/home/sale and ./home/here and /home/";
        check("a.md", right, &[]);
    }

    #[test]
    fn an_unfinished_a_long_and_a_vaguely_named_source_file_are_found() {
        for word in UNFINISHED {
            check("a.rs", word, &[&*format!("a.rs:1 is unfinished: {word}")]);
            check("a.md", word, &[]);
        }
        check("a.rs", &"\n".repeat(401), &["a.rs has more than 400 lines"]);
        check("a.json", &"\n".repeat(401), &[]);
        for path in ["src/utils.rs", "tests/it/mod.rs"] {
            check(path, "", &[&*format!("{path} has a vague name")]);
        }
        check("locales/common/payments.ftl", "", &[]);
    }

    #[test]
    fn a_large_file_is_found_even_when_it_is_not_text() {
        let file = ProjectFile {
            path: "a.png".to_owned(),
            size_bytes: 1_048_577,
            text: None,
        };
        assert_eq!(findings(&file), ["a.png is larger than 1048576 bytes"]);
    }
}
