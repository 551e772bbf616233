//! What is removed about a customer on request.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::session::SessionDigest;

/// What an erasure removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Saved cards whose rows are deleted; their tokens are queued for deletion at the gateways.
    pub cards: u64,
    /// Baskets that no longer name the customer.
    pub baskets: u64,
    /// The sessions that are deleted.
    pub sessions: Vec<SessionDigest>,
    /// What is left to do.
    pub status: ErasureStatus,
}

/// How far an erasure is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ErasureStatus {
    /// When the customer was last erased; none if never.
    pub erased_at: Option<DateTime<Utc>>,
    /// The customer's tokens that wait for their deletion at a gateway.
    pub tokens: u64,
    /// The customer's intents that are open: a gateway may still make a token under them.
    pub open_intents: u64,
    /// Whether a profile was written since: the customer came back, and a new erasure would find something.
    pub has_returned: bool,
}

impl ErasureStatus {
    /// Whether the customer was erased, nothing is left to do, and nothing came back.
    pub const fn is_complete(&self) -> bool {
        let is_done = self.tokens == 0 && self.open_intents == 0;
        self.erased_at.is_some() && is_done && !self.has_returned
    }
}
