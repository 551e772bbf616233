//! Identifiers of a flow and its parts.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::hex;

/// Identifies the flow of a customer in a session: a keyed HMAC of both, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowKey(pub String);

/// 128 random bits that identify one run of the protocol. Its intent in the database carries it, unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FlowId(#[serde(with = "crate::hex")] pub [u8; 16]);

/// 128 random bits that identify one submission of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SubmissionId(#[serde(with = "crate::hex")] pub [u8; 16]);

/// 128 random bits that identify one request's claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClaimId(#[serde(with = "crate::hex")] pub [u8; 16]);

/// Identifies an intent: the flow's id in lower-case hexadecimal. It is also the gateway's
/// idempotency or correlation key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntentId(pub String);

impl FlowId {
    /// The id of this flow's intent: a flow tokenizes at most once.
    pub fn intent(self) -> IntentId {
        IntentId(hex::encode(&self.0))
    }

    /// The flow of an intent.
    pub(super) fn of_intent(id: &IntentId) -> Option<Self> {
        hex::decode(&id.0).map(Self)
    }
}

impl IntentId {
    /// Reads a reference as it comes back from a gateway; `None` for a text that is no intent's id.
    pub fn parse(text: &str) -> Option<Self> {
        let flow = hex::decode(text).map(FlowId)?;
        Some(flow.intent()).filter(|id| id.0 == text)
    }
}

impl SubmissionId {
    /// Lower-case hexadecimal, 32 characters.
    pub fn to_hex(self) -> String {
        hex::encode(&self.0)
    }
}

impl fmt::Display for IntentId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Identifies a held card by its flow and 128 random bits per submission, so that two cards never share a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeldCardKey {
    /// The flow. Adapters keep all keys of a flow together (one Redis hash slot).
    pub flow: FlowKey,
    /// The id of the submission, in lower-case hexadecimal.
    pub submission: String,
}

#[cfg(test)]
mod tests {
    use super::IntentId;

    #[test]
    fn only_an_intents_id_is_a_reference() {
        let ours = "000102030405060708090a0b0c0d0e0f";
        assert_eq!(IntentId::parse(ours).map(|id| id.0).as_deref(), Some(ours));
        for other in [
            "",
            "others",
            &ours[1..],
            &ours.to_uppercase(),
            &format!("{ours}0"),
        ] {
            assert_eq!(IntentId::parse(other), None, "{other}");
        }
    }
}
