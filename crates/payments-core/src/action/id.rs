//! The id of a customer's action at the gateway (3-D Secure).

use alloc::string::String;
use core::fmt;

use sha2::{Digest, Sha256};

use crate::flow::FlowId;
use crate::hex;

/// Identifies an action in the URLs that the customer is sent to: 256 unguessable bits. It gives access only to the
/// outcome of the action.
///
/// It is derived from the flow's id, so that a repeated right code gets the same URL. The database
/// stores only its [`ActionDigest`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ActionId(pub(crate) [u8; 32]);

/// SHA-256 of an [`ActionId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionDigest(pub [u8; 32]);

impl ActionId {
    /// Parses 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        hex::decode(text).filter(|_| is_lower).map(Self)
    }

    /// The digest that the database stores.
    pub fn digest(&self) -> ActionDigest {
        ActionDigest(Sha256::digest(self.0).into())
    }

    pub(crate) fn to_hex(self) -> String {
        hex::encode(&self.0)
    }
}

impl fmt::Debug for ActionId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ActionId(…)")
    }
}

impl ActionDigest {
    /// The digest as 64 lower-case hexadecimal digits.
    pub fn to_hex(self) -> String {
        hex::encode(&self.0)
    }

    /// Parses the output of [`ActionDigest::to_hex`].
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text).map(Self)
    }
}

impl crate::keys::Keys {
    /// Derives the id of a flow's action.
    pub fn action_id(&self, flow: FlowId) -> ActionId {
        ActionId(self.action_key().tag(&[&flow.0]))
    }
}
