//! What names a step the customer takes at the gateway before the card is saved (3-D Secure).

use std::fmt;

use sha2::{Digest, Sha256};

use crate::hex;

use super::FlowId;

/// Identifies one such step in the URLs the customer is sent to: 256 unguessable bits. It only gives access to the outcome
/// of the step.
///
/// It is derived from the flow's id, so that a repeated right code gets the same URL. The database keeps its
/// [`ActionDigest`] only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ActionId(pub(crate) [u8; 32]);

/// SHA-256 of an [`ActionId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionDigest(pub [u8; 32]);

/// How customers are sent to the gateway, where a deployment allows that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionSettings {
    /// What the URLs begin with: the service's own public address and path, with a slash at the end.
    pub base_url: String,
    /// How long the customer has, 60 to 3,600 seconds.
    pub lifetime_seconds: u32,
}

impl ActionId {
    /// Takes 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        hex::decode(text).filter(|_| is_lower).map(Self)
    }

    /// What the database keeps.
    pub fn digest(&self) -> ActionDigest {
        ActionDigest(Sha256::digest(self.0).into())
    }

    fn to_hex(self) -> String {
        hex::encode(&self.0)
    }
}

impl fmt::Debug for ActionId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ActionId(…)")
    }
}

impl ActionDigest {
    /// 64 lower-case hexadecimal digits.
    pub fn to_hex(self) -> String {
        hex::encode(&self.0)
    }

    /// Takes what [`ActionDigest::to_hex`] gives.
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text).map(Self)
    }
}

impl ActionSettings {
    /// Where the customer goes on: a URL of ours that leads to the gateway.
    pub fn next_action(&self, id: ActionId) -> String {
        format!("{}{}/", self.base_url, id.to_hex())
    }

    /// Where the gateway sends the customer back to.
    pub fn return_url(&self, id: ActionId) -> String {
        format!("{}{}/return/", self.base_url, id.to_hex())
    }
}

impl crate::keys::Keys {
    /// The action of a flow.
    pub fn action_id(&self, flow: FlowId) -> ActionId {
        ActionId(self.action_key().tag(&[&flow.0]))
    }
}

#[cfg(test)]
mod tests {
    use super::{ActionId, ActionSettings};

    #[test]
    fn an_id_is_read_back_from_its_url_and_not_shown() {
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
