//! The results of erasing a customer on request.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::session::SessionDigest;

/// What an erasure removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Saved cards whose rows were deleted; their tokens are queued for deletion at the gateways.
    pub cards: u64,
    /// Baskets that no longer name the customer.
    pub baskets: u64,
    /// The sessions that were deleted.
    pub sessions: Vec<SessionDigest>,
    /// What remains to be done.
    pub status: ErasureStatus,
}

/// The progress of an erasure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ErasureStatus {
    /// When the customer was last erased; `None` if never.
    pub erased_at: Option<DateTime<Utc>>,
    /// The customer's tokens that are queued for deletion at a gateway.
    pub tokens: u64,
    /// The customer's open intents, under which a gateway may still make a token.
    pub open_intents: u64,
    /// Whether a profile was written after the erasure: the customer came back, and another
    /// erasure would remove something.
    pub has_returned: bool,
}

impl ErasureStatus {
    /// Whether the customer was erased, nothing remains to be done, and no profile was written since.
    pub const fn is_complete(&self) -> bool {
        let is_done = self.tokens == 0 && self.open_intents == 0;
        self.erased_at.is_some() && is_done && !self.has_returned
    }
}
