//! Prints the effective settings for `check-settings`, with secrets masked.

use std::fmt::Write as _;

use config::{Map, Value, ValueKind};

use super::load::Loaded;
use super::masked_url::masked;

/// Keys whose values are never shown; of URLs only what may be a password is hidden.
const SECRETS: [&str; 5] = [
    "console.openid_connect.client_secret",
    "quotes.keys",
    "security.key_ring",
    "security.lasting_key",
    "traces.headers",
];
const URLS: [&str; 3] = ["database.url", "database.replica_url", "flows.url"];

/// One line `key = value` for each setting, sorted.
pub fn show(loaded: &Loaded) -> String {
    let mut lines = Vec::new();
    collect("", &loaded.values, &mut lines);
    lines.sort();
    lines.concat()
}

fn collect(prefix: &str, table: &Map<String, Value>, lines: &mut Vec<String>) {
    for (key, value) in table {
        let name = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        if let ValueKind::Table(inner) = &value.kind {
            collect(&name, inner, lines);
            continue;
        }
        lines.push(format!("{name} = {}\n", shown(&name, &value.kind)));
    }
}

fn shown(name: &str, kind: &ValueKind) -> String {
    let text = kind.to_string();
    if SECRETS.contains(&name) || is_hidden(name, &text) {
        return if text.is_empty() {
            "\"\"".to_owned()
        } else {
            "\"********\"".to_owned()
        };
    }
    match kind {
        ValueKind::String(text) if URLS.contains(&name) => format!("{:?}", masked(text)),
        ValueKind::String(text) => format!("{text:?}"),
        ValueKind::Array(items) => {
            let mut out = String::from("[");
            for (place, item) in items.iter().enumerate() {
                let comma = if place == 0 { "" } else { ", " };
                let _ = write!(out, "{comma}{:?}", item.to_string());
            }
            out.push(']');
            out
        }
        ValueKind::Nil
        | ValueKind::Boolean(_)
        | ValueKind::I64(_)
        | ValueKind::I128(_)
        | ValueKind::U64(_)
        | ValueKind::U128(_)
        | ValueKind::Float(_)
        | ValueKind::Table(_) => text,
    }
}

/// Hashes of tokens, and literal values in providers' configurations.
fn is_hidden(name: &str, text: &str) -> bool {
    let is_reference = text.starts_with("env:") || text.starts_with("file:");
    let is_of_token = name.starts_with("manage.tokens.");
    let is_public = name.split('.').count() == 4 && !name.ends_with(".sha256");
    is_of_token && !is_public || name.starts_with("sms.settings.") && !is_reference
}
