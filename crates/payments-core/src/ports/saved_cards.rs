//! A customer's saved cards.

use alloc::boxed::Box;
use alloc::vec::Vec;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::audit::Author;
use crate::card::CardName;
use crate::id::{CustomerId, SavedCardId};
use crate::saved_card::{RemovedCard, SavedCard};

use super::Unavailable;

/// The saved cards. Every call is about one customer's own cards: another customer's card is as good as absent.
///
/// [`SavedCards::list`] and [`SavedCards::rename`] MUST leave out cards of another account than the present one of their
/// point of sale: nothing can be charged to them. [`SavedCards::all`] has them, and they can be removed.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SavedCards: Send + Sync {
    /// The customer's cards, the newest first.
    async fn list(&self, customer: CustomerId) -> Result<Vec<SavedCard>, Unavailable>;

    /// The same with the cards of other accounts, for callers that may see or delete everything of a customer.
    async fn all(&self, customer: CustomerId) -> Result<Vec<SavedCard>, Unavailable>;

    /// Renames a card; `None` takes its name away. The card as it is then, or none.
    async fn rename(
        &self,
        customer: CustomerId,
        pk: SavedCardId,
        name: Option<CardName>,
    ) -> Result<Option<SavedCard>, Unavailable>;

    /// Deletes the row, queues its token for deletion at the gateway (leased until `lease_until`; MUST NOT while another
    /// row of the POS holds it) and appends the audit record ([`crate::audit::AuditOutcome::Deleted`], with the author where it
    /// is not the customer), in one transaction.
    async fn remove(
        &self,
        customer: CustomerId,
        pk: SavedCardId,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
        author: Option<Author>,
    ) -> Result<Option<RemovedCard>, Unavailable>;
}
