//! Rewords the errors of the `config` crate, which quote the value: it may be a password.

use std::io::{self, ErrorKind};
use std::path::Path;

use config::{ConfigError, Map, Value, ValueKind};

use super::BadSettings;

/// What the library does not say without the value beside it.
const EXPECTED: [(&str, &str); 7] = [
    ("environment", "development or production"),
    ("http.bind", "an address and a port"),
    ("language.default", "tr, en, ar, ru, de or fr"),
    ("log.format", "text or json"),
    ("pricing.rounding", "up, half_up or half_even"),
    ("pricing.time_zone", "a name of the time zone database"),
    (
        "production.accept",
        "names of risks, as config/default.toml lists them",
    ),
];

/// What the library calls the environment as the origin of a value.
pub(super) const ENVIRONMENT: &str = "the environment";

/// The key of a value of the wrong type, and what is wrong, with its file or the environment.
pub(super) fn value(error: &ConfigError, values: &Map<String, Value>) -> (Option<String>, String) {
    let (key, expected) = if let ConfigError::Type { key, expected, .. } = error {
        (key.as_deref(), Some(*expected))
    } else if let ConfigError::At { error, key, .. } = error {
        let key = key.as_deref();
        let listed = EXPECTED.iter().find(|(name, _)| Some(*name) == key);
        let listed = listed.map(|one| one.1);
        let is_token = key.is_some_and(|key| key.starts_with("manage.tokens."));
        let token = is_token.then_some("a table with sha256, scopes and expires_at");
        (key, listed.or(token).or_else(|| shape(error)))
    } else {
        (None, shape(error))
    };
    let mut problem = bad_value(key, expected);
    if let Some(origin) = key.and_then(|key| origin(key, values)) {
        problem = format!("{problem} (in {origin})");
    }
    (key.map(str::to_owned), problem)
}

/// A file that cannot be read or is not TOML, with the position but not the line's text.
pub(super) fn file(path: &Path, error: &ConfigError) -> BadSettings {
    let name = path.display();
    BadSettings::one(if let ConfigError::FileParse { cause, .. } = error {
        match place(&cause.to_string()) {
            Some((line, column)) => format!("{name} is not TOML at line {line}, column {column}"),
            None => format!("{name} holds a value that TOML does not have"),
        }
    } else {
        match path.metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => format!("{name} does not exist"),
            Err(error) => format!("{name} cannot be reached: {error}"),
            Ok(found) if !found.is_file() => format!("{name} is not a file"),
            Ok(_) => format!("{name} exists but cannot be read{}", reason(error)),
        }
    })
}

fn reason(error: &ConfigError) -> String {
    let ConfigError::Foreign(cause) = error else {
        return String::new();
    };
    let cause = cause.downcast_ref::<io::Error>();
    cause.map_or_else(String::new, |error| format!(": {error}"))
}

/// Variables that make no settings.
pub(super) fn environment() -> BadSettings {
    BadSettings::one("the variables that begin with PAYMENTS__ cannot be read as settings")
}

fn bad_value(key: Option<&str>, expected: Option<&str>) -> String {
    let key = key.unwrap_or("a setting");
    match expected {
        Some(expected) => format!("{key} must be {expected}"),
        None => format!("{key} has a value that cannot be used"),
    }
}

/// The shape that was expected, of the messages that begin and end in known ways.
fn shape(error: &ConfigError) -> Option<&'static str> {
    let ConfigError::Message(message) = error else {
        return None;
    };
    let (_, expected) = message
        .strip_prefix("invalid type: ")?
        .rsplit_once(", expected ")?;
    match expected {
        "a map" => Some("a table"),
        "a sequence" => Some("a list"),
        expected if expected.starts_with("struct ") => Some("a table"),
        _ => None,
    }
}

/// Line and column at the beginning of the TOML parser's message.
fn place(message: &str) -> Option<(u32, u32)> {
    let place = message
        .lines()
        .next()?
        .strip_prefix("TOML parse error at line ")?;
    let (line, column) = place.split_once(", column ")?;
    Some((line.parse().ok()?, column.parse().ok()?))
}

/// Where a value comes from, or the list it is in; the defaults have no name.
fn origin<'v>(key: &str, values: &'v Map<String, Value>) -> Option<&'v str> {
    find(key.split('[').next()?, values)?.origin()
}

/// The value of a dotted key.
pub(super) fn find<'v>(key: &str, values: &'v Map<String, Value>) -> Option<&'v Value> {
    match key.split_once('.') {
        None => values.get(key),
        Some((table, rest)) => {
            let ValueKind::Table(inner) = &values.get(table)?.kind else {
                return None;
            };
            find(rest, inner)
        }
    }
}

/// Replaces a value, or the list it is in, by its default; a value without a default is removed.
pub(super) fn reset(key: &str, values: &mut Map<String, Value>, known: &Map<String, Value>) {
    let key = key.split('[').next().unwrap_or_default();
    match (find(key, known), find_mut(key, values)) {
        (Some(default), Some(value)) => *value = default.clone(),
        (Some(_) | None, _) => remove(key, values),
    }
}

/// Removes the value of a dotted key.
pub(super) fn remove(key: &str, values: &mut Map<String, Value>) {
    let (table, name) = match key.rsplit_once('.') {
        Some((table, name)) => match find_mut(table, values).map(|value| &mut value.kind) {
            Some(ValueKind::Table(inner)) => (inner, name),
            Some(_) | None => return,
        },
        None => (values, key),
    };
    table.remove(name);
}

fn find_mut<'v>(key: &str, values: &'v mut Map<String, Value>) -> Option<&'v mut Value> {
    match key.split_once('.') {
        None => values.get_mut(key),
        Some((table, rest)) => {
            let ValueKind::Table(inner) = &mut values.get_mut(table)?.kind else {
                return None;
            };
            find_mut(rest, inner)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_with_whether_it_exists() {
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("shop.toml");
        std::fs::write(&there, "").unwrap();
        let denied = io::Error::from(ErrorKind::PermissionDenied);
        let denied = ConfigError::Foreign(Box::new(denied));
        for (path, words) in [
            (
                there.as_path(),
                "exists but cannot be read: permission denied",
            ),
            (&folder.path().join("other.toml"), "does not exist"),
            (&there.join("below"), "cannot be reached: Not a directory"),
            (folder.path(), "is not a file"),
        ] {
            let problems = file(path, &denied).problems;
            let expected = format!("{} {words}", path.display());
            assert!(problems[0].starts_with(&expected), "{problems:?}");
        }
    }
}
