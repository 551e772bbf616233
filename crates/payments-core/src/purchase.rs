//! What is bought: the amount that a listing is computed on, and the facts that rules may test.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::money::Money;

use crate::slug::Slug;
use crate::store_data::CategoryPath;

/// Which of the three listings is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// The session's basket.
    Basket,
    /// The session's pre-order.
    PreOrder,
    /// One product, bought once.
    Product,
}

impl Context {
    /// The word used in rules and in the management API: `basket`, `pre-order`, `product`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basket => "basket",
            Self::PreOrder => "pre-order",
            Self::Product => "product",
        }
    }

    /// The context of a word, as [`Context::as_str`] writes it.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Basket, Self::PreOrder, Self::Product]
            .into_iter()
            .find(|context| context.as_str() == word)
    }
}

/// What is bought.
#[derive(Clone, Debug, PartialEq)]
pub struct Purchase {
    /// Basket, pre-order or product.
    pub context: Context,
    /// What is to be paid.
    pub amount: Money,
    /// State of the basket or pre-order; none for a product.
    pub state: Option<Slug>,
    /// The items; none means an empty basket, which has no listing.
    pub items: Vec<PurchaseItem>,
    /// Segments of the customer, if one is known.
    pub customer_segments: Vec<Slug>,
}

impl Purchase {
    /// One product, bought once by an unknown customer; rules find no category and no attribute of it.
    pub fn of_product(price: Money) -> Self {
        Self {
            context: Context::Product,
            amount: price,
            state: None,
            items: vec![PurchaseItem {
                quantity: 1,
                categories: Vec::new(),
                attributes: BTreeMap::new(),
            }],
            customer_segments: Vec::new(),
        }
    }
}

/// The facts of one item that rules may test.
#[derive(Clone, Debug, PartialEq)]
pub struct PurchaseItem {
    /// How many.
    pub quantity: u32,
    /// Categories of the product.
    pub categories: Vec<CategoryPath>,
    /// Attributes of the product.
    pub attributes: BTreeMap<String, serde_json::Value>,
}
