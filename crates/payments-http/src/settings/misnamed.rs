//! Finds settings that do not exist, and says which ones may be meant.

use std::collections::BTreeSet;

use config::{Map, Value, ValueKind};

use super::load::{PREFIX, SHORT_PREFIX, is_open};
use super::unreadable::{find, remove};

/// Settings that may be references. A deployment may well keep the secret in a variable of such a name (`env:NAME`).
const MAY_BE_REFERENCES: [&str; 6] = [
    "database.replica_url",
    "database.url",
    "flows.url",
    "quotes.keys",
    "security.key_ring",
    "security.lasting_key",
];

/// The keys that the defaults do not have, one line each. They are removed, so that the other settings can be read.
pub(super) fn unknown_keys(
    values: &mut Map<String, Value>,
    known: &Map<String, Value>,
) -> Vec<String> {
    let known = leaves(known);
    let is_known = |key: &String| is_open(key) || known.contains(key);
    let mut problems = Vec::new();
    for key in leaves(values) {
        // A table of the defaults that was replaced by a value is of the wrong type, not unknown.
        let is_table = || known.iter().any(|one| is_below(one, &key));
        if is_known(&key) || is_table() {
            continue;
        }
        let mut problem = format!("{key} is not a setting");
        if let Some(origin) = find(&key, values).and_then(Value::origin) {
            problem = format!("{problem} (in {origin})");
        }
        if let Some(meant) = nearest(&key, &known) {
            problem = format!("{problem}; did you mean {meant}?");
        }
        problems.push(problem);
        remove_with_tables(&key, values, &known);
    }
    problems
}

/// Removes a value, and the tables that it leaves empty if the defaults do not have them.
fn remove_with_tables(mut key: &str, values: &mut Map<String, Value>, known: &BTreeSet<String>) {
    remove(key, values);
    while let Some((table, _)) = key.rsplit_once('.') {
        let is_empty = find(table, values).is_some_and(
            |value| matches!(&value.kind, ValueKind::Table(inner) if inner.is_empty()),
        );
        if !is_empty || known.iter().any(|one| one == table || is_below(one, table)) {
            return;
        }
        remove(table, values);
        key = table;
    }
}

/// Variables that are named like a setting but lack an underscore, so that they would be ignored.
pub(super) fn variables(
    environment: &[(String, String)],
    known: &Map<String, Value>,
) -> Vec<String> {
    let mut known = leaves(known);
    known.retain(|key| !MAY_BE_REFERENCES.contains(&key.as_str()));
    let mut problems = Vec::new();
    for (name, _) in environment {
        let Some(rest) = name.strip_prefix(SHORT_PREFIX) else {
            continue;
        };
        if name.starts_with(PREFIX) {
            continue;
        }
        let flat = rest.to_lowercase().replace("__", "_");
        if let Some(key) = known.iter().find(|key| key.replace('.', "_") == flat) {
            let meant = key.replace('.', "__").to_uppercase();
            problems.push(format!("{name} is not read; did you mean {PREFIX}{meant}?"));
        }
    }
    problems
}

fn is_below(key: &str, table: &str) -> bool {
    key.strip_prefix(table)
        .is_some_and(|rest| rest.starts_with('.'))
}

/// The dotted names of all values, and of tables without any.
fn leaves(table: &Map<String, Value>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect("", table, &mut names);
    names
}

fn collect(prefix: &str, table: &Map<String, Value>, names: &mut BTreeSet<String>) {
    for (key, value) in table {
        let name = format!("{prefix}{key}");
        if let ValueKind::Table(inner) = &value.kind
            && !inner.is_empty()
        {
            collect(&format!("{name}."), inner, names);
        } else {
            names.insert(name);
        }
    }
}

/// The known key that differs in the fewest letters, if they are few.
fn nearest<'k>(key: &str, known: &'k BTreeSet<String>) -> Option<&'k str> {
    let of = known.iter().map(|one| (distance(key, one), one.as_str()));
    let (distance, nearest) = of.min()?;
    (distance <= 3 && distance * 3 <= key.len()).then_some(nearest)
}

/// How many letters have to be inserted, removed or replaced (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (position, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], position + 1);
        for (at, same) in other.iter().map(|another| *another == letter).enumerate() {
            let replaced = diagonal + usize::from(!same);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn the_distance_of_two_names_counts_letters() {
        for (one, other, expected) in [
            ("otp.length", "otp.length", 0),
            ("otp.lenght", "otp.length", 2),
            ("http_bind", "http.bind", 1),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
            assert_eq!(distance(other, one), expected, "{other} {one}");
        }
    }
}
