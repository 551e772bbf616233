//! Compares output with what the page says; `…` matches anything.

use serde_json::{Map, Value};

const ANYTHING: &str = "…";

/// `"…"` matches any value; in a list, any number of elements; as a key, any further members; within a text, any
/// characters.
pub(crate) fn is_json(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::String(expected), _) if expected == ANYTHING => true,
        (Value::String(expected), Value::String(actual)) => is_line(expected, actual),
        (Value::Array(expected), Value::Array(actual)) => {
            is_sequence(expected, actual, |one| *one == ANYTHING, is_json)
        }
        (Value::Object(expected), Value::Object(actual)) => is_object(expected, actual),
        (expected, actual) => expected == actual,
    }
}

fn is_object(expected: &Map<String, Value>, actual: &Map<String, Value>) -> bool {
    let is_open = expected.contains_key(ANYTHING);
    let named = || expected.iter().filter(|(key, _)| *key != ANYTHING);
    (is_open || named().count() == actual.len())
        && named().all(|(key, expected)| {
            actual
                .get(key)
                .is_some_and(|actual| is_json(expected, actual))
        })
}

/// A line `…` matches any number of lines.
pub(crate) fn is_text(expected: &str, actual: &str) -> bool {
    let lines = |text: &str| -> Vec<String> {
        text.trim()
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect()
    };
    is_sequence(
        &lines(expected),
        &lines(actual),
        |line| line.trim() == ANYTHING,
        |expected, actual| is_line(expected, actual),
    )
}

fn is_line(expected: &str, actual: &str) -> bool {
    let characters = |text: &str| -> Vec<char> { text.chars().collect() };
    is_sequence(
        &characters(expected),
        &characters(actual),
        |one| *one == '…',
        |expected, actual| expected == actual,
    )
}

fn is_sequence<T>(
    expected: &[T],
    actual: &[T],
    is_gap: impl Fn(&T) -> bool + Copy,
    is_same: impl Fn(&T, &T) -> bool + Copy,
) -> bool {
    match (expected, actual) {
        ([], actual) => actual.is_empty(),
        ([gap, rest @ ..], actual) if is_gap(gap) => {
            (0..=actual.len()).any(|skipped| is_sequence(rest, &actual[skipped..], is_gap, is_same))
        }
        ([one, rest @ ..], [other, others @ ..]) => {
            is_same(one, other) && is_sequence(rest, others, is_gap, is_same)
        }
        ([_, ..], []) => false,
    }
}

#[test]
fn an_ellipsis_matches_anything_and_other_text_only_itself() {
    let check = |expected: &str, actual: &str, is_right: bool| {
        let value = |text| serde_json::from_str(text).expect("JSON");
        assert_eq!(
            is_json(&value(expected), &value(actual)),
            is_right,
            "{expected} {actual}"
        );
    };
    check(r#"{"a": 1}"#, r#"{"a": 1}"#, true);
    check(r#"{"a": 1}"#, r#"{"a": 1, "b": 2}"#, false);
    check(r#"{"a": 1, "…": "…"}"#, r#"{"a": 1, "b": 2}"#, true);
    check(r#"{"a": 1, "…": "…"}"#, r#"{"b": 2}"#, false);
    check(r#"[1, "…", 3]"#, "[1, 2, 2, 3]", true);
    check(r#"[1, "…"]"#, "[1]", true);
    check(r#"[1, "…"]"#, "[2, 1]", false);
    check(
        r#"{"logo": "http://…/a.svg"}"#,
        r#"{"logo": "http://x/a.svg"}"#,
        true,
    );
    check("19.49", "19.489999", false);
    assert!(is_text("a\n…\nd…", "a\nb\nc\nd 1\n"));
    assert!(!is_text("a\nb", "a"));
}
