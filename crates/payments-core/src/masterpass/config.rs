//! The configuration of a Masterpass point of sale.

use alloc::borrow::ToOwned;
use alloc::string::String;

use serde_json::{Map, Value};

use crate::json::{Problem, Violation, Violations};

use super::https_url::HttpsUrl;

/// The gateway name of a Masterpass point of sale.
pub const GATEWAY: &str = "masterpass";

/// What the front end's Masterpass library needs: the contract's `MasterpassJSConfig`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MasterpassConfig {
    /// The URL of the JavaScript library.
    pub js: String,
    /// The OAuth client identifier.
    pub client_id: String,
    /// The merchant identifier; empty for a merchant of type `custom`.
    pub merchant_id: String,
    /// The return URL of 3-D Secure, including its query.
    pub s3d_return_url: String,
}

impl MasterpassConfig {
    /// Reads and checks a point of sale's configuration: `js`, `client_id`, `merchant_id` (not needed for a merchant of
    /// type `custom`, whose identifier is empty), optional `merchant_type`, `s3d_return_url`. Ignores other keys.
    ///
    /// # Errors
    /// Every mistake, with the pointer to its key (`/js`).
    pub fn parse(
        config: &Map<String, Value>,
        allowed_hosts: &[impl AsRef<str>],
    ) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let mut note = |read: Result<String, Violation>| {
            read.unwrap_or_else(|violation| {
                violations.add(violation);
                String::new()
            })
        };
        let read = Self {
            js: note(url(config, "js", allowed_hosts)),
            client_id: note(text(config, "client_id")),
            merchant_id: note(merchant_id(config)),
            s3d_return_url: note(url(config, "s3d_return_url", allowed_hosts)),
        };
        violations.or(read)
    }
}

fn merchant_id(config: &Map<String, Value>) -> Result<String, Violation> {
    let merchant_type = match config.get("merchant_type") {
        None | Some(Value::Null) => None,
        Some(_) => Some(text(config, "merchant_type")?),
    };
    if merchant_type.as_deref() == Some("custom") {
        Ok(String::new())
    } else {
        text(config, "merchant_id")
    }
}

fn url(
    config: &Map<String, Value>,
    key: &'static str,
    allowed_hosts: &[impl AsRef<str>],
) -> Result<String, Violation> {
    let text = text(config, key)?;
    let url = HttpsUrl::parse(&text).ok_or_else(|| invalid(key, "use an absolute https URL"))?;
    let is_allowed = allowed_hosts
        .iter()
        .any(|host| host.as_ref().eq_ignore_ascii_case(url.host()));
    if is_allowed {
        Ok(text)
    } else {
        Err(invalid(key, "this host is not allowed"))
    }
}

fn text(config: &Map<String, Value>, key: &'static str) -> Result<String, Violation> {
    let value = config
        .get(key)
        .ok_or_else(|| Violation::new(pointer(key), Problem::Required))?;
    let is_fit = |text: &&str| {
        (1..=2_000).contains(&text.chars().take(2_001).count())
            && !text.chars().any(char::is_control)
    };
    let text = value
        .as_str()
        .filter(is_fit)
        .ok_or_else(|| invalid(key, "use a text of 1 to 2000 characters"))?;
    Ok(text.to_owned())
}

fn pointer(key: &str) -> String {
    format!("/{key}")
}

fn invalid(key: &str, what: &'static str) -> Violation {
    Violation::new(pointer(key), Problem::Invalid(what.into()))
}
