//! What a store has besides its catalog.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::Value;

use crate::money::Currency;
use crate::slug::Slug;
use crate::store_data::CategoryPath;

/// What the products and the recent purchases of a store have. A value that a rule tests and that is not among these is
/// reported; with `None`, values of that kind are not reported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreFacts {
    /// The categories of products.
    pub categories: Option<BTreeSet<CategoryPath>>,
    /// The attributes of products: the values of each name, as the text that rules compare with.
    pub attributes: Option<BTreeMap<String, BTreeSet<String>>>,
    /// The segments of customers.
    pub segments: Option<BTreeSet<Slug>>,
    /// The states of baskets and pre-orders.
    pub basket_states: Option<BTreeSet<Slug>>,
    /// The currencies of products and purchases, the most frequent one first: witnesses prefer it.
    pub currencies: Option<Vec<Currency>>,
}

impl StoreFacts {
    /// The text that rules compare with an attribute's value. Null, lists and objects have none.
    pub fn attribute_text(value: &Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }
}
