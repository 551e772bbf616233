//! What a provider's own API calls a token and its customer key, and whether a charge needs the CVV.

use serde_json::{Map, Value};

use crate::config::{ConfigKey, Need};

/// A provider's names for the parts of an instrument, as in the requests of its payment API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstrumentNames {
    /// The gateway's key of the customer.
    pub customer_key: &'static str,
    /// The gateway's token of the card.
    pub token: &'static str,
}

/// The names of iyzico and Craftgate.
pub(crate) const CARD_USER: InstrumentNames = InstrumentNames {
    customer_key: "cardUserKey",
    token: "cardToken",
};

/// Whether a charge of a stored card needs the CVV. The merchant's agreement with the provider decides, and no API
/// reports it, so it is configured.
pub(crate) const REQUIRES_CVV: ConfigKey = ConfigKey {
    name: "requires_cvv",
    need: Need::Optional,
    meaning: "whether your agreement requires the CVV for a charge of a stored card; false if left out",
};

impl InstrumentNames {
    /// The values by the provider's names. The customer key is left out if there is none.
    pub fn name<'v>(
        &self,
        token: &'v str,
        customer_key: Option<&'v str>,
    ) -> impl Iterator<Item = (&'static str, &'v str)> + use<'v> {
        let customer_key = customer_key.map(|key| (self.customer_key, key));
        customer_key.into_iter().chain([(self.token, token)])
    }
}

/// Whether the configuration of a point of sale says that a charge of a stored card needs the CVV.
pub fn requires_cvv(config: &Map<String, Value>) -> bool {
    config.get(REQUIRES_CVV.name) == Some(&Value::Bool(true))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{CARD_USER, requires_cvv};

    #[test]
    fn values_get_the_providers_names() {
        let named = |key| CARD_USER.name("t", key).collect::<Vec<_>>();
        assert_eq!(named(Some("k")), [("cardUserKey", "k"), ("cardToken", "t")]);
        assert_eq!(named(None), [("cardToken", "t")]);
    }

    #[test]
    fn a_cvv_is_required_only_if_the_configuration_says_so() {
        let requires = |config: serde_json::Value| requires_cvv(config.as_object().unwrap());
        assert!(requires(json!({"requires_cvv": true})));
        assert!(!requires(json!({"requires_cvv": false})));
        assert!(!requires(json!({})));
    }
}
