//! What is removed about a customer on request: the sessions, or everything.

use alloc::boxed::Box;
use alloc::vec::Vec;

use async_trait::async_trait;

use crate::audit::Author;
use crate::erasure::{Erased, ErasureStatus};
use crate::id::CustomerId;
use crate::session::SessionDigest;

use super::Unavailable;

/// What support removes about a customer. `None` everywhere: there is no such customer, and nothing was written.
///
/// An erased customer's key stays, inactive and without personal data, until it is deleted or written again.
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
    /// ([`crate::audit::AuditOutcome::Erased`], with its author). A repeated erasure MUST succeed; if it finds nothing to remove, it MUST keep
    /// the instant and append no second record.
    ///
    /// A saving that is under way MUST NOT bring a card back: a new intent is refused
    /// ([`crate::intent::RecordIntent::CustomerErased`]), and [`crate::ports::Intents::save_card`] for an intent recorded before the
    /// erasure queues the token, also when the customer's profile was written again since.
    async fn erase(
        &self,
        customer: CustomerId,
        author: &Author,
    ) -> Result<Option<Erased>, Unavailable>;

    /// How far a customer's erasure is.
    async fn status(&self, customer: CustomerId) -> Result<Option<ErasureStatus>, Unavailable>;
}
