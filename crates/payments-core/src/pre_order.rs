//! Pre-orders: what checkout makes of a basket.

use crate::id::{BasketId, PreOrderId};
use crate::money::Money;
use crate::slug::Slug;

/// A pre-order with its own total (shipping included); its items are its basket's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreOrder {
    /// Primary key.
    pub pk: PreOrderId,
    /// The basket it was made of.
    pub basket: BasketId,
    /// The commerce system's state of it (`open`, …); only rules look at it.
    pub state: Slug,
    /// What is to be paid.
    pub total: Money,
}
