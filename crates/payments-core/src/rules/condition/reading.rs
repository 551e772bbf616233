//! A condition from JSON.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Weekday};
use serde_json::{Map, Value};

use crate::catalog::{CardPaymentType, InstallmentCount};
use crate::money::Currency;
use crate::product::CategoryPath;
use crate::purchase::Context;

use super::writing::{WEEKDAYS, weekday_word};
use super::{AmountBound, AmountTest, Condition, DateTest, HourTest, ItemTest, Range};
use crate::rules::fault::{Expected, RuleFaultKind};
use crate::rules::reading::Reader;

const KEYS: &[&str] = &[
    "all",
    "any",
    "not",
    "amount",
    "currency",
    "context",
    "basket_state",
    "category",
    "attribute",
    "item",
    "item_count",
    "customer_segment",
    "payment_option",
    "bank",
    "card_type",
    "card",
    "card_payment_type",
    "installment_count",
    "date",
    "weekday",
    "hour",
];

const MAX: usize = Condition::MAX_LIST;

/// A whole condition, `depth` conditions deep.
pub(super) fn condition(reader: &mut Reader, value: &Value, depth: usize) -> Option<Condition> {
    if depth > Condition::MAX_DEPTH {
        return reader.fault(RuleFaultKind::TooDeep);
    }
    reader.size += 1;
    if reader.size > Condition::MAX_SIZE {
        // Said once, where it happened; the rest is not read.
        let is_first = reader.size == Condition::MAX_SIZE + 1;
        return if is_first {
            reader.fault(RuleFaultKind::TooLong)
        } else {
            None
        };
    }
    let map = reader.object(value, KEYS)?;
    let below = |reader: &mut Reader, value: &Value| condition(reader, value, depth + 1);
    Some(Condition {
        all: reader.list(map, "all", MAX, below),
        any: reader.list(map, "any", MAX, below),
        not: reader.optional(map, "not", below).map(Box::new),
        amount: reader.optional(map, "amount", amount),
        currency: reader.list(map, "currency", MAX, currency),
        context: reader.list(map, "context", MAX, context),
        basket_state: reader.list(map, "basket_state", MAX, Reader::slug),
        category: reader.list(map, "category", MAX, category),
        attribute: reader
            .optional(map, "attribute", attributes)
            .unwrap_or_default(),
        item: reader.optional(map, "item", item),
        item_count: reader.optional(map, "item_count", |reader, value| {
            range(reader, value, |reader, value| {
                reader.whole(value, Expected::Count, Some)
            })
        }),
        customer_segment: reader.list(map, "customer_segment", MAX, Reader::slug),
        payment_option: reader.list(map, "payment_option", MAX, Reader::slug),
        bank: reader.list(map, "bank", MAX, Reader::slug),
        card_type: reader.list(map, "card_type", MAX, Reader::slug),
        card: reader.list(map, "card", MAX, Reader::slug),
        card_payment_type: reader.list(map, "card_payment_type", MAX, card_payment_type),
        installment_count: reader.optional(map, "installment_count", |reader, value| {
            range(reader, value, count)
        }),
        date: reader.optional(map, "date", date),
        weekday: reader.list(map, "weekday", MAX, weekday),
        hour: reader.optional(map, "hour", hour),
    })
}

fn amount(reader: &mut Reader, value: &Value) -> Option<AmountTest> {
    let map = some_of(reader, value, &["min", "max", "currency"])?;
    let bound = |reader: &mut Reader, value: &Value| {
        reader.decimal(value, Expected::Amount, |decimal| {
            AmountBound::from_decimal(decimal).ok()
        })
    };
    let min = reader.optional(map, "min", bound);
    let max = reader.optional(map, "max", bound);
    let currency = reader.optional(map, "currency", currency);
    in_order(reader, min, max)?;
    Some(AmountTest { min, max, currency })
}

fn item(reader: &mut Reader, value: &Value) -> Option<ItemTest> {
    let map = some_of(reader, value, &["category", "attribute"])?;
    Some(ItemTest {
        category: reader.list(map, "category", MAX, category),
        attribute: reader
            .optional(map, "attribute", attributes)
            .unwrap_or_default(),
    })
}

fn attributes(reader: &mut Reader, value: &Value) -> Option<BTreeMap<String, Vec<String>>> {
    let Some(map) = value.as_object() else {
        return reader.expected(Expected::Object);
    };
    if map.is_empty() {
        return reader.fault(RuleFaultKind::Empty);
    }
    if map.len() > MAX {
        return reader.fault(RuleFaultKind::TooLong);
    }
    let attributes = map.iter().filter_map(|(name, values)| {
        reader.at(name, |reader| {
            if !reader.is_attribute(name) {
                return reader.expected(Expected::AttributeName);
            }
            Some((name.clone(), reader.entries(values, MAX, Reader::text)?))
        })
    });
    Some(attributes.collect())
}

fn range<T: Ord + Copy>(
    reader: &mut Reader,
    value: &Value,
    read: impl Fn(&mut Reader, &Value) -> Option<T>,
) -> Option<Range<T>> {
    let map = some_of(reader, value, &["min", "max"])?;
    let min = reader.optional(map, "min", &read);
    let max = reader.optional(map, "max", &read);
    in_order(reader, min, max)?;
    Some(Range { min, max })
}

fn date(reader: &mut Reader, value: &Value) -> Option<DateTest> {
    let map = some_of(reader, value, &["from", "until"])?;
    let from = reader.optional(map, "from", day);
    let until = reader.optional(map, "until", day);
    in_order(reader, from, until)?;
    Some(DateTest { from, until })
}

/// `2026-12-31` and no other form.
fn day(reader: &mut Reader, value: &Value) -> Option<NaiveDate> {
    reader.word(value, Expected::Date, |text| {
        let day: NaiveDate = text.parse().ok()?;
        (text.len() == 10 && day.to_string() == text).then_some(day)
    })
}

fn hour(reader: &mut Reader, value: &Value) -> Option<HourTest> {
    let map = some_of(reader, value, &["from", "until"])?;
    let whole = |reader: &mut Reader, value: &Value| {
        let parse = |hour| u8::try_from(hour).ok().filter(|hour| *hour <= 24);
        reader.whole(value, Expected::Hour, parse)
    };
    let from = reader.optional(map, "from", whole).unwrap_or(0);
    let until = reader.optional(map, "until", whole).unwrap_or(24);
    match HourTest::new(from, until) {
        Ok(test) => Some(test),
        Err(invalid) => reader.fault(RuleFaultKind::InvalidHours(invalid)),
    }
}

/// An object that asks for something.
fn some_of<'v>(
    reader: &mut Reader,
    value: &'v Value,
    known: &[&str],
) -> Option<&'v Map<String, Value>> {
    let map = reader.object(value, known)?;
    if map.is_empty() {
        reader.fault(RuleFaultKind::Empty)
    } else {
        Some(map)
    }
}

fn in_order<T: Ord>(reader: &mut Reader, first: Option<T>, last: Option<T>) -> Option<()> {
    match (first, last) {
        (Some(first), Some(last)) if first > last => reader.fault(RuleFaultKind::EmptyRange),
        (Some(_) | None, Some(_) | None) => Some(()),
    }
}

fn currency(reader: &mut Reader, value: &Value) -> Option<Currency> {
    reader.word(value, Expected::Currency, |text| {
        Currency::from_code(text).ok()
    })
}

fn context(reader: &mut Reader, value: &Value) -> Option<Context> {
    reader.word(value, Expected::Context, Context::from_word)
}

fn category(reader: &mut Reader, value: &Value) -> Option<CategoryPath> {
    reader.word(value, Expected::Category, |text| {
        CategoryPath::parse(text).ok()
    })
}

fn card_payment_type(reader: &mut Reader, value: &Value) -> Option<CardPaymentType> {
    reader.word(value, Expected::CardPaymentType, CardPaymentType::from_word)
}

fn weekday(reader: &mut Reader, value: &Value) -> Option<Weekday> {
    reader.word(value, Expected::Weekday, |text| {
        WEEKDAYS.into_iter().find(|day| weekday_word(*day) == text)
    })
}

fn count(reader: &mut Reader, value: &Value) -> Option<u8> {
    reader.whole(value, Expected::InstallmentCount, |count| {
        let count = InstallmentCount::new(u8::try_from(count).ok()?).ok()?;
        Some(count.get())
    })
}
