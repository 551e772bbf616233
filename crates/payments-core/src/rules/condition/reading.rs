//! Reads a condition from JSON.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::{NaiveDate, Weekday};

use crate::catalog::{CardPaymentType, InstallmentCount};
use crate::json::{self, Json, Object, Problem, Reader, field};
use crate::pointer;
use crate::purchase::Context;
use crate::record::Part;
use crate::slug::Slug;
use crate::store_data::CategoryPath;

use super::writing::{WEEKDAYS, weekday_word};
use super::{AmountBound, AmountTest, Condition, DateTest, HourTest, ItemTest, Range};

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
    "commercial",
    "installment_count",
    "date",
    "weekday",
    "hour",
];

const MAX: usize = Condition::MAX_LIST;

/// The maximum length of a text that a rule compares with, in characters.
const MAX_TEXT: usize = 200;

/// The state of reading a condition and all its nested conditions.
pub(super) struct Scope {
    /// The number of conditions read so far.
    size: usize,
    /// Attributes may have any name: see [`Condition::from_stored`].
    takes_any_name: bool,
}

/// Whether an attribute name is accepted.
type IsName = fn(&str) -> bool;

impl Scope {
    pub(super) const fn new(takes_any_name: bool) -> Self {
        Self {
            size: 0,
            takes_any_name,
        }
    }

    fn names(&self) -> IsName {
        if self.takes_any_name {
            |name| pointer::is_key(name) || is_text(name)
        } else {
            pointer::is_key
        }
    }
}

/// Reads a condition that is nested `depth` deep.
pub(super) fn condition(
    reader: &mut Reader,
    json: &Json<'_>,
    scope: &mut Scope,
    depth: usize,
) -> Option<Condition> {
    if depth > Condition::MAX_DEPTH {
        let deepest = Condition::MAX_DEPTH;
        let problem = format!("conditions are nested more than {deepest} deep");
        return reader.problem(Problem::Invalid(problem.into()));
    }
    scope.size += 1;
    if scope.size > Condition::MAX_SIZE {
        // Reported once, where it happens; the rest is not read.
        let is_first = scope.size == Condition::MAX_SIZE + 1;
        return if is_first {
            reader.problem(Problem::TooLong)
        } else {
            None
        };
    }
    let mut object = Object::of_keys(reader, json, KEYS)?;
    let mut below =
        |reader: &mut Reader, json: &Json<'_>| condition(reader, json, scope, depth + 1);
    let all = object.list(reader, "all", MAX, &mut below);
    let any = object.list(reader, "any", MAX, &mut below);
    let not = object.given(reader, "not", &mut below).map(Box::new);
    let is_name = scope.names();
    Some(Condition {
        all,
        any,
        not,
        amount: object.given(reader, "amount", amount),
        currency: object.list(reader, "currency", MAX, field::currency),
        context: object.list(reader, "context", MAX, context),
        basket_state: object.list(reader, "basket_state", MAX, slug),
        category: object.list(reader, "category", MAX, category),
        attribute: object
            .given(reader, "attribute", attributes(is_name))
            .unwrap_or_default(),
        item: object.given(reader, "item", item(is_name)),
        item_count: object.given(reader, "item_count", |reader, json| {
            range(
                reader,
                json,
                field::integer("a whole number from 0 on", Some),
            )
        }),
        customer_segment: object.list(reader, "customer_segment", MAX, slug),
        payment_option: object.list(reader, "payment_option", MAX, slug_of(Part::PaymentOptions)),
        bank: object.list(reader, "bank", MAX, slug_of(Part::Banks)),
        card_type: object.list(reader, "card_type", MAX, slug_of(Part::CardTypes)),
        card: object.list(reader, "card", MAX, slug_of(Part::Cards)),
        card_payment_type: object.list(reader, "card_payment_type", MAX, CardPaymentType::read),
        commercial: object.given(reader, "commercial", field::boolean),
        installment_count: object.given(reader, "installment_count", |reader, json| {
            range(reader, json, count)
        }),
        date: object.given(reader, "date", date),
        weekday: object.list(reader, "weekday", MAX, weekday),
        hour: object.given(reader, "hour", hour),
    })
}

fn amount(reader: &mut Reader, json: &Json<'_>) -> Option<AmountTest> {
    let mut object = asking(reader, json, &["min", "max", "currency"])?;
    let min = object.given(reader, "min", AmountBound::read);
    let max = object.given(reader, "max", AmountBound::read);
    let currency = object.given(reader, "currency", field::currency);
    in_order(reader, min, max)?;
    Some(AmountTest { min, max, currency })
}

fn item(is_name: IsName) -> impl Fn(&mut Reader, &Json<'_>) -> Option<ItemTest> {
    move |reader, json| {
        let mut object = asking(reader, json, &["category", "attribute"])?;
        Some(ItemTest {
            category: object.list(reader, "category", MAX, category),
            attribute: object
                .given(reader, "attribute", attributes(is_name))
                .unwrap_or_default(),
        })
    }
}

fn attributes(
    is_name: IsName,
) -> impl Fn(&mut Reader, &Json<'_>) -> Option<BTreeMap<String, Vec<String>>> {
    move |reader, json| {
        let members = json::members(reader, json)?;
        if members.is_empty() {
            return reader.problem(Problem::Empty);
        }
        if members.len() > MAX {
            return reader.problem(Problem::TooLong);
        }
        let mut members: Vec<_> = members.iter().collect();
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        let attributes = members.into_iter().filter_map(|(name, values)| {
            reader.at(name, |reader| {
                if !is_name(name) {
                    return reader.expected(pointer::KEY);
                }
                Some((name.clone(), reader.some_of(MAX, values, text)?))
            })
        });
        Some(attributes.collect())
    }
}

fn range<T: Ord + Copy>(
    reader: &mut Reader,
    json: &Json<'_>,
    read: impl Fn(&mut Reader, &Json<'_>) -> Option<T>,
) -> Option<Range<T>> {
    let mut object = asking(reader, json, &["min", "max"])?;
    let min = object.given(reader, "min", &read);
    let max = object.given(reader, "max", &read);
    in_order(reader, min, max)?;
    Some(Range { min, max })
}

fn date(reader: &mut Reader, json: &Json<'_>) -> Option<DateTest> {
    let mut object = asking(reader, json, &["from", "until"])?;
    let from = object.given(reader, "from", day);
    let until = object.given(reader, "until", day);
    in_order(reader, from, until)?;
    Some(DateTest { from, until })
}

/// Accepts only the form `2026-12-31`.
fn day(reader: &mut Reader, json: &Json<'_>) -> Option<NaiveDate> {
    field::text("a date such as 2026-12-31", |text| {
        let day: NaiveDate = text.parse().ok()?;
        (text.len() == 10 && day.to_string() == text).then_some(day)
    })(reader, json)
}

fn hour(reader: &mut Reader, json: &Json<'_>) -> Option<HourTest> {
    let mut object = asking(reader, json, &["from", "until"])?;
    let whole = field::integer("a whole number from 0 to 24", |hour: u8| {
        Some(hour).filter(|hour| *hour <= 24)
    });
    let from = object.given(reader, "from", &whole).unwrap_or(0);
    let until = object.given(reader, "until", &whole).unwrap_or(24);
    match HourTest::new(from, until) {
        Ok(test) => Some(test),
        Err(invalid) => reader.problem(Problem::Invalid(invalid.to_string().into())),
    }
}

/// An object that must not be empty.
fn asking<'j, 'd>(
    reader: &mut Reader,
    json: &'j Json<'d>,
    keys: &[&str],
) -> Option<Object<'j, 'd>> {
    let object = Object::of_keys(reader, json, keys)?;
    if object.is_empty() {
        reader.problem(Problem::Empty)
    } else {
        Some(object)
    }
}

fn in_order<T: Ord>(reader: &mut Reader, first: Option<T>, last: Option<T>) -> Option<()> {
    match (first, last) {
        (Some(first), Some(last)) if first > last => {
            reader.invalid("the end lies before the beginning")
        }
        (Some(_) | None, Some(_) | None) => Some(()),
    }
}

fn slug(reader: &mut Reader, json: &Json<'_>) -> Option<Slug> {
    field::text("a slug", |text| Slug::parse(text).ok())(reader, json)
}

/// A slug of an object of a part.
fn slug_of(part: Part) -> impl Fn(&mut Reader, &Json<'_>) -> Option<Slug> {
    move |reader, json| {
        let slug = slug(reader, json)?;
        reader.test_slug(part, slug.clone());
        Some(slug)
    }
}

/// A text to compare with.
fn text(reader: &mut Reader, json: &Json<'_>) -> Option<String> {
    field::text("a text of at most 200 characters", |text| {
        is_text(text).then(|| text.to_owned())
    })(reader, json)
}

fn is_text(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= MAX_TEXT && !text.chars().any(char::is_control)
}

fn context(reader: &mut Reader, json: &Json<'_>) -> Option<Context> {
    field::text("basket, pre-order or product", Context::from_word)(reader, json)
}

fn category(reader: &mut Reader, json: &Json<'_>) -> Option<CategoryPath> {
    field::text("a category path such as electronics/phones", |text| {
        CategoryPath::parse(text).ok()
    })(reader, json)
}

fn weekday(reader: &mut Reader, json: &Json<'_>) -> Option<Weekday> {
    field::text("mon, tue, wed, thu, fri, sat or sun", |text| {
        WEEKDAYS.into_iter().find(|day| weekday_word(*day) == text)
    })(reader, json)
}

fn count(reader: &mut Reader, json: &Json<'_>) -> Option<u8> {
    InstallmentCount::read(reader, json).map(InstallmentCount::get)
}
