//! Stores customers' saved cards.

use alloc::boxed::Box;
use alloc::vec::Vec;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::audit::Author;
use crate::card::CardName;
use crate::id::{CustomerId, SavedCardId};
use crate::saved_card::{RemovedCard, SavedCard};

use super::Unavailable;

/// Stores saved cards. Every call concerns one customer's own cards; another customer's card is treated as missing.
///
/// [`SavedCards::list`], [`SavedCards::find`] and [`SavedCards::rename`] MUST leave out cards of an account that is not the current one of
/// their point of sale, because they cannot be charged. [`SavedCards::all`] includes them, and they can be removed.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SavedCards: Send + Sync {
    /// The customer's chargeable cards, newest first.
    async fn list(&self, customer: CustomerId) -> Result<Vec<SavedCard>, Unavailable>;

    /// One of the customer's chargeable cards.
    async fn find(
        &self,
        customer: CustomerId,
        pk: SavedCardId,
    ) -> Result<Option<SavedCard>, Unavailable>;

    /// All of the customer's cards, including those of other accounts, for callers that may see or delete
    /// everything of a customer.
    async fn all(&self, customer: CustomerId) -> Result<Vec<SavedCard>, Unavailable>;

    /// Renames a card; `None` removes its name. Returns the renamed card, or `None` if there is no such card.
    async fn rename(
        &self,
        customer: CustomerId,
        pk: SavedCardId,
        name: Option<CardName>,
    ) -> Result<Option<SavedCard>, Unavailable>;

    /// Deletes the row, queues its token for deletion at the gateway (leased until `lease_until`; MUST NOT while
    /// another row of the POS holds the token) and appends the audit record ([`crate::audit::AuditOutcome::Deleted`],
    /// with the author if it was not the customer), in one transaction.
    async fn remove(
        &self,
        customer: CustomerId,
        pk: SavedCardId,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
        author: Option<Author>,
    ) -> Result<Option<RemovedCard>, Unavailable>;
}
