//! Actions that gateways require of customers, stored with their intents.

use alloc::boxed::Box;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::action::{ActionDigest, BeginAction, NewAction, StoredAction};
use crate::flow::IntentId;
use crate::tokenization::GatewayRefusal;

use super::Unavailable;

/// Stores actions. MUST be in the database of the intents; each call is one transaction.
///
/// Whatever closes an intent ([`crate::ports::Intents::save_card`], [`crate::ports::Intents::refuse`],
/// [`crate::ports::Intents::reconcile`], [`Actions::refuse`]) MUST delete the card, the handle and the URL of its
/// action in the same transaction, and keep the digest for as long as the intent. The erasure of a customer MUST delete
/// the cards of the customer's actions.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Actions: Send + Sync {
    /// Stores the action of an open intent, unless it was recorded longer ago than [`crate::intent::COMMIT_WINDOW`].
    /// Storing the same action again MAY happen and changes nothing; an intent has at most one action.
    async fn begin(&self, id: &IntentId, action: &NewAction) -> Result<BeginAction, Unavailable>;

    /// The action with this digest.
    async fn named(&self, digest: &ActionDigest) -> Result<Option<StoredAction>, Unavailable>;

    /// The action of an intent; `None` if the gateway required none.
    async fn of_intent(&self, id: &IntentId) -> Result<Option<StoredAction>, Unavailable>;

    /// Closes an open intent as [`crate::ports::Intents::refuse`] does, and stores the reason of the refusal.
    async fn refuse(
        &self,
        id: &IntentId,
        refusal: &GatewayRefusal,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable>;
}
