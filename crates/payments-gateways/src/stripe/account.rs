//! An account at Stripe, configured in a point of sale.

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::config::{Config, ConfigError, ConfigKey, ConfigScope, Need};
use crate::http::{BaseUrl, Call, Hosts};

pub(super) const HOSTS: Hosts = Hosts {
    live: "api.stripe.com",
    sandbox: None,
};

const API_VERSION: &str = "2026-10-28.endive";

/// The keys of a point of sale's configuration.
pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey {
        name: "secret_key",
        need: Need::Secret,
        meaning: "the account's secret key, sk_…",
    },
    ConfigKey {
        name: "webhook_secret",
        need: Need::OptionalSecret,
        meaning: "the signing secret of the webhook endpoint, whsec_…",
    },
    ConfigKey {
        name: "base_url",
        need: Need::Optional,
        meaning: "https://api.stripe.com if left out",
    },
];

/// An account, read from a point of sale.
pub(super) struct Account {
    pub(super) base: BaseUrl,
    secret_key: Zeroizing<String>,
}

impl Account {
    pub(super) fn read(
        values: &Map<String, Value>,
        scope: ConfigScope<'_>,
    ) -> Result<Self, ConfigError> {
        let config = Config::of(values, KEYS, scope)?;
        Ok(Self {
            base: config.base_url(HOSTS)?,
            secret_key: config.secret("secret_key")?,
        })
    }

    pub(super) fn authorized(&self, call: Call) -> Call {
        let bearer = Zeroizing::new(format!("Bearer {}", self.secret_key.as_str()));
        call.authorization(bearer.as_str())
            .header("stripe-version", API_VERSION)
    }
}
