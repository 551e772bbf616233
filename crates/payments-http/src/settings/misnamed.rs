//! Finds settings that do not exist, and says which ones may be meant.

use std::collections::BTreeSet;

use config::{Map, Value, ValueKind};

use crate::did_you_mean::nearest;

use super::load::{PREFIX, SHORT_PREFIX, is_below, is_open};
use super::unreadable::{find, remove};

/// Settings that may be references. A deployment may well keep the secret in a variable of such a name (`env:NAME`).
const MAY_BE_REFERENCES: [&str; 7] = [
    "console.openid_connect.client_secret",
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
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        if let Some(meant) = nearest(&key, &names) {
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
