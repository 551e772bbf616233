//! The configuration of a point of sale: settings, those of former accounts, secrets only by reference, Masterpass addresses checked.

use serde_json::{Map, Value};

use crate::catalog::{ACCOUNT, ACCOUNTS, present_label};
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
    let config = members(reader, json, |reader, name, json| match name {
        ACCOUNT => field::slug(reader, json).map(|label| Value::from(label.as_str())),
        ACCOUNTS => former_accounts(reader, json).map(Value::Object),
        _ => setting(reader, name, json),
    })?;
    check_present(reader, &config);
    if gateway.is_some_and(|gateway| gateway.as_str() == masterpass::GATEWAY) {
        check_masterpass(reader, &config);
    }
    Some(config)
}

/// The members of an object, each read by what reads its kind.
fn members(
    reader: &mut Reader<'_>,
    json: &Json<'_>,
    read: impl Fn(&mut Reader<'_>, &str, &Json<'_>) -> Option<Value>,
) -> Option<Map<String, Value>> {
    let Json::Object(members) = json else {
        return reader.expected(Expected::Object);
    };
    if members.len() > MAX_KEYS {
        return reader.problem(Problem::TooMany(MAX_KEYS));
    }
    let mut all = Map::new();
    for (name, json) in members {
        reader.at(name, |reader| {
            if is_key(name) {
                let value = read(reader, name, json);
                all.extend(value.map(|value| (name.clone(), value)));
            } else {
                reader.expected::<()>(Expected::AttributeName);
            }
        });
    }
    Some(all)
}

/// Former accounts by their labels, each with settings of its own.
fn former_accounts(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Map<String, Value>> {
    members(reader, json, |reader, label, json| {
        if Slug::parse(label).is_err() {
            return reader.expected(Expected::Slug);
        }
        members(reader, json, setting).map(Value::Object)
    })
}

/// The settings of the present account stand in the configuration itself: there is one place for them.
fn check_present(reader: &mut Reader<'_>, config: &Map<String, Value>) {
    let label = present_label(config);
    let former = config.get(ACCOUNTS).and_then(Value::as_object);
    if former.is_some_and(|former| former.contains_key(label.as_str())) {
        reader.at(ACCOUNTS, |reader| {
            reader.at(label.as_str(), |reader| {
                reader.problem::<()>(Problem::PresentAccount);
            });
        });
    }
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

/// The settings without the secrets that stand in them, former accounts' included.
pub(super) fn without_secrets(config: &Map<String, Value>) -> Map<String, Value> {
    let mut public = public_settings(config);
    if let Some(Value::Object(former)) = config.get(ACCOUNTS) {
        let former = former.iter().map(|(label, config)| {
            let settings = config.as_object().map(public_settings);
            (label.clone(), Value::Object(settings.unwrap_or_default()))
        });
        public.insert(ACCOUNTS.to_owned(), Value::Object(former.collect()));
    }
    public
}

fn public_settings(config: &Map<String, Value>) -> Map<String, Value> {
    let is_public =
        |name: &str, value: &Value| !is_secret(name) || value.as_str().is_some_and(is_reference);
    config
        .iter()
        .filter(|(name, value)| is_public(name, value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
