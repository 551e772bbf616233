//! Shapes of what the commerce system hands over: products, customers, baskets, pre-orders, sessions.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::ToSchema;

/// A product
#[derive(ToSchema)]
pub struct Product {
    /// Primary key; may be left out where the path names it
    #[schema(minimum = 1)]
    pub pk: i64,
    /// Display name
    #[schema(max_length = 200)]
    pub name: String,
    /// Current price of one
    pub price: String,
    /// ISO 4217 code
    #[schema(min_length = 3, max_length = 3)]
    pub currency: String,
    /// Paths of its categories
    #[schema(required = false)]
    pub categories: Vec<String>,
    /// Texts, numbers and booleans for rules
    #[schema(required = false)]
    pub attributes: BTreeMap<String, Value>,
    /// An inactive product has no listing
    #[schema(required = false, default = true)]
    pub is_active: bool,
}

/// A customer
#[derive(ToSchema)]
pub struct Customer {
    /// Primary key; may be left out where the path names it
    #[schema(minimum = 1)]
    pub pk: i64,
    /// The phone number in the profile
    pub phone_number: Option<String>,
    /// Segments rules may ask for
    #[schema(required = false)]
    pub segments: Vec<String>,
    /// An inactive customer counts as not logged in
    #[schema(required = false, default = true)]
    pub is_active: bool,
}

/// A basket with the total the commerce system computed
#[derive(ToSchema)]
pub struct Basket {
    /// Primary key; may be left out where the path names it
    #[schema(minimum = 1)]
    pub pk: i64,
    /// Whose it is
    pub customer: Option<i64>,
    /// The commerce system's state of it; only rules look at it
    #[schema(default = "open")]
    pub state: Option<String>,
    /// ISO 4217 code
    #[schema(min_length = 3, max_length = 3)]
    pub currency: String,
    /// What is to be paid
    pub total: String,
    /// What is in it; an empty basket has no listing
    #[schema(required = false)]
    pub items: Vec<BasketItem>,
}

/// A line of a basket
#[derive(ToSchema)]
pub struct BasketItem {
    /// Primary key of the product
    pub product: i64,
    /// How many
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub quantity: u32,
    /// Price of one
    pub price: String,
}

/// What checkout makes of a basket
#[derive(ToSchema)]
pub struct PreOrder {
    /// Primary key; may be left out where the path names it
    #[schema(minimum = 1)]
    pub pk: i64,
    /// Primary key of its basket
    pub basket: i64,
    /// The commerce system's state of it; only rules look at it
    #[schema(default = "open")]
    pub state: Option<String>,
    /// ISO 4217 code
    #[schema(min_length = 3, max_length = 3)]
    pub currency: String,
    /// What is to be paid
    pub total: String,
}

/// A front end's session
#[derive(ToSchema)]
pub struct Session {
    /// The raw id, 22 to 128 of `[A-Za-z0-9_]`; never given back, for only its hash is kept
    #[schema(write_only, min_length = 22, max_length = 128)]
    pub id: String,
    /// Primary key of the logged-in customer
    pub customer: Option<i64>,
    /// Primary key of the basket
    pub basket: Option<i64>,
    /// Primary key of the pre-order
    pub pre_order: Option<i64>,
    /// The session is void from this instant on
    #[schema(format = DateTime)]
    pub expires_at: String,
}
