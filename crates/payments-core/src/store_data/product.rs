//! Products: the data that prices and rules need.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::ProductId;
use crate::json::{self, Json, Object, Problem, Reader, field};
use crate::money::Money;
use crate::pointer;
use crate::slug::Slug;

/// A product of the store.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// The product's primary key.
    pub pk: ProductId,
    /// The product's display name.
    pub name: String,
    /// The current price of one unit, without discounts.
    pub price: Money,
    /// The product's categories.
    pub categories: Vec<CategoryPath>,
    /// Free attributes for rules: each name has a string, number or boolean.
    pub attributes: BTreeMap<String, Value>,
    /// An inactive product has no listing.
    pub is_active: bool,
}

/// Changes with every write of products. What was read at a version is valid while that version is current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProductsVersion(pub i64);

/// A category with its ancestors: segments of `[a-z0-9_-]`, joined by `/` (`jewellery/gold`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CategoryPath(String);

/// The text is not a [`CategoryPath`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use segments of lower-case letters, digits, dashes and underscores, joined by slashes")]
pub struct InvalidCategoryPath;

impl CategoryPath {
    /// Parses a path without changing it.
    ///
    /// # Errors
    /// [`InvalidCategoryPath`] if a segment is empty or has another character, or the path is
    /// longer than 200 characters.
    pub fn parse(text: &str) -> Result<Self, InvalidCategoryPath> {
        let is_segment = |segment: &str| {
            !segment.is_empty()
                && segment
                    .bytes()
                    .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
        };
        if text.len() <= 200 && text.split('/').all(is_segment) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidCategoryPath)
        }
    }

    /// Whether this is `ancestor` itself or lies below it.
    pub fn is_within(&self, ancestor: &Self) -> bool {
        self.0
            .strip_prefix(&ancestor.0)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The path as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CategoryPath {
    type Error = InvalidCategoryPath;

    fn try_from(text: String) -> Result<Self, InvalidCategoryPath> {
        Self::parse(&text)
    }
}

impl From<CategoryPath> for String {
    fn from(path: CategoryPath) -> Self {
        path.0
    }
}

impl fmt::Display for CategoryPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Product {
    /// An active product without categories and attributes.
    pub fn new(pk: ProductId, name: impl Into<String>, price: Money) -> Self {
        Self {
            pk,
            name: name.into(),
            price,
            categories: Vec::new(),
            attributes: BTreeMap::new(),
            is_active: true,
        }
    }

    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
        let mut product = Object::of(reader, json)?;
        let pk = product.pk(reader, ProductId::get);
        let name = product.required(reader, "name", field::name);
        let currency = product.required(reader, "currency", field::currency);
        let price = product.required(reader, "price", field::amount(currency));
        let categories = product.optional(reader, "categories", Vec::new(), |reader, json| {
            reader.at_most(field::MAX_LIST, json, category)
        });
        let attributes = product.optional(reader, "attributes", BTreeMap::new(), attributes);
        let is_active = product.optional(reader, "is_active", true, field::boolean);
        product.finish(reader);
        Some(Self {
            pk: pk?,
            name: name?,
            price: price?,
            categories: categories?,
            attributes: attributes?,
            is_active: is_active?,
        })
    }

    pub(crate) fn write(&self) -> impl Serialize {
        #[derive(Serialize)]
        struct Shape<'a> {
            pk: i64,
            name: &'a str,
            price: String,
            currency: &'static str,
            categories: &'a [CategoryPath],
            attributes: &'a BTreeMap<String, Value>,
            is_active: bool,
        }

        Shape {
            pk: self.pk.get(),
            name: &self.name,
            price: self.price.to_string(),
            currency: self.price.currency.code(),
            categories: &self.categories,
            attributes: &self.attributes,
            is_active: self.is_active,
        }
    }
}

fn category(reader: &mut Reader, json: &Json<'_>) -> Option<CategoryPath> {
    let category = |path: &str| {
        let is_of_slugs = path.split('/').all(|segment| Slug::parse(segment).is_ok());
        CategoryPath::parse(path).ok().filter(|_| is_of_slugs)
    };
    field::text(
        "slugs joined by slashes: lower-case letters and digits, joined by single dashes or underscores",
        category,
    )(reader, json)
}

/// Reads names with strings, numbers or booleans.
fn attributes(reader: &mut Reader, json: &Json<'_>) -> Option<BTreeMap<String, Value>> {
    let members = json::members(reader, json)?;
    if members.len() > field::MAX_LIST {
        return reader.problem(Problem::TooMany(field::MAX_LIST));
    }
    let mut attributes = BTreeMap::new();
    for (name, json) in members {
        reader.at(name, |reader| {
            if pointer::is_key(name) {
                attributes.extend(field::scalar(reader, json).map(|value| (name.clone(), value)));
            } else {
                reader.expected::<()>(pointer::KEY);
            }
        });
    }
    Some(attributes)
}
