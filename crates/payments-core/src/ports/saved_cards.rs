//! A customer's saved cards.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::card::{Brand, CardHolder, CardName, Expiry, MaskedPan, StatedName};
use crate::catalog::GatewayAccount;
use crate::id::{CustomerId, PosId, SavedCardId};

use super::{Author, TokenDeletion, Unavailable};

/// A saved card as its owner sees it: the token stays behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCard {
    /// Primary key.
    pub pk: SavedCardId,
    /// Where it can be charged.
    pub pos: PosId,
    /// At which account of the gateway.
    pub account: GatewayAccount,
    /// First six, stars, last four.
    pub masked_number: MaskedPan,
    /// Last month of validity.
    pub expiry: Expiry,
    /// Scheme.
    pub brand: Brand,
    /// Card family, where the gateway stated it.
    pub family: Option<StatedName>,
    /// Issuing bank, where the gateway stated it.
    pub bank: Option<StatedName>,
    /// Name on the card.
    pub holder: CardHolder,
    /// The customer's own name for it.
    pub name: Option<CardName>,
    /// When it was first saved.
    pub created_at: DateTime<Utc>,
    /// When the customer last consented to keeping it.
    pub consented_at: DateTime<Utc>,
}

/// A card taken off the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedCard {
    /// The queued deletion of its token, leased to the caller for the first try; none while another row holds the token.
    pub deletion: Option<TokenDeletion>,
}

/// The saved cards. Every call is about one customer's own cards: another customer's card is as good as absent.
///
/// [`SavedCards::list`] and [`SavedCards::rename`] MUST leave out cards of another account than the present one of their
/// point of sale: nothing can be charged to them. [`SavedCards::all`] has them, and they can be removed.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SavedCards: Send + Sync {
    /// The customer's cards, the newest first.
    async fn list(&self, customer: CustomerId) -> Result<Vec<SavedCard>, Unavailable>;

    /// The same with the cards of other accounts, for whoever may see or delete all that is kept of a customer.
    async fn all(&self, customer: CustomerId) -> Result<Vec<SavedCard>, Unavailable>;

    /// Renames a card; `None` takes its name away. The card as it is then, or none.
    async fn rename(
        &self,
        customer: CustomerId,
        pk: SavedCardId,
        name: Option<CardName>,
    ) -> Result<Option<SavedCard>, Unavailable>;

    /// Deletes the row, queues its token for deletion at the gateway (leased until `lease_until`; MUST NOT while another
    /// row of the POS holds it) and appends the audit record ([`super::AuditOutcome::Deleted`], with the author where it
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
