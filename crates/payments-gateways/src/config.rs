//! Reads a provider's configuration: every error names its key, and none repeats a value.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::http::{AllowedHosts, BaseUrl, BaseUrlError, Hosts};
use crate::outcome::ProviderError;
use crate::secret::SecretSource;

/// An error in a provider's configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct ConfigError {
    /// The key of the wrong value.
    pub key: String,
    /// What is wrong with its value, for an operator.
    pub problem: String,
    /// Whether `problem` repeats a part of the value.
    pub is_echo: bool,
}

impl ConfigError {
    pub(crate) fn new(key: &str, problem: impl Into<String>) -> Self {
        Self {
            key: key.to_owned(),
            problem: problem.into(),
            is_echo: false,
        }
    }
}

impl From<ConfigError> for ProviderError {
    fn from(error: ConfigError) -> Self {
        Self::Misconfigured {
            what: error.to_string(),
            code: None,
        }
    }
}

/// A configuration key, for checks, lists and docs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfigKey {
    /// The key in the configuration.
    pub name: &'static str,
    /// Whether it may be left out.
    pub need: Need,
    /// What it is, in a phrase.
    pub meaning: &'static str,
}

impl ConfigKey {
    /// Whether it may be left out.
    pub const fn is_optional(&self) -> bool {
        matches!(self.need, Need::Optional | Need::OptionalSecret)
    }

    /// Whether it refers to a secret.
    pub const fn is_secret(&self) -> bool {
        matches!(self.need, Need::Secret | Need::OptionalSecret)
    }
}

/// Whether a key is required, and whether its value is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Required.
    Required,
    /// Required; a reference to a secret.
    Secret,
    /// Optional; a reference to a secret.
    OptionalSecret,
    /// Optional.
    Optional,
}

/// The longest sender name that a phone displays.
const LONGEST_SENDER_NAME: usize = 11;

pub(crate) fn is_sender_name(name: &str) -> bool {
    let is_printable = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    (1..=LONGEST_SENDER_NAME).contains(&name.len()) && name.bytes().all(is_printable)
}

/// What a configuration may refer to: all that reading one needs.
#[derive(Clone, Copy)]
pub struct ConfigScope<'a> {
    /// Where a base URL may lead.
    pub hosts: &'a AllowedHosts,
    /// Resolves references to secrets.
    pub secrets: &'a dyn SecretSource,
}

/// Reads one provider's configuration.
pub(crate) struct Config<'a, 's> {
    values: &'a Map<String, Value>,
    scope: ConfigScope<'s>,
}

impl<'a, 's> Config<'a, 's> {
    /// Refuses unknown keys: a misspelt one would silently have no effect.
    pub(crate) fn of(
        values: &'a Map<String, Value>,
        keys: &[ConfigKey],
        scope: ConfigScope<'s>,
    ) -> Result<Self, ConfigError> {
        let known: BTreeSet<&str> = keys.iter().map(|key| key.name).collect();
        if let Some(unknown) = values.keys().find(|key| !known.contains(key.as_str())) {
            let problem = format!(
                "no such key; there are {}",
                known.into_iter().collect::<Vec<_>>().join(", ")
            );
            return Err(ConfigError::new(unknown, problem));
        }
        let is_there = |key: &ConfigKey| key.is_optional() || values.contains_key(key.name);
        match keys.iter().find(|key| !is_there(key)) {
            Some(missing) => Err(ConfigError::new(
                missing.name,
                format!("missing: {}", missing.meaning),
            )),
            None => Ok(Self { values, scope }),
        }
    }

    pub(crate) fn optional_text(&self, key: &str) -> Result<Option<&'a str>, ConfigError> {
        match self.values.get(key) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(ConfigError::new(key, "not a text, or an empty one")),
        }
    }

    pub(crate) fn optional_boolean(&self, key: &str) -> Result<Option<bool>, ConfigError> {
        match self.values.get(key) {
            None => Ok(None),
            Some(Value::Bool(boolean)) => Ok(Some(*boolean)),
            Some(_) => Err(ConfigError::new(key, "neither true nor false")),
        }
    }

    pub(crate) fn text(&self, key: &str) -> Result<&'a str, ConfigError> {
        self.optional_text(key)?
            .ok_or_else(|| ConfigError::new(key, "missing"))
    }

    /// The sender name of a message: 1 to 11 characters of ASCII. Providers refuse other names only when the first customer
    /// waits for a code.
    pub(crate) fn sender_name(&self, key: &str) -> Result<&'a str, ConfigError> {
        let name = self.text(key)?;
        if is_sender_name(name) {
            Ok(name)
        } else {
            Err(ConfigError::new(key, "not 1 to 11 characters of ASCII"))
        }
    }

    /// A text of digits, which an environment variable turns into a number.
    pub(crate) fn digits(&self, key: &str) -> Result<String, ConfigError> {
        match self.values.get(key).and_then(Value::as_u64) {
            Some(number) => Ok(number.to_string()),
            None => self.text(key).map(str::to_owned),
        }
    }

    /// The secret a key refers to.
    pub(crate) fn secret(&self, key: &str) -> Result<Zeroizing<String>, ConfigError> {
        let reference = self.text(key)?;
        let resolved = self.scope.secrets.resolve(reference);
        resolved.map_err(|error| ConfigError::new(key, error.to_string()))
    }

    /// A URL that is never called, so that its host need not be on the list of hosts that may be.
    pub(crate) fn uncalled_url(&self, key: &str) -> Result<Option<BaseUrl>, ConfigError> {
        let parsed = self
            .optional_text(key)?
            .map(BaseUrl::of_any_host)
            .transpose();
        parsed.map_err(|error| ConfigError::new(key, error.to_string()))
    }

    /// The base URL under `base_url`, or the provider's own.
    pub(crate) fn base_url(&self, own: Hosts) -> Result<BaseUrl, ConfigError> {
        let parsed = match self.optional_text("base_url")? {
            Some(text) => BaseUrl::parse(text, self.scope.hosts),
            None => BaseUrl::parse(&format!("https://{}", own.live), self.scope.hosts),
        };
        parsed.map_err(|error| ConfigError {
            is_echo: matches!(error, BaseUrlError::HostNotAllowed(_)),
            ..ConfigError::new("base_url", error.to_string())
        })
    }
}
