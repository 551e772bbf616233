//! Baskets, as the commerce system hands them over.

use crate::id::{BasketId, CustomerId, ProductId};
use crate::money::Money;
use crate::slug::Slug;

/// A basket with the total the commerce system computed (discounts included).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basket {
    /// Primary key.
    pub pk: BasketId,
    /// Whose it is, when known.
    pub customer: Option<CustomerId>,
    /// The commerce system's state of it (`open`, …); only rules look at it.
    pub state: Slug,
    /// What is to be paid.
    pub total: Money,
    /// What is in it; an empty basket has no listing.
    pub items: Vec<BasketItem>,
}

/// One line of a basket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasketItem {
    /// What is bought.
    pub product: ProductId,
    /// How many, at least 1.
    pub quantity: u32,
    /// Price of one, in the basket's currency.
    pub price: Money,
}
