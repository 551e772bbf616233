//! The configuration of a point of sale: its settings and those of former accounts. Secrets are references;
//! Masterpass addresses are checked.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use crate::json::{self, Json, Problem, Reader, field};
use crate::masterpass::{GATEWAY, MasterpassConfig};
use crate::pointer;
use crate::slug::Slug;

/// The configuration key that names the current account.
pub const ACCOUNT: &str = "account";
/// The configuration key that holds former accounts by label.
pub const ACCOUNTS: &str = "accounts";
/// The label of the current account if none is configured.
const MAIN: &str = "main";

/// What is accepted in the configuration of points of sale.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Whether literal secrets are accepted; otherwise only references to secrets are.
    pub literal_secrets: bool,
    /// Hosts that a Masterpass script may be loaded from and its customers may return to.
    pub masterpass_hosts: Vec<String>,
}

/// Parts of setting names whose values are secrets.
const SECRET_NAMES: [&str; 7] = [
    "secret",
    "password",
    "api_key",
    "apikey",
    "private",
    "credential",
    "token",
];

/// The maximum number of keys in a configuration.
const MAX_KEYS: usize = 64;

pub(super) fn read(
    reader: &mut Reader,
    gateway: Option<&Slug>,
    json: &Json<'_>,
    policy: &Policy,
) -> Option<Map<String, Value>> {
    let config = members(reader, json, |reader, name, json| match name {
        ACCOUNT => field::slug(reader, json).map(|label| Value::from(label.as_str())),
        ACCOUNTS => former_accounts(reader, json, policy).map(Value::Object),
        _ => setting(reader, name, json, policy),
    })?;
    check_present(reader, &config);
    if gateway.is_some_and(|gateway| gateway.as_str() == GATEWAY) {
        check_masterpass(reader, &config, policy);
    }
    Some(config)
}

/// Reads the members of an object with `read`.
fn members(
    reader: &mut Reader,
    json: &Json<'_>,
    read: impl Fn(&mut Reader, &str, &Json<'_>) -> Option<Value>,
) -> Option<Map<String, Value>> {
    let members = json::members(reader, json)?;
    if members.len() > MAX_KEYS {
        return reader.problem(Problem::TooMany(MAX_KEYS));
    }
    let mut all = Map::new();
    for (name, json) in members {
        reader.at(name, |reader| {
            if pointer::is_key(name) {
                let value = read(reader, name, json);
                all.extend(value.map(|value| (name.clone(), value)));
            } else {
                reader.expected::<()>(pointer::KEY);
            }
        });
    }
    Some(all)
}

/// Reads former accounts by label, each with its own settings.
fn former_accounts(
    reader: &mut Reader,
    json: &Json<'_>,
    policy: &Policy,
) -> Option<Map<String, Value>> {
    members(reader, json, |reader, label, json| {
        if Slug::parse(label).is_err() {
            return reader.expected(field::SLUG);
        }
        members(reader, json, |reader, name, json| {
            setting(reader, name, json, policy)
        })
        .map(Value::Object)
    })
}

/// The current account's settings are in the configuration itself, not among the former accounts.
fn check_present(reader: &mut Reader, config: &Map<String, Value>) {
    let label = present_label(config);
    let former = config.get(ACCOUNTS).and_then(Value::as_object);
    if former.is_some_and(|former| former.contains_key(label.as_str())) {
        reader.at(ACCOUNTS, |reader| {
            reader.at(label.as_str(), |reader| {
                reader.invalid::<()>(
                    "this is the current account: put its settings into the configuration itself",
                );
            });
        });
    }
}

/// Front ends load these addresses, so they are checked when they are written.
fn check_masterpass(reader: &mut Reader, config: &Map<String, Value>, policy: &Policy) {
    let checked = MasterpassConfig::parse(config, &policy.masterpass_hosts);
    for violation in checked.err().unwrap_or_default() {
        reader.problem_below(&violation.pointer, violation.problem);
    }
}

fn setting(reader: &mut Reader, name: &str, json: &Json<'_>, policy: &Policy) -> Option<Value> {
    let value = field::scalar(reader, json)?;
    let text = value.as_str().unwrap_or_default();
    if is_reference(text) {
        return Some(value);
    }
    if text.starts_with("env:") || text.starts_with("file:") {
        return reader.expected("env:NAME or file:/path");
    }
    if is_secret(name) && !policy.literal_secrets {
        return reader.invalid("name the secret, as env:NAME or file:/path, instead of giving it");
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

/// The settings without literal secrets, those of former accounts included.
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
    config
        .iter()
        .filter(|(name, value)| !is_literal_secret(name, value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn is_literal_secret(name: &str, value: &Value) -> bool {
    is_secret(name) && !value.as_str().is_some_and(is_reference)
}

/// Adds the literal secrets of another configuration to the accounts of the same label. A setting that is there stays.
pub(super) fn add_secrets(config: &mut Map<String, Value>, other: &Map<String, Value>) {
    let label = present_label(config);
    add_account_secrets(config, account(other, label.as_str()));
    if let Some(Value::Object(former)) = config.get_mut(ACCOUNTS) {
        for (label, settings) in former {
            if let Value::Object(settings) = settings {
                add_account_secrets(settings, account(other, label));
            }
        }
    }
}

/// The settings of an account, the current or a former one.
fn account<'c>(config: &'c Map<String, Value>, label: &str) -> Option<&'c Map<String, Value>> {
    if present_label(config).as_str() == label {
        return Some(config);
    }
    config.get(ACCOUNTS)?.get(label)?.as_object()
}

fn add_account_secrets(settings: &mut Map<String, Value>, other: Option<&Map<String, Value>>) {
    for (name, value) in other.into_iter().flatten() {
        // An account's label and the former accounts are not settings of one.
        let is_setting = name != ACCOUNT && name != ACCOUNTS;
        if is_setting && is_literal_secret(name, value) && !settings.contains_key(name) {
            settings.insert(name.clone(), value.clone());
        }
    }
}

/// The label of the current account; `main` if the configuration names none or an invalid one.
#[expect(
    clippy::expect_used,
    reason = "the constant is a slug, as a test shows"
)]
pub(super) fn present_label(config: &Map<String, Value>) -> Slug {
    let named = config.get(ACCOUNT).and_then(Value::as_str);
    named
        .and_then(|label| Slug::parse(label).ok())
        .unwrap_or_else(|| Slug::parse(MAIN).expect("a slug"))
}
