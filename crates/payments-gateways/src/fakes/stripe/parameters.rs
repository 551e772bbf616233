//! The parameters and values that the pinned version of Stripe's API accepts.
//!
//! The table beside this file is made from the types of Stripe's own library, not from what the adapter sends.

use std::sync::LazyLock;

use super::super::form;
use super::super::reply::Reply;
use super::super::server::Received;
use super::invalid;

/// Generated; its second line names the package and the version of the API.
const TABLE: &str = include_str!("parameters.tsv");

/// Removed from setup intents in `2026-09-30.endive`; the error has its own code.
const REMOVED: &str = "payment_method_types";

struct Parameter {
    /// `POST /v1/customers`; `{}` is replaced by an id.
    operation: &'static str,
    /// `metadata[*]`, `expand[]`, …
    pattern: &'static str,
    /// `string`, `number`, `boolean`, `decimal`, `hash`, or the values with a bar between them.
    values: &'static str,
}

static PARAMETERS: LazyLock<Vec<Parameter>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    let parameter = |line: &'static str| {
        let mut columns = line.split('\t');
        Some(Parameter {
            operation: columns.next()?,
            pattern: columns.next()?,
            values: columns.next()?,
        })
    };
    rows.filter_map(parameter).collect()
});

/// The version of the API that the table is for.
pub(super) fn api_version() -> &'static str {
    let note = TABLE.lines().nth(1).unwrap_or_default();
    let version = note.rsplit(' ').next().unwrap_or_default();
    version.trim_end_matches('.')
}

/// Stripe's response to a request with an unknown parameter or value; `None` if all are accepted.
pub(super) fn refusal(request: &Received) -> Option<Reply> {
    let Some(operation) = operation(request) else {
        return Some(invalid(404, "", ""));
    };
    let form = match request.method.as_str() {
        "POST" => form::fields(request),
        _ => form::parse(&request.query),
    };
    let Some(fields) = form else {
        return Some(invalid(400, "", ""));
    };
    let refused = |(name, value): (&String, &String)| refused(operation, name, value);
    fields.iter().find_map(refused)
}

/// The operation of a request as the table names it.
fn operation(request: &Received) -> Option<&'static str> {
    let asked = format!("{} {}", request.method, request.path);
    let mut operations = PARAMETERS.iter().map(|parameter| parameter.operation);
    operations.find(|known| {
        let segments = known.split('/').zip(asked.split('/'));
        known.split('/').count() == asked.split('/').count()
            && segments.into_iter().all(|(known, asked)| match known {
                "{}" => !asked.is_empty(),
                known => known == asked,
            })
    })
}

fn refused(operation: &str, name: &str, value: &str) -> Option<Reply> {
    if name.split('[').next() == Some(REMOVED) {
        let code = "payment_method_types_no_longer_supported";
        return Some(invalid(400, code, REMOVED));
    }
    let mut named = PARAMETERS
        .iter()
        .filter(|parameter| parameter.operation == operation && is_named(parameter.pattern, name))
        .peekable();
    if named.peek().is_none() {
        return Some(invalid(400, "parameter_unknown", name));
    }
    let takes = named.any(|parameter| takes(parameter.values, value));
    let in_range = name != "limit" || value.parse().is_ok_and(|limit| (1..=100).contains(&limit));
    (!takes || !in_range).then(|| invalid(400, "", name))
}

/// Whether a pattern matches a name: `*` matches any key; an empty key matches an array index, too.
fn is_named(pattern: &str, name: &str) -> bool {
    let is_place = |key: &str| key.bytes().all(|byte| byte.is_ascii_digit());
    let covers = |(pattern, key): (&str, &str)| match pattern {
        "*]" => key.len() > 1,
        "]" => key.strip_suffix(']').is_some_and(is_place),
        pattern => pattern == key,
    };
    pattern.split('[').count() == name.split('[').count()
        && pattern.split('[').zip(name.split('[')).all(covers)
}

fn takes(values: &str, value: &str) -> bool {
    match values {
        "string" | "decimal" => true,
        "number" => value.parse::<i64>().is_ok(),
        "boolean" => value == "true" || value == "false",
        "hash" => value.is_empty(),
        values => values.split('|').any(|taken| taken == value),
    }
}
