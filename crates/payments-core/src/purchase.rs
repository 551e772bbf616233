//! What is bought: the amount that a listing is computed from, and the facts that rules may test.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::id::{BasketId, CustomerId, InvalidPk, PreOrderId, ProductId};
use crate::money::Money;
use crate::slug::Slug;
use crate::store_data::CategoryPath;

/// Which of the three listings is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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

/// Names a purchase in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PurchaseKey {
    /// A basket.
    Basket(BasketId),
    /// A pre-order.
    PreOrder(PreOrderId),
    /// A product, bought once.
    Product(ProductId),
}

impl PurchaseKey {
    /// The key of a basket, pre-order or product.
    ///
    /// # Errors
    /// [`InvalidPk`] for zero and negative numbers.
    pub fn new(context: Context, pk: i64) -> Result<Self, InvalidPk> {
        Ok(match context {
            Context::Basket => Self::Basket(BasketId::new(pk)?),
            Context::PreOrder => Self::PreOrder(PreOrderId::new(pk)?),
            Context::Product => Self::Product(ProductId::new(pk)?),
        })
    }

    /// The listing that the purchase belongs to.
    pub const fn context(self) -> Context {
        match self {
            Self::Basket(_) => Context::Basket,
            Self::PreOrder(_) => Context::PreOrder,
            Self::Product(_) => Context::Product,
        }
    }

    /// The primary key of the basket, pre-order or product.
    pub const fn pk(self) -> i64 {
        match self {
            Self::Basket(pk) => pk.get(),
            Self::PreOrder(pk) => pk.get(),
            Self::Product(pk) => pk.get(),
        }
    }
}

/// Who buys, when a purchase is read by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buyer {
    /// The customer of the basket; unknown if it has none.
    Owner,
    /// This customer.
    Customer(CustomerId),
    /// A visitor who is not logged in. The basket may belong to any customer.
    Unknown,
}

/// A purchase, and whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyedPurchase {
    /// The key of the purchase.
    pub key: PurchaseKey,
    /// The customer whose segments it has; `None` if unknown or inactive.
    pub customer: Option<CustomerId>,
    /// The purchase, as the customer's listings see it.
    pub purchase: Purchase,
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
