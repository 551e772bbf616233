//! Nothing of one machine, nothing unfinished and nothing oversized is in the tree.

use std::path::Path;

use super::Complaints;
use crate::tree::ProjectFile;

/// A longer file is more than one concept.
const MOST_LINES: usize = 400;
const MOST_BYTES: usize = 1024 * 1024;

/// Folders of a machine: people's homes and workplaces.
const HOMES: [&str; 3] = ["home", "root", "work"];

/// Names that say nothing about what a file is about.
const EMPTY_NAMES: [&str; 8] = [
    "common", "helpers", "impl", "manager", "misc", "service", "types", "utils",
];

/// Put together here, or this file would find itself.
const UNFINISHED: [&str; 4] = [
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("#[ig", "nore"),
    concat!("FIX", "ME"),
];

pub(super) fn check(files: &[ProjectFile]) -> Complaints {
    files.iter().flat_map(complaints).collect()
}

fn complaints(file: &ProjectFile) -> Complaints {
    let path = &file.path;
    let mut complaints = Complaints::new();
    if file.size_bytes > MOST_BYTES {
        complaints.push(format!("{path} is larger than {MOST_BYTES} bytes"));
    }
    let Some(text) = &file.text else {
        return complaints;
    };
    let is_rust = Path::new(path)
        .extension()
        .is_some_and(|extension| extension == "rs");
    if is_rust && text.lines().count() > MOST_LINES {
        complaints.push(format!(
            "{path} has more than {MOST_LINES} lines: is it still one concept?"
        ));
    }
    if is_rust && let Some(stem) = Path::new(path).file_stem().and_then(|stem| stem.to_str()) {
        if stem == "mod" {
            complaints.push(format!(
                "{path}: a module's file is named by its concept, not mod.rs"
            ));
        }
        if EMPTY_NAMES.contains(&stem) {
            complaints.push(format!("{path}: what is it about? {stem} does not say"));
        }
    }
    for (line, number) in text.lines().zip(1..) {
        if names_a_machine(line) {
            complaints.push(format!(
                "{path}:{number} names a folder of somebody's machine"
            ));
        }
        if is_rust && let Some(word) = UNFINISHED.iter().find(|word| line.contains(**word)) {
            complaints.push(format!("{path}:{number} is unfinished: {word}"));
        }
    }
    complaints
}

/// An absolute path into one of the homes, not a path of an address such as `https://shop/home/sale`.
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
    use super::{HOMES, UNFINISHED, complaints};
    use crate::tree::ProjectFile;

    fn check(path: &str, text: &str, expected: &[String]) {
        let file = ProjectFile {
            path: path.to_owned(),
            size_bytes: text.len(),
            text: Some(text.to_owned()),
        };
        assert_eq!(complaints(&file), expected);
    }

    #[test]
    fn a_folder_of_a_machine_is_found_wherever_it_stands() {
        for home in HOMES {
            let expected = ["deploy.md:2 names a folder of somebody's machine".to_owned()];
            check(
                "deploy.md",
                &format!("See\n`/{home}/ayse/shop.toml`"),
                &expected,
            );
        }
    }

    #[test]
    fn an_address_with_such_a_folder_in_it_is_not_a_machine() {
        check(
            "a.md",
            "https://shop.example/home/sale and ./home/here and /home/",
            &[],
        );
    }

    #[test]
    fn unfinished_code_is_found() {
        for word in UNFINISHED {
            check("a.rs", word, &[format!("a.rs:1 is unfinished: {word}")]);
            check("a.md", word, &[]);
        }
    }

    #[test]
    fn a_long_source_file_is_found() {
        let long = "\n".repeat(401);
        check(
            "a.rs",
            &long,
            &["a.rs has more than 400 lines: is it still one concept?".to_owned()],
        );
        check("a.json", &long, &[]);
    }

    #[test]
    fn a_file_whose_name_does_not_say_what_it_is_about_is_found() {
        check(
            "src/utils.rs",
            "",
            &["src/utils.rs: what is it about? utils does not say".to_owned()],
        );
        let module = "tests/it/mod.rs: a module's file is named by its concept, not mod.rs";
        check("tests/it/mod.rs", "", &[module.to_owned()]);
        check("locales/common/payments.ftl", "", &[]);
    }

    #[test]
    fn a_large_file_is_found_even_when_it_is_not_text() {
        let file = ProjectFile {
            path: "a.png".to_owned(),
            size_bytes: 1_048_577,
            text: None,
        };
        assert_eq!(complaints(&file), ["a.png is larger than 1048576 bytes"]);
    }
}
