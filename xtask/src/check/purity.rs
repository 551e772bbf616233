//! The core's sources name nothing of the standard library that does I/O, reads a clock or starts a thread.

use crate::checkers::Findings;
use crate::tree::{ProjectFile, text_files};

/// The modules of `std` that the core may use.
const MAY_USE: &[&str] = &[
    "any",
    "array",
    "borrow",
    "boxed",
    "cell",
    "char",
    "cmp",
    "collections",
    "convert",
    "default",
    "error",
    "fmt",
    "future",
    "hash",
    "hint",
    "iter",
    "marker",
    "matches",
    "mem",
    "num",
    "ops",
    "option",
    "pin",
    "ptr",
    "rc",
    "result",
    "slice",
    "str",
    "string",
    "sync",
    "task",
    "vec",
];

pub(super) fn check(files: &[ProjectFile]) -> Findings {
    text_files(files, "crates/payments-core/src/", ".rs")
        .flat_map(|(path, text)| {
            impure_names(text).into_iter().map(move |name| {
                format!("{path} uses std::{name}: the core does no I/O and reads no clock")
            })
        })
        .collect()
}

/// Every use of `std::…` outside comments that is not on the list.
fn impure_names(text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .map(without_comment)
        .collect::<Vec<_>>()
        .join("\n");
    code.match_indices("std::")
        .filter(|(at, _)| starts_a_path(&code, *at))
        .flat_map(|(at, prefix)| used_names(&code[at + prefix.len()..]))
        .filter(|name| !MAY_USE.contains(&name.as_str()) && name != "time::Duration")
        .collect()
}

fn without_comment(line: &str) -> &str {
    line.split_once("//").map_or(line, |(code, _)| code)
}

fn starts_a_path(code: &str, at: usize) -> bool {
    !code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
}

/// The modules that a path, or each path of a group, goes into; for `time` with what it takes of it.
fn used_names(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else {
        return vec![first_name(path)];
    };
    top_level_parts(group)
        .map(first_name)
        .filter(|name| !name.is_empty())
        .collect()
}

fn first_name(path: &str) -> String {
    let path = path.trim_start();
    let of_time = path.strip_prefix("time::");
    let name = of_time.unwrap_or(path);
    let end = name
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(name.len());
    if of_time.is_some() {
        format!("time::{}", &name[..end])
    } else {
        name[..end].to_owned()
    }
}

/// The parts between the commas of a group, up to its closing brace; inner groups stay whole.
fn top_level_parts(group: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    group
        .split(move |c: char| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            (c == ',' && depth == 0) || depth < 0
        })
        .take_while(|part| !part.contains(';'))
}

#[cfg(test)]
mod tests {
    use super::impure_names;

    fn check(source: &str, expected: &[&str]) {
        assert_eq!(impure_names(source), expected, "{source}");
    }

    #[test]
    fn io_threads_clocks_and_the_environment_are_found() {
        check("use std::fs;", &["fs"]);
        check("let page = ::std::fs::read_to_string(path)?;", &["fs"]);
        check("use std::time::SystemTime;", &["time::SystemTime"]);
        check(
            "use std::{fmt, env, collections::{HashMap, HashSet}, net::IpAddr};",
            &["env", "net"],
        );
        check(
            "use std::{\n    sync::Arc,\n    thread,\n};\nuse crate::fs;",
            &["thread"],
        );
    }

    #[test]
    fn data_structures_and_durations_are_not() {
        check(
            "use std::collections::HashMap;\nuse std::fmt::{self, Write};",
            &[],
        );
        check(
            "const LIFE: std::time::Duration = std::time::Duration::from_secs(180);",
            &[],
        );
        check("my_std::fs::read()", &[]);
    }

    #[test]
    fn comments_are_ignored() {
        check("// unlike std::fs this one is pure\n/// See std::net.", &[]);
    }
}
