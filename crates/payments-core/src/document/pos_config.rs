//! The configuration of a point of sale: flat settings, secrets only by reference, Masterpass addresses checked.

use serde_json::{Map, Value};

use crate::masterpass::{self, MasterpassConfig};
use crate::pointer::is_key;
use crate::slug::Slug;

use super::field;
use super::json::Json;
use super::problem::{Expected, Problem};
use super::reader::Reader;

/// Parts of names whose values are secrets.
const SECRET_NAMES: [&str; 7] = [
    "secret",
    "password",
    "api_key",
    "apikey",
    "private",
    "credential",
    "token",
];

/// Settings of at most so many keys.
const MAX_KEYS: usize = 64;

pub(super) fn read(
    reader: &mut Reader<'_>,
    gateway: Option<&Slug>,
    json: &Json<'_>,
) -> Option<Map<String, Value>> {
    let Json::Object(members) = json else {
        return reader.expected(Expected::Object);
    };
    if members.len() > MAX_KEYS {
        return reader.problem(Problem::TooMany(MAX_KEYS));
    }
    let mut config = Map::new();
    for (name, json) in members {
        reader.at(name, |reader| {
            if is_key(name) {
                let value = setting(reader, name, json);
                config.extend(value.map(|value| (name.clone(), value)));
            } else {
                reader.expected::<()>(Expected::AttributeName);
            }
        });
    }
    if gateway.is_some_and(|gateway| gateway.as_str() == masterpass::GATEWAY) {
        check_masterpass(reader, &config);
    }
    Some(config)
}

/// A front end loads what this names, so its addresses are checked before anybody is given them.
fn check_masterpass(reader: &mut Reader<'_>, config: &Map<String, Value>) {
    let checked = MasterpassConfig::parse(config, &reader.policy.masterpass_hosts);
    for fault in checked.err().unwrap_or_default() {
        reader.at(fault.key, |reader| {
            reader.problem::<()>(Problem::Masterpass(fault.fault));
        });
    }
}

fn setting(reader: &mut Reader<'_>, name: &str, json: &Json<'_>) -> Option<Value> {
    let value = field::scalar(reader, json)?;
    let text = value.as_str().unwrap_or_default();
    if is_reference(text) {
        return Some(value);
    }
    if text.starts_with("env:") || text.starts_with("file:") {
        return reader.expected(Expected::SecretReference);
    }
    if is_secret(name) && !reader.policy.literal_secrets {
        return reader.problem(Problem::LiteralSecret);
    }
    Some(value)
}

/// Whether a setting of this name is a secret.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['-', '.'], "_");
    SECRET_NAMES.iter().any(|part| name.contains(part)) || name.ends_with("_key") || name == "key"
}

/// `env:NAME`, or `file:` with an absolute path.
fn is_reference(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    text.strip_prefix("env:").is_some_and(is_name)
        || text
            .strip_prefix("file:")
            .is_some_and(|path| path.len() > 1 && path.starts_with('/'))
}

/// The settings without the secrets that stand in them.
pub(super) fn without_secrets(config: &Map<String, Value>) -> Map<String, Value> {
    let is_public =
        |name: &str, value: &Value| !is_secret(name) || value.as_str().is_some_and(is_reference);
    config
        .iter()
        .filter(|(name, value)| is_public(name, value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
