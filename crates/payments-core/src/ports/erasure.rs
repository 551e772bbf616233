//! What is removed about a customer on request: the sessions, or everything.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::id::CustomerId;
use crate::session::SessionDigest;

use super::{Author, Unavailable};

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

/// What support removes about a customer. `None` everywhere: there is no such customer, and nothing was written.
///
/// An erased customer's key stays, inactive and without personal data, until it is deleted or written anew.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Erasure: Send + Sync {
    /// Deletes all of a customer's sessions, and appends the audit record of each in the same transaction. The digests of
    /// those that were there.
    async fn end_sessions(
        &self,
        customer: CustomerId,
        author: &Author,
    ) -> Result<Option<Vec<SessionDigest>>, Unavailable>;

    /// Erases a customer, in one transaction: deletes the rows of the saved cards and queues their tokens, deletes the
    /// sessions, empties and deactivates the profile, removes the customer from baskets, and appends the audit record
    /// ([`super::AuditOutcome::Erased`], with its author). A repeated erasure MUST succeed; if it finds nothing to remove, it MUST keep
    /// the instant and append no second record.
    ///
    /// A saving that is under way MUST NOT bring a card back: a new intent is refused
    /// ([`super::RecordIntent::CustomerErased`]), and [`super::Intents::save_card`] for an intent recorded before the
    /// erasure queues the token, also when the customer's profile was written anew since.
    async fn erase(
        &self,
        customer: CustomerId,
        author: &Author,
    ) -> Result<Option<Erased>, Unavailable>;

    /// How far a customer's erasure is.
    async fn status(&self, customer: CustomerId) -> Result<Option<ErasureStatus>, Unavailable>;
}
