//! The tokens in the database, to be compared with those at the gateways.

use alloc::boxed::Box;
use alloc::vec::Vec;

use async_trait::async_trait;

use crate::card::StatedToken;
use crate::catalog::GatewayAccount;
use crate::id::{PosId, SavedCardId};
use crate::saved_card::{OrphanToken, StoredToken};

use super::Unavailable;

/// Reads the tokens of all saved cards, and queues tokens that no card holds.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait StoredTokens: Send + Sync {
    /// The points of sale and accounts that saved cards name, each once.
    async fn accounts(&self) -> Result<Vec<(PosId, GatewayAccount)>, Unavailable>;

    /// Up to `limit` tokens of the cards at an account, in the order of the cards' keys, from the first key after
    /// `after`.
    async fn page(
        &self,
        pos: PosId,
        account: &GatewayAccount,
        after: Option<SavedCardId>,
        limit: u32,
    ) -> Result<Vec<StoredToken>, Unavailable>;

    /// Whether a card holds a token or it is queued for deletion, at any point of sale: two of them may be one merchant at
    /// the gateway. MUST be the answer for one moment: a token that moves from a card to the queue, or back, is always
    /// known.
    async fn is_known(&self, token: &StatedToken) -> Result<bool, Unavailable>;

    /// Queues an orphan for deletion, unless the token is known ([`StoredTokens::is_known`]). Returns whether it was queued. A card that is saved with this token at the same time MUST see the deletion, or be
    /// seen by it, as with [`super::Intents::reconcile`].
    async fn queue(&self, orphan: &OrphanToken) -> Result<bool, Unavailable>;
}
