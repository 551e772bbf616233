//! Tests of the purchase and the moment.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc, Weekday};
use serde_json::{Number, Value};

use crate::moment::{Moment, next_quarter};
use crate::money::Currency;
use crate::purchase::{Context, Purchase, PurchaseItem};
use crate::rules::condition::{AmountTest, Condition, DateTest, HourTest, ItemTest, Range};
use crate::rules::rule::Rule;
use crate::slug::Slug;
use crate::store_data::CategoryPath;

/// A test of a purchase.
#[derive(Debug)]
pub(super) enum PurchaseTest {
    Valid {
        from: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
    },
    Amount(AmountTest),
    Currency(Vec<Currency>),
    Context(Vec<Context>),
    BasketState(Vec<Slug>),
    /// One item must match both.
    Item {
        category: Vec<CategoryPath>,
        attribute: Vec<AttributeTest>,
    },
    ItemCount(Range<u64>),
    CustomerSegment(Vec<Slug>),
    Date(DateTest),
    Weekday(Vec<Weekday>),
    Hour(HourTest),
    All(Vec<PurchaseTest>),
    Any(Vec<PurchaseTest>),
    Not(Box<PurchaseTest>),
}

/// A purchase, with derived values that tests use computed once.
pub(super) struct PurchaseFacts<'p> {
    purchase: &'p Purchase,
    moment: Moment,
    item_count: u64,
    today: NaiveDate,
    hour: u32,
}

impl<'p> PurchaseFacts<'p> {
    /// The facts of a purchase at a moment.
    pub(super) fn of(purchase: &'p Purchase, moment: Moment) -> Self {
        Self {
            purchase,
            moment,
            item_count: purchase
                .items
                .iter()
                .map(|item| u64::from(item.quantity))
                .sum(),
            today: moment.local.date(),
            hour: moment.local.hour(),
        }
    }
}

impl PurchaseTest {
    /// The tests of a purchase in a condition, without its `all`, `any` and `not`.
    pub(super) fn of(when: &Condition) -> Vec<Self> {
        let mut tests = Vec::new();
        tests.extend(when.amount.map(Self::Amount));
        tests.extend(asked(&when.currency).map(Self::Currency));
        tests.extend(asked(&when.context).map(Self::Context));
        tests.extend(asked(&when.basket_state).map(Self::BasketState));
        tests.extend(Self::item(&when.category, &BTreeMap::new()));
        tests.extend(Self::item(&[], &when.attribute));
        let both = |item: &ItemTest| Self::item(&item.category, &item.attribute);
        tests.extend(when.item.as_ref().and_then(both));
        tests.extend(when.item_count.map(Self::ItemCount));
        tests.extend(asked(&when.customer_segment).map(Self::CustomerSegment));
        tests.extend(when.date.map(Self::Date));
        tests.extend(asked(&when.weekday).map(Self::Weekday));
        tests.extend(when.hour.map(Self::Hour));
        tests
    }

    /// The test of a rule's validity period, if it has one.
    pub(super) fn validity(rule: &Rule) -> Option<Self> {
        let (from, until) = (rule.valid_from, rule.valid_until);
        (from.is_some() || until.is_some()).then_some(Self::Valid { from, until })
    }

    /// Sorts tests so that those that scan lists come last.
    pub(super) fn cheapest_first(tests: &mut [Self]) {
        tests.sort_by_key(Self::cost);
    }

    fn item(category: &[CategoryPath], attribute: &BTreeMap<String, Vec<String>>) -> Option<Self> {
        let is_asked = !category.is_empty() || !attribute.is_empty();
        is_asked.then(|| Self::Item {
            category: category.to_vec(),
            attribute: attribute.iter().map(AttributeTest::of).collect(),
        })
    }

    fn cost(&self) -> u8 {
        match self {
            Self::Valid { .. } | Self::ItemCount(_) | Self::Date(_) | Self::Hour(_) => 0,
            Self::Amount(_) | Self::Currency(_) | Self::Context(_) | Self::Weekday(_) => 1,
            Self::BasketState(_) | Self::CustomerSegment(_) => 2,
            Self::Item { attribute, .. } if attribute.is_empty() => 3,
            Self::Item { .. } => 4,
            Self::All(_) | Self::Any(_) => 5,
            Self::Not(test) => test.cost(),
        }
    }

    /// The first instant after `now` at which the result may change because of time alone.
    pub(super) fn holds_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let first = |tests: &[Self]| tests.iter().filter_map(|test| test.holds_until(now)).min();
        match self {
            Self::Valid { from, until } => {
                let ends = [*from, *until].into_iter().flatten();
                ends.filter(|end| *end > now).min()
            }
            Self::Date(_) | Self::Weekday(_) | Self::Hour(_) => next_quarter(now),
            Self::All(tests) | Self::Any(tests) => first(tests),
            Self::Not(test) => test.holds_until(now),
            Self::Amount(_)
            | Self::Currency(_)
            | Self::Context(_)
            | Self::BasketState(_)
            | Self::Item { .. }
            | Self::ItemCount(_)
            | Self::CustomerSegment(_) => None,
        }
    }

    /// Whether the purchase passes the test.
    pub(super) fn holds(&self, facts: &PurchaseFacts<'_>) -> bool {
        let purchase = facts.purchase;
        match self {
            Self::Valid { from, until } => {
                from.is_none_or(|from| from <= facts.moment.utc)
                    && until.is_none_or(|until| facts.moment.utc < until)
            }
            Self::Amount(test) => amount_holds(test, purchase),
            Self::Currency(currencies) => currencies.contains(&purchase.amount.currency),
            Self::Context(contexts) => contexts.contains(&purchase.context),
            Self::BasketState(states) => purchase
                .state
                .as_ref()
                .is_some_and(|state| states.contains(state)),
            Self::Item {
                category,
                attribute,
            } => purchase
                .items
                .iter()
                .any(|item| item_holds(category, attribute, item)),
            Self::ItemCount(range) => {
                range.min.is_none_or(|min| min <= facts.item_count)
                    && range.max.is_none_or(|max| facts.item_count <= max)
            }
            Self::CustomerSegment(segments) => purchase
                .customer_segments
                .iter()
                .any(|segment| segments.contains(segment)),
            Self::Date(test) => {
                test.from.is_none_or(|from| from <= facts.today)
                    && test.until.is_none_or(|until| facts.today <= until)
            }
            Self::Weekday(days) => days.contains(&facts.today.weekday()),
            Self::Hour(test) => {
                u32::from(test.from()) <= facts.hour && facts.hour < u32::from(test.until())
            }
            Self::All(tests) => tests.iter().all(|test| test.holds(facts)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(facts)),
            Self::Not(test) => !test.holds(facts),
        }
    }
}

fn amount_holds(test: &AmountTest, purchase: &Purchase) -> bool {
    test.currency
        .is_none_or(|currency| currency == purchase.amount.currency)
        && test
            .min
            .is_none_or(|min| min.is_reached_by(purchase.amount))
        && test
            .max
            .is_none_or(|max| !max.is_exceeded_by(purchase.amount))
}

fn item_holds(category: &[CategoryPath], attribute: &[AttributeTest], item: &PurchaseItem) -> bool {
    let is_within = |path: &CategoryPath| category.iter().any(|asked| path.is_within(asked));
    (category.is_empty() || item.categories.iter().any(is_within))
        && attribute.iter().all(|test| test.holds(item))
}

/// An attribute name with a value.
#[derive(Debug)]
pub(super) struct AttributeTest {
    name: String,
    values: Vec<AttributeValue>,
}

#[derive(Debug)]
struct AttributeValue {
    text: String,
    /// The number whose text is exactly this, if there is one: numbers are compared without formatting them.
    number: Option<Number>,
}

impl AttributeTest {
    fn of((name, values): (&String, &Vec<String>)) -> Self {
        let value = |text: &String| {
            let number: Option<Number> = serde_json::from_str(text).ok();
            AttributeValue {
                text: text.clone(),
                number: number.filter(|number| number.to_string() == *text),
            }
        };
        Self {
            name: name.clone(),
            values: values.iter().map(value).collect(),
        }
    }

    fn holds(&self, item: &PurchaseItem) -> bool {
        item.attributes
            .get(&self.name)
            .is_some_and(|found| self.values.iter().any(|asked| asked.is(found)))
    }
}

impl AttributeValue {
    /// Whether the value's text is this text. Null, lists and objects have no text.
    fn is(&self, found: &Value) -> bool {
        match found {
            Value::String(text) => *text == self.text,
            Value::Bool(true) => self.text == "true",
            Value::Bool(false) => self.text == "false",
            Value::Number(number) => self.number.as_ref() == Some(number),
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        }
    }
}

/// The list, or `None` if it is empty.
fn asked<T: Clone>(values: &[T]) -> Option<Vec<T>> {
    (!values.is_empty()).then(|| values.to_vec())
}
