//! Conditions: what a rule asks of a purchase, a card and a number of installments.

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

/// When a rule applies: every part that is given has to hold. An empty list, map or `None` asks nothing, so
/// `Condition::default()` always holds. A list of values holds when one of them is met.
///
/// A slug the catalog does not know is never met; it is not an error, so a rule may be written before its card.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    /// All of these hold.
    pub all: Vec<Condition>,
    /// At least one of these holds.
    pub any: Vec<Condition>,
    /// This does not hold.
    pub not: Option<Box<Condition>>,
    /// The amount is in a range.
    pub amount: Option<AmountTest>,
    /// The purchase is in one of these currencies.
    pub currency: Vec<Currency>,
    /// One of these listings is requested.
    pub context: Vec<Context>,
    /// The basket or pre-order is in one of these states; never met by a product.
    pub basket_state: Vec<Slug>,
    /// An item is in one of these categories or below one.
    pub category: Vec<CategoryPath>,
    /// One item has all these attributes, each with one of its values (compared as text). Names are those a product's
    /// attributes can have.
    pub attribute: BTreeMap<String, Vec<String>>,
    /// One item meets both of these.
    pub item: Option<ItemTest>,
    /// The sum of the quantities.
    pub item_count: Option<Range<u64>>,
    /// The customer is in one of these segments.
    pub customer_segment: Vec<Slug>,
    /// Slugs of payment options.
    pub payment_option: Vec<Slug>,
    /// Slugs of banks.
    pub bank: Vec<Slug>,
    /// Slugs of card types.
    pub card_type: Vec<Slug>,
    /// Slugs of cards.
    pub card: Vec<Slug>,
    /// Credit or debit.
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

/// An amount from `min` to `max`, both inclusive, in major units of the purchase's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AmountTest {
    /// At least this.
    pub min: Option<AmountBound>,
    /// At most this.
    pub max: Option<AmountBound>,
    /// Only met by purchases in this currency.
    pub currency: Option<Currency>,
}

/// What one single item has to meet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemTest {
    /// It is in one of these categories or below one.
    pub category: Vec<CategoryPath>,
    /// It has all these attributes, each with one of its values.
    pub attribute: BTreeMap<String, Vec<String>>,
}

/// Whole numbers from `min` to `max`, both inclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range<T> {
    /// At least this.
    pub min: Option<T>,
    /// At most this.
    pub max: Option<T>,
}

/// Days from `from` to `until`, both inclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateTest {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub until: Option<NaiveDate>,
}

/// Hours of a day, `from` inclusive, `until` exclusive: 9 to 18 is 09:00:00 to 17:59:59.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourTest {
    from: u8,
    until: u8,
}

/// Hours that are not `0 ≤ from < until ≤ 24`; a night is two tests under `any`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("use hours from 0 to 24, the first below the second")]
pub struct InvalidHourTest;

impl HourTest {
    /// Takes `0 ≤ from < until ≤ 24`.
    ///
    /// # Errors
    /// [`InvalidHourTest`].
    pub const fn new(from: u8, until: u8) -> Result<Self, InvalidHourTest> {
        if from < until && until <= 24 {
            Ok(Self { from, until })
        } else {
            Err(InvalidHourTest)
        }
    }

    /// The first hour.
    pub const fn from(self) -> u8 {
        self.from
    }

    /// The hour after the last.
    pub const fn until(self) -> u8 {
        self.until
    }
}

impl Condition {
    /// How deep conditions may be nested.
    pub const MAX_DEPTH: usize = 16;
    /// How many conditions a rule may have in all.
    pub const MAX_SIZE: usize = 500;
    /// How many entries a list may have.
    pub const MAX_LIST: usize = 500;

    /// At most this many mistakes of one condition are reported.
    const MAX_REPORTED: usize = 100;

    /// Reads the `when` of a rule.
    ///
    /// # Errors
    /// Every mistake in it, with its JSON pointer from `value`.
    pub fn from_json(value: &Value) -> Result<Self, Violations> {
        Self::of_value(value, Scope::new(false))
    }

    /// Reads a `when` that was accepted before. Its attributes may have names that no product's attribute can have: they
    /// were allowed once, and never hold.
    ///
    /// # Errors
    /// As of [`Condition::from_json`].
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
