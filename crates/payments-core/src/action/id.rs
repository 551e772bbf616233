//! The id of a customer's step at the gateway (3-D Secure).

use alloc::string::String;
use core::fmt;

use sha2::{Digest, Sha256};

use crate::flow::FlowId;
use crate::hex;

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
    /// 64 lower-case hexadecimal digits.
    pub fn to_hex(self) -> String {
        hex::encode(&self.0)
    }

    /// Takes what [`ActionDigest::to_hex`] gives.
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text).map(Self)
    }
}

impl crate::keys::Keys {
    /// The action of a flow.
    pub fn action_id(&self, flow: FlowId) -> ActionId {
        ActionId(self.action_key().tag(&[&flow.0]))
    }
}
