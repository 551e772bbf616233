//! Sealed cards, waiting for their code.

use alloc::boxed::Box;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::card::SealedCard;
use crate::flow::HeldCardKey;

use super::Unavailable;

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
