//! The items for which tests of categories and attributes hold.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::slice;

use serde_json::Value;

use crate::pointer;
use crate::purchase::PurchaseItem;
use crate::store_data::CategoryPath;

use super::answer::{Answer, Miss, Steps, any};
use super::test::ItemAsked;

/// A set of purchases, by their items: the intersection of tests.
#[derive(Clone, Debug, Default)]
pub(super) struct Items<'r> {
    /// For each of these there is an item.
    some: Vec<ItemAsked<'r>>,
    /// For none of these there is an item.
    none: Vec<ItemAsked<'r>>,
}

/// The maximum number of categories and attributes of one item that are searched for.
const MAX_PARTS: usize = 100;

/// An item that has no more than what is asked of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Item<'r> {
    categories: Vec<&'r CategoryPath>,
    attributes: BTreeMap<&'r str, &'r str>,
}

impl<'r> Items<'r> {
    /// Keeps the purchases with an item that matches, or without one.
    pub(super) fn narrow(&mut self, asked: ItemAsked<'r>, holds: bool) {
        if holds {
            &mut self.some
        } else {
            &mut self.none
        }
        .push(asked);
    }

    /// Between one and `most` items of a purchase that is in the set.
    pub(super) fn find(&self, most: u64, steps: &mut Steps) -> Answer<Vec<Item<'r>>> {
        let mut items: Vec<Item<'r>> = Vec::new();
        for asked in &self.some {
            if !items.iter().any(|item| item.matches(asked)) {
                // An item that matches has at least this, so without it no purchase is in the set.
                items.push(self.one(slice::from_ref(asked), steps)?);
            }
        }
        if items.is_empty() {
            items.push(Item::default());
        }
        if items.len() as u64 <= most {
            return Ok(items);
        }
        match self.one(&self.some, steps) {
            Ok(item) => Ok(vec![item]),
            Err(Miss::Never) if most <= 1 => Err(Miss::Never),
            // Several items could share what is asked for.
            Err(Miss::Never | Miss::Undecided) => Err(Miss::Undecided),
        }
    }

    /// The number of tests.
    pub(super) const fn len(&self) -> usize {
        self.some.len() + self.none.len()
    }

    /// Whether there is obviously no such purchase.
    pub(super) fn is_empty(&self, steps: &mut Steps) -> bool {
        let has_none = |asked: &ItemAsked<'r>| {
            matches!(self.one(slice::from_ref(asked), steps), Err(Miss::Never))
        };
        !self.none.is_empty() && self.some.iter().any(has_none)
    }

    /// One item that matches all of these, and none of those that no item may match.
    fn one(&self, asked: &[ItemAsked<'r>], steps: &mut Steps) -> Answer<Item<'r>> {
        let mut choices = Vec::new();
        for one in asked {
            if !one.category.is_empty() {
                choices.push(Part::Category(one.category));
            }
            for (name, values) in one.attribute {
                choices.push(Part::Attribute(name, values));
            }
        }
        if choices.len() > MAX_PARTS {
            return Err(Miss::Undecided);
        }
        self.complete(&Item::default(), &choices, steps)
    }

    /// Completes an item by one value for each part. An item with more parts matches more, so an item that matches what
    /// none may match is not completed.
    fn complete(&self, item: &Item<'r>, parts: &[Part<'r>], steps: &mut Steps) -> Answer<Item<'r>> {
        let width: usize = self.none.iter().map(ItemAsked::width).sum();
        steps.take(2 + width * (1 + item.categories.len()) / 8)?;
        if self.none.iter().any(|asked| item.matches(asked)) {
            return Err(Miss::Never);
        }
        match parts.split_first() {
            Some((part, rest)) => {
                steps.take(part.len())?;
                any(item.with(*part), |item| self.complete(&item, rest, steps))
            }
            None => Ok(item.clone()),
        }
    }
}

/// A part of an item that is asked for.
#[derive(Clone, Copy)]
enum Part<'r> {
    Category(&'r [CategoryPath]),
    Attribute(&'r String, &'r [String]),
}

impl Part<'_> {
    /// The number of values.
    const fn len(&self) -> usize {
        match self {
            Self::Category(asked) => asked.len(),
            Self::Attribute(_, values) => values.len(),
        }
    }
}

impl<'r> Item<'r> {
    /// The items with this part too, none of which has more than another. A product cannot have an attribute whose name
    /// is not a key.
    fn with(&self, part: Part<'r>) -> Vec<Self> {
        match part {
            Part::Category(asked) if self.is_within(asked) => vec![self.clone()],
            Part::Category(asked) => {
                let with = |path| {
                    let mut item = self.clone();
                    item.categories.push(path);
                    item
                };
                asked.iter().map(with).collect()
            }
            Part::Attribute(name, _) if !pointer::is_key(name) => Vec::new(),
            Part::Attribute(name, values) => match self.attributes.get(name.as_str()) {
                Some(value) if values.iter().any(|one| one == value) => vec![self.clone()],
                Some(_) => Vec::new(),
                None => {
                    let with = |value: &'r String| {
                        let mut item = self.clone();
                        item.attributes.insert(name, value);
                        item
                    };
                    values.iter().map(with).collect()
                }
            },
        }
    }

    fn is_within(&self, asked: &[CategoryPath]) -> bool {
        let mut categories = self.categories.iter();
        categories.any(|path| asked.iter().any(|asked| path.is_within(asked)))
    }

    fn matches(&self, asked: &ItemAsked<'_>) -> bool {
        (asked.category.is_empty() || self.is_within(asked.category))
            && asked.attribute.iter().all(|(name, values)| {
                let found = self.attributes.get(name.as_str());
                found.is_some_and(|found| values.iter().any(|value| value == found))
            })
    }

    pub(super) fn to_purchase_item(&self) -> PurchaseItem {
        let attribute = |(name, value): (&&str, &&str)| ((*name).to_owned(), Value::from(*value));
        PurchaseItem {
            quantity: 1,
            categories: self.categories.iter().map(|path| (*path).clone()).collect(),
            attributes: self.attributes.iter().map(attribute).collect(),
        }
    }
}
