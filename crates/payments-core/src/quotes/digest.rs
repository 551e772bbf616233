//! Digests of purchases, which show whether a purchase is still the one that was quoted.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::hex;
use crate::purchase::{Purchase, PurchaseItem};

/// SHA-256, as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QuoteDigest(#[serde(with = "crate::hex")] [u8; 32]);

impl QuoteDigest {
    /// The digest as 64 lower-case hexadecimal digits.
    pub fn to_hex(self) -> String {
        hex::encode(&self.0)
    }
}

/// The digests of everything that a listing sees of a purchase. The order of items, categories, attributes and segments
/// does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurchaseDigests {
    /// The whole purchase: context, amount, state, items and customer segments.
    pub purchase: QuoteDigest,
    /// Only the items.
    pub items: QuoteDigest,
}

impl PurchaseDigests {
    /// The digests of a purchase.
    pub fn of(purchase: &Purchase) -> Self {
        let items = Encoding::set(purchase.items.iter().map(encoded_item)).digest();
        let mut whole = Encoding::default();
        whole.text(purchase.context.as_str());
        whole.bytes(&purchase.amount.minor.to_be_bytes());
        whole.text(purchase.amount.currency.code());
        // No slug is empty.
        whole.text(purchase.state.as_ref().map_or("", |state| state.as_str()));
        whole.bytes(&items.0);
        let segments = purchase.customer_segments.iter();
        let segments = segments.map(|segment| segment.as_str().as_bytes().to_vec());
        whole.bytes(&Encoding::set(segments).0);
        Self {
            purchase: whole.digest(),
            items,
        }
    }
}

fn encoded_item(item: &PurchaseItem) -> Vec<u8> {
    let mut encoding = Encoding::default();
    encoding.bytes(&item.quantity.to_be_bytes());
    let categories = item.categories.iter();
    let categories = categories.map(|path| path.as_str().as_bytes().to_vec());
    encoding.bytes(&Encoding::set(categories).0);
    for (name, value) in &item.attributes {
        encoding.text(name);
        encoding.value(value);
    }
    encoding.0
}

/// A sequence of fields, each with its length before it, so that no two sequences have the same bytes.
#[derive(Default)]
struct Encoding(Vec<u8>);

impl Encoding {
    /// Fields whose order does not matter.
    fn set(fields: impl Iterator<Item = Vec<u8>>) -> Self {
        let mut fields: Vec<Vec<u8>> = fields.collect();
        fields.sort_unstable();
        let mut encoding = Self::default();
        for field in &fields {
            encoding.bytes(field);
        }
        encoding
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// A JSON value: its type, then its content. The keys of objects are sorted.
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.text("null"),
            Value::Bool(truth) => self.text(if *truth { "true" } else { "false" }),
            Value::Number(number) => {
                self.text("number");
                self.text(&number.to_string());
            }
            Value::String(text) => {
                self.text("string");
                self.text(text);
            }
            Value::Array(values) => {
                let mut inner = Self::default();
                for value in values {
                    inner.value(value);
                }
                self.text("array");
                self.bytes(&inner.0);
            }
            Value::Object(object) => {
                let mut entries: Vec<_> = object.iter().collect();
                entries.sort_unstable_by_key(|(key, _)| *key);
                let mut inner = Self::default();
                for (key, value) in entries {
                    inner.text(key);
                    inner.value(value);
                }
                self.text("object");
                self.bytes(&inner.0);
            }
        }
    }

    fn digest(&self) -> QuoteDigest {
        QuoteDigest(Sha256::digest(&self.0).into())
    }
}
