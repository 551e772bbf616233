//! What is bought: the amount that a listing is computed from, and the facts that rules may test.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::money::Money;

use crate::slug::Slug;
use crate::store_data::CategoryPath;

/// Which of the three listings is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// The basket of a session.
    Basket,
    /// The pre-order of a session.
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

    /// Parses a word as [`Context::as_str`] writes it.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Basket, Self::PreOrder, Self::Product]
            .into_iter()
            .find(|context| context.as_str() == word)
    }
}

/// A purchase, as a listing sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Purchase {
    /// Whether this is a basket, a pre-order or a product.
    pub context: Context,
    /// The amount to pay.
    pub amount: Money,
    /// The state of the basket or pre-order; `None` for a product.
    pub state: Option<Slug>,
    /// The items. An empty basket has no listing.
    pub items: Vec<PurchaseItem>,
    /// The segments of the customer, if the customer is known.
    pub customer_segments: Vec<Slug>,
}

impl Purchase {
    /// One product, bought once by an unknown customer. Has no categories and attributes for rules to match.
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
    /// The number of units.
    pub quantity: u32,
    /// The categories of the product.
    pub categories: Vec<CategoryPath>,
    /// The attributes of the product, by key.
    pub attributes: BTreeMap<String, serde_json::Value>,
}
