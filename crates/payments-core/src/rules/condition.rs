//! Conditions: what a rule tests about a purchase, a card and a number of installments.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use chrono::{NaiveDate, Weekday};
use serde_json::Value;

use crate::catalog::CardPaymentType;
use crate::json::{Json, Reader, Violations};
use crate::money::Currency;
use crate::purchase::Context;
use crate::slug::Slug;
use crate::store_data::CategoryPath;

use super::amount_bound::AmountBound;

mod reading;
mod writing;

use reading::Scope;

/// When a rule applies: all parts that are given must hold. An empty list, map or `None` tests nothing, so
/// `Condition::default()` always holds. A list of values holds if one of them matches.
///
/// A slug that the catalog does not know never matches. It is not an error, so a rule may be written before its card.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    /// All of these must hold.
    pub all: Vec<Condition>,
    /// At least one of these must hold.
    pub any: Vec<Condition>,
    /// This must not hold.
    pub not: Option<Box<Condition>>,
    /// The range of the amount.
    pub amount: Option<AmountTest>,
    /// The currencies of the purchase.
    pub currency: Vec<Currency>,
    /// The requested listings.
    pub context: Vec<Context>,
    /// The states of the basket or pre-order. Never matches a product.
    pub basket_state: Vec<Slug>,
    /// One of these categories, or a category below one, must have an item.
    pub category: Vec<CategoryPath>,
    /// One item must have all these attributes, each with one of its values (compared as text). The names are those
    /// that a product's attributes can have.
    pub attribute: BTreeMap<String, Vec<String>>,
    /// One item must match both of these.
    pub item: Option<ItemTest>,
    /// The range of the sum of the quantities.
    pub item_count: Option<Range<u64>>,
    /// The segments of the customer.
    pub customer_segment: Vec<Slug>,
    /// The slugs of payment options.
    pub payment_option: Vec<Slug>,
    /// The slugs of banks.
    pub bank: Vec<Slug>,
    /// The slugs of card types.
    pub card_type: Vec<Slug>,
    /// The slugs of cards.
    pub card: Vec<Slug>,
    /// Whether the card is a credit or a debit card.
    pub card_payment_type: Vec<CardPaymentType>,
    /// The plan's number of installments.
    pub installment_count: Option<Range<u8>>,
    /// The date on the shop's calendar.
    pub date: Option<DateTest>,
    /// The weekday on the shop's calendar.
    pub weekday: Vec<Weekday>,
    /// The hour on the shop's clock.
    pub hour: Option<HourTest>,
}

/// An inclusive range of amounts, in major units of the purchase's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AmountTest {
    /// The minimum, if any.
    pub min: Option<AmountBound>,
    /// The maximum, if any.
    pub max: Option<AmountBound>,
    /// If given, only purchases in this currency match.
    pub currency: Option<Currency>,
}

/// What a single item must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemTest {
    /// One of these categories, or a category below one, must have the item.
    pub category: Vec<CategoryPath>,
    /// The item must have all these attributes, each with one of its values.
    pub attribute: BTreeMap<String, Vec<String>>,
}

/// An inclusive range of whole numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range<T> {
    /// The minimum, if any.
    pub min: Option<T>,
    /// The maximum, if any.
    pub max: Option<T>,
}

/// An inclusive range of days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateTest {
    /// The first day, if any.
    pub from: Option<NaiveDate>,
    /// The last day, if any.
    pub until: Option<NaiveDate>,
}

/// A range of hours of a day: `from` is inclusive, `until` is exclusive. 9 to 18 is 09:00:00 to 17:59:59.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourTest {
    from: u8,
    until: u8,
}

/// The hours are not `0 ≤ from < until ≤ 24`. A night is two tests under `any`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("use hours from 0 to 24, the first below the second")]
pub struct InvalidHourTest;

impl HourTest {
    /// Accepts `0 ≤ from < until ≤ 24`.
    ///
    /// # Errors
    /// [`InvalidHourTest`] for other hours.
    pub const fn new(from: u8, until: u8) -> Result<Self, InvalidHourTest> {
        if from < until && until <= 24 {
            Ok(Self { from, until })
        } else {
            Err(InvalidHourTest)
        }
    }

    /// The first hour of the range.
    pub const fn from(self) -> u8 {
        self.from
    }

    /// The hour after the last hour of the range.
    pub const fn until(self) -> u8 {
        self.until
    }
}

impl Condition {
    /// The maximum nesting depth of conditions.
    pub const MAX_DEPTH: usize = 16;
    /// The maximum number of conditions of a rule.
    pub const MAX_SIZE: usize = 500;
    /// The maximum number of entries of a list.
    pub const MAX_LIST: usize = 500;

    /// The maximum number of mistakes that are reported for one condition.
    const MAX_REPORTED: usize = 100;

    /// Reads the `when` of a rule.
    ///
    /// # Errors
    /// Every mistake, with its JSON pointer from `value`.
    pub fn from_json(value: &Value) -> Result<Self, Violations> {
        Self::of_value(value, Scope::new(false))
    }

    /// Reads a `when` that was accepted before. Its attributes may have names that a product's attribute cannot have:
    /// an earlier release accepted them, and they never match.
    ///
    /// # Errors
    /// As [`Condition::from_json`].
    pub fn from_stored(value: &Value) -> Result<Self, Violations> {
        Self::of_value(value, Scope::new(true))
    }

    fn of_value(value: &Value, scope: Scope) -> Result<Self, Violations> {
        let mut reader = Reader::default();
        let condition = Self::read_as(&mut reader, &Json::from(value), scope);
        reader.finish(condition)
    }

    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
        Self::read_as(reader, json, Scope::new(false))
    }

    fn read_as(reader: &mut Reader, json: &Json<'_>, mut scope: Scope) -> Option<Self> {
        reader.with_budget(Self::MAX_REPORTED, |reader| {
            reading::condition(reader, json, &mut scope, 1)
        })
    }

    /// Writes the `when` of a rule: [`Condition::from_json`] reads the same condition back.
    pub fn to_json(&self) -> Value {
        writing::condition(self)
    }
}

impl serde::Serialize for Condition {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Condition {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::from_json(&value).map_err(serde::de::Error::custom)
    }
}
