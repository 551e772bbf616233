//! The Masterpass wallet: which point of sale serves it, and what its configuration has to be.

use serde_json::{Map, Value};

use crate::catalog::{Catalog, PaymentType, Pos};

mod https_url;

use https_url::HttpsUrl;

/// Name of the gateway of a Masterpass point of sale.
pub const GATEWAY: &str = "masterpass";

/// What the front end's Masterpass library is started with: the contract's `MasterpassJSConfig`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterpassConfig {
    /// URL of the JavaScript library.
    pub js: String,
    /// OAuth client identifier.
    pub client_id: String,
    /// Merchant identifier; empty for a merchant of type `custom`.
    pub merchant_id: String,
    /// Where 3-D Secure returns to, its query included.
    pub s3d_return_url: String,
}

/// A key of the configuration, and what is wrong with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{key}: {fault}")]
pub struct MasterpassFault {
    /// The key in the point of sale's `config`.
    pub key: &'static str,
    /// What is wrong.
    pub fault: ConfigFault,
}

/// What is wrong with a value of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ConfigFault {
    /// It is not there.
    #[error("this is required")]
    Missing,
    /// It is not a text of 1 to 2,000 characters without control characters.
    #[error("use a text of 1 to 2000 characters")]
    NotText,
    /// It is not an absolute `https` URL, or carries a user name or a fragment.
    #[error("use an absolute https URL")]
    NotHttps,
    /// Its host is not on the allow-list.
    #[error("this host is not allowed")]
    HostNotAllowed,
}

impl MasterpassConfig {
    /// Reads and checks a point of sale's configuration: `js`, `client_id`, `merchant_id` (not needed for a merchant
    /// of type `custom`, whose identifier is empty), `merchant_type` if any, `s3d_return_url`. Other keys are left
    /// alone.
    ///
    /// # Errors
    /// Every key at fault.
    pub fn parse(
        config: &Map<String, Value>,
        allowed_hosts: &[impl AsRef<str>],
    ) -> Result<Self, Vec<MasterpassFault>> {
        let mut faults = Vec::new();
        let mut note = |read: Result<String, MasterpassFault>| {
            read.unwrap_or_else(|fault| {
                faults.push(fault);
                String::new()
            })
        };
        let read = Self {
            js: note(url(config, "js", allowed_hosts)),
            client_id: note(text(config, "client_id")),
            merchant_id: note(merchant_id(config)),
            s3d_return_url: note(url(config, "s3d_return_url", allowed_hosts)),
        };
        if faults.is_empty() {
            Ok(read)
        } else {
            Err(faults)
        }
    }
}

/// The point of sale Masterpass runs on: the first active `masterpass` payment option's whose point of sale is active
/// and configured for the Masterpass gateway (the contract, Masterpass).
pub fn point_of_sale(catalog: &Catalog) -> Option<&Pos> {
    catalog
        .active_option_pos(&PaymentType::Masterpass)
        .find(|pos| pos.gateway.as_str() == GATEWAY)
}

fn merchant_id(config: &Map<String, Value>) -> Result<String, MasterpassFault> {
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
) -> Result<String, MasterpassFault> {
    let text = text(config, key)?;
    let fault = |fault| MasterpassFault { key, fault };
    let url = HttpsUrl::parse(&text).ok_or(fault(ConfigFault::NotHttps))?;
    let is_allowed = allowed_hosts
        .iter()
        .any(|host| host.as_ref().eq_ignore_ascii_case(url.host()));
    if is_allowed {
        Ok(text)
    } else {
        Err(fault(ConfigFault::HostNotAllowed))
    }
}

fn text(config: &Map<String, Value>, key: &'static str) -> Result<String, MasterpassFault> {
    let fault = |fault| MasterpassFault { key, fault };
    let value = config.get(key).ok_or(fault(ConfigFault::Missing))?;
    let is_fit = |text: &&str| {
        (1..=2_000).contains(&text.chars().take(2_001).count())
            && !text.chars().any(char::is_control)
    };
    let text = value
        .as_str()
        .filter(is_fit)
        .ok_or(fault(ConfigFault::NotText))?;
    Ok(text.to_owned())
}
