//! Removes a customer's data on request: the sessions, or everything.

use alloc::boxed::Box;
use alloc::vec::Vec;

use async_trait::async_trait;

use crate::audit::Author;
use crate::erasure::{Erased, ErasureStatus};
use crate::id::CustomerId;
use crate::session::SessionDigest;

use super::Unavailable;

/// Removes a customer's data. `None` means that there is no such customer, and nothing was written.
///
/// An erased customer's key stays, inactive and without personal data, until the customer is deleted or written again.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Erasure: Send + Sync {
    /// Deletes all of a customer's sessions, and appends an audit record for each in the same transaction. Returns the
    /// digests of the deleted sessions.
    async fn end_sessions(
        &self,
        customer: CustomerId,
        author: &Author,
    ) -> Result<Option<Vec<SessionDigest>>, Unavailable>;

    /// Erases a customer in one transaction: deletes the rows of the saved cards and queues their tokens, deletes the
    /// sessions, empties and deactivates the profile, removes the customer from baskets, and appends the audit record
    /// ([`crate::audit::AuditOutcome::Erased`], with its author). A repeated erasure MUST succeed; if it finds nothing
    /// to remove, it MUST keep the instant of the previous one and append no second record.
    ///
    /// A saving in progress MUST NOT bring a card back: a new intent is refused
    /// ([`crate::intent::RecordIntent::CustomerErased`]), and [`crate::ports::Intents::save_card`] for an intent
    /// recorded before the erasure queues the token, even if the customer's profile was written again since.
    async fn erase(
        &self,
        customer: CustomerId,
        author: &Author,
    ) -> Result<Option<Erased>, Unavailable>;

    /// The progress of a customer's erasure.
    async fn status(&self, customer: CustomerId) -> Result<Option<ErasureStatus>, Unavailable>;
}
