//! Where customers are sent for an action at the gateway.

use alloc::string::String;

use crate::action::ActionId;

/// The settings of actions at the gateway, for deployments that allow them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionSettings {
    /// The prefix of the URLs: the service's public address and path, with a trailing slash.
    pub base_url: String,
    /// How long the customer may take, 60 to 3,600 seconds.
    pub lifetime_seconds: u32,
}

impl ActionSettings {
    /// The URL of this service that redirects the customer to the gateway.
    pub fn next_action(&self, id: ActionId) -> String {
        format!("{}{}/", self.base_url, id.to_hex())
    }

    /// The URL that the gateway sends the customer back to.
    pub fn return_url(&self, id: ActionId) -> String {
        format!("{}{}/return/", self.base_url, id.to_hex())
    }
}

#[cfg(test)]
mod tests {
    use super::{ActionId, ActionSettings};

    #[test]
    fn an_id_round_trips_through_its_url_and_is_not_printed() {
        let settings = ActionSettings {
            base_url: "https://shop.example/actions/".to_owned(),
            lifetime_seconds: 900,
        };
        let id = ActionId([0xab; 32]);
        let text = "ab".repeat(32);
        assert_eq!(
            settings.next_action(id),
            format!("https://shop.example/actions/{text}/")
        );
        assert_eq!(
            settings.return_url(id),
            format!("https://shop.example/actions/{text}/return/")
        );
        assert_eq!(ActionId::parse(&text), Some(id));
        assert_eq!(ActionId::parse(&text.to_uppercase()), None);
        assert_eq!(ActionId::parse(&text[1..]), None);
        assert!(!format!("{id:?}").contains("ab"));
        assert_ne!(id.digest().0, id.0);
    }
}
