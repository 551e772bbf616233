//! The tokens in the database, to be compared with those at the gateways.

use alloc::boxed::Box;
use alloc::vec::Vec;

use async_trait::async_trait;

use crate::card::StatedToken;
use crate::catalog::GatewayAccount;
use crate::id::{PosId, SavedCardId};
use crate::saved_card::{OrphanToken, StoredToken, TokenState};

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

    /// The state of a token at any of these points of sale, whatever the account. MUST be the state at one moment: a
    /// token that moves from a card to the queue, or back, is never absent.
    async fn state(&self, pos: &[PosId], token: &StatedToken) -> Result<TokenState, Unavailable>;

    /// Queues an orphan for deletion, unless it is held or queued at any of the points of sale `pos` or at its own.
    /// Returns whether it was queued. A card that is saved with this token at the same time MUST see the deletion, or be
    /// seen by it, as with [`super::Intents::reconcile`].
    async fn queue(&self, orphan: &OrphanToken, pos: &[PosId]) -> Result<bool, Unavailable>;
}
