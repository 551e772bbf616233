//! Stores sealed cards until their code is entered.

use alloc::boxed::Box;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::card::SealedCard;
use crate::flow::HeldCardKey;

use super::Unavailable;

/// Stores sealed cards for at most 5 minutes.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait HeldCards: Send + Sync {
    /// Stores a sealed card. The entry MUST expire by `deadline`.
    async fn put(
        &self,
        key: &HeldCardKey,
        card: &SealedCard,
        deadline: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable>;

    /// Reads and deletes a card in one step: of N concurrent calls at most one gets it. MUST NOT be retried when
    /// a reply was lost.
    async fn take(
        &self,
        key: &HeldCardKey,
        now: DateTime<Utc>,
    ) -> Result<Option<SealedCard>, Unavailable>;

    /// Deletes a card if it exists.
    async fn discard(&self, key: &HeldCardKey) -> Result<(), Unavailable>;
}
