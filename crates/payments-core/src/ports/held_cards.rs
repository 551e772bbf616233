//! Sealed cards, waiting for their code.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::card::SealedCard;
use crate::card_storage::FlowKey;

use super::Unavailable;

/// Names one held card: its flow and 128 random bits of its submission, so that a card is never taken for another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeldCardKey {
    /// The flow; adapters keep all keys of one flow together (one Redis hash slot).
    pub flow: FlowKey,
    /// Of this submission, lower-case hexadecimal.
    pub submission: String,
}

/// Keeps sealed cards for at most 5 minutes.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait HeldCards: Send + Sync {
    /// Holds a sealed card. The entry MUST be gone by `deadline`.
    async fn put(
        &self,
        key: &HeldCardKey,
        card: &SealedCard,
        deadline: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable>;

    /// Reads and deletes in one step: of N concurrent calls at most one gets the card. MUST NOT be retried when a
    /// reply was lost.
    async fn take(
        &self,
        key: &HeldCardKey,
        now: DateTime<Utc>,
    ) -> Result<Option<SealedCard>, Unavailable>;

    /// Deletes, if there.
    async fn discard(&self, key: &HeldCardKey) -> Result<(), Unavailable>;
}
