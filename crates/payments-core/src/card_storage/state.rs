//! States. (Being built: the protocol's owner replaces the inside.)

use std::fmt;

use serde::{Deserialize, Serialize};

/// Names the one flow of a customer in a session: a keyed HMAC of both, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowKey(pub String);

/// 128 random bits that name one run of the protocol; an intent in SQL carries it, unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FlowId(pub [u8; 16]);

/// Names an intent: the flow's id in lower-case hexadecimal, which is also the gateway's idempotency or correlation key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntentId(pub String);

impl FlowId {
    /// The intent of this flow: one flow tokenizes at most once.
    pub fn intent(self) -> IntentId {
        IntentId(self.0.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl fmt::Display for IntentId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Where a flow stands. Serializable: it is what the flow store keeps; it never holds a number, CVV, code or phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlowState {
    /// Nothing yet.
    Empty,
}
