//! Writes a condition as JSON.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::Weekday;
use serde_json::{Map, Value, json};

use super::{AmountTest, Condition, DateTest, HourTest, ItemTest, Range};

pub(super) const WEEKDAYS: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// The word of a weekday in rules.
pub(super) const fn weekday_word(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}

/// Writes the object that [`Condition::from_json`] reads.
pub(super) fn condition(condition: &Condition) -> Value {
    let mut object = Writer::default();
    object.list("all", &condition.all, self::condition);
    object.list("any", &condition.any, self::condition);
    object.optional("not", condition.not.as_deref(), self::condition);
    object.optional("amount", condition.amount.as_ref(), amount);
    object.list("currency", &condition.currency, |currency| {
        currency.code().into()
    });
    object.list("context", &condition.context, |context| {
        context.as_str().into()
    });
    object.list("basket_state", &condition.basket_state, |slug| {
        slug.as_str().into()
    });
    object.list("category", &condition.category, |path| path.as_str().into());
    object.attributes(&condition.attribute);
    object.optional("item", condition.item.as_ref(), item);
    object.optional("item_count", condition.item_count.as_ref(), range);
    object.list("customer_segment", &condition.customer_segment, |slug| {
        slug.as_str().into()
    });
    object.list("payment_option", &condition.payment_option, |slug| {
        slug.as_str().into()
    });
    object.list("bank", &condition.bank, |slug| slug.as_str().into());
    object.list("card_type", &condition.card_type, |slug| {
        slug.as_str().into()
    });
    object.list("card", &condition.card, |slug| slug.as_str().into());
    object.list("card_payment_type", &condition.card_payment_type, |one| {
        one.as_str().into()
    });
    object.optional(
        "installment_count",
        condition.installment_count.as_ref(),
        range,
    );
    object.optional("date", condition.date.as_ref(), |test| date(*test));
    object.list("weekday", &condition.weekday, |day| {
        weekday_word(*day).into()
    });
    object.optional("hour", condition.hour.as_ref(), |test| hour(*test));
    Value::Object(object.0)
}

fn amount(test: &AmountTest) -> Value {
    let mut object = Writer::default();
    object.optional("min", test.min.as_ref(), |bound| bound.to_string().into());
    object.optional("max", test.max.as_ref(), |bound| bound.to_string().into());
    object.optional("currency", test.currency.as_ref(), |currency| {
        currency.code().into()
    });
    Value::Object(object.0)
}

fn item(test: &ItemTest) -> Value {
    let mut object = Writer::default();
    object.list("category", &test.category, |path| path.as_str().into());
    object.attributes(&test.attribute);
    Value::Object(object.0)
}

fn range<T: Copy + Into<u64>>(range: &Range<T>) -> Value {
    let mut object = Writer::default();
    object.optional("min", range.min.as_ref(), |bound| (*bound).into().into());
    object.optional("max", range.max.as_ref(), |bound| (*bound).into().into());
    Value::Object(object.0)
}

fn date(test: DateTest) -> Value {
    let mut object = Writer::default();
    object.optional("from", test.from.as_ref(), |day| day.to_string().into());
    object.optional("until", test.until.as_ref(), |day| day.to_string().into());
    Value::Object(object.0)
}

fn hour(test: HourTest) -> Value {
    json!({"from": test.from(), "until": test.until()})
}

/// An object under construction; empty tests are left out.
#[derive(Default)]
struct Writer(Map<String, Value>);

impl Writer {
    fn list<T>(&mut self, key: &str, values: &[T], write: impl FnMut(&T) -> Value) {
        if !values.is_empty() {
            self.0.insert(
                key.to_owned(),
                Value::Array(values.iter().map(write).collect()),
            );
        }
    }

    fn optional<T>(&mut self, key: &str, value: Option<&T>, write: impl FnOnce(&T) -> Value) {
        if let Some(value) = value {
            self.0.insert(key.to_owned(), write(value));
        }
    }

    fn attributes(&mut self, attributes: &BTreeMap<String, Vec<String>>) {
        if !attributes.is_empty() {
            self.0.insert("attribute".to_owned(), json!(attributes));
        }
    }
}
