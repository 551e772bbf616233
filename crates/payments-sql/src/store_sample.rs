//! What a store has, for the analysis of rules and the comparison of catalogs.

use async_trait::async_trait;
use payments_core::id::InvalidPk;
use payments_core::ports::Unavailable;
use payments_core::purchase::{Context, KeyedPurchase, PurchaseKey};
use payments_core::rules::lint::StoreFacts;

/// The purchases that were written last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecentKeys {
    /// The keys, last written first; those of products by key, the highest first.
    pub keys: Vec<PurchaseKey>,
    /// Whether there are more.
    pub has_more: bool,
}

impl RecentKeys {
    /// The first `limit` of these keys.
    ///
    /// # Errors
    /// [`InvalidPk`] for zero and negative keys.
    pub fn of(context: Context, mut pks: Vec<i64>, limit: u32) -> Result<Self, InvalidPk> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = pks.len() > limit;
        pks.truncate(limit);
        let keys = pks.into_iter().map(|pk| PurchaseKey::new(context, pk));
        Ok(Self {
            keys: keys.collect::<Result<_, _>>()?,
            has_more,
        })
    }
}

/// The facts of a store, as far as they are known.
#[derive(Debug, Default)]
pub struct Facts {
    /// Those that are known.
    pub known: StoreFacts,
    /// Why others could not be read.
    pub unavailable: Vec<Unavailable>,
}

/// Reads what a store has. Writes nothing.
#[async_trait]
pub trait StoreSample: Send + Sync {
    /// The keys of up to `limit` baskets, pre-orders or active products.
    async fn recent_keys(&self, context: Context, limit: u32) -> Result<RecentKeys, Unavailable>;

    /// The purchases with these keys of one context, in any order, as their owners see them. Those that do not exist are
    /// missing. One query.
    async fn purchases(
        &self,
        context: Context,
        pks: &[i64],
    ) -> Result<Vec<KeyedPurchase>, Unavailable>;

    /// The facts that rules may test: those of all products and customers, and the states and currencies of the 10,000
    /// baskets and pre-orders that were written last. A fact with more than [`MAX_DISTINCT`] different rows, or that
    /// cannot be read in time, is `None`.
    async fn facts(&self) -> Facts;
}

/// The maximum number of different rows that a fact is read from.
pub const MAX_DISTINCT: u32 = 20_000;
