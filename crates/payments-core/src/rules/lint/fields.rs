//! The tests of a condition itself, without those of its nested conditions.

use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use chrono::Weekday;

use crate::purchase::Context;
use crate::rules::condition::{Condition, HourTest};
use crate::rules::index::bindings::Bindings;
use crate::rules::index::bits::BitSet;
use crate::rules::index::counts_in;
use crate::store_data::CategoryPath;

use super::formula::Formula;
use super::test::{AmountTest, ItemAsked, PlanTest, Test, TimeTest};

/// No attribute.
static NO_ATTRIBUTE: BTreeMap<String, Vec<String>> = BTreeMap::new();

/// The tests of a condition, with their keys.
pub(super) fn fields<'r>(
    when: &'r Condition,
    bindings: &Bindings<'_>,
) -> Vec<(&'static str, Formula<'r>)> {
    // A field that is not here would be a test that the analysis does not know.
    let Condition {
        all: _,
        any: _,
        not: _,
        amount,
        currency,
        context,
        basket_state,
        category,
        attribute,
        item,
        item_count,
        customer_segment,
        payment_option,
        bank,
        card_type,
        card,
        card_payment_type,
        commercial,
        installment_count,
        date,
        weekday,
        hour,
    } = when;
    let mut fields = Fields::default();
    if let Some(test) = amount {
        let from = test
            .min
            .map(|min| AmountTest::From(min.ten_thousandths().into()));
        let to = test
            .max
            .map(|max| AmountTest::To(max.ten_thousandths().into()));
        let currency = test.currency.as_slice();
        let currency = (!currency.is_empty()).then_some(AmountTest::Currency(currency));
        let tests = from.into_iter().chain(to).chain(currency);
        fields.all("amount", tests.map(Test::Amount));
    }
    fields.list("currency", currency, |all| {
        Test::Amount(AmountTest::Currency(all))
    });
    fields.list("context", context, |all| Test::Context(contexts(all)));
    fields.list("basket_state", basket_state, Test::State);
    fields.item("category", category, &NO_ATTRIBUTE);
    fields.item("attribute", &[], attribute);
    if let Some(item) = item {
        fields.item("item", &item.category, &item.attribute);
    }
    if let Some(range) = item_count {
        let (from, to) = (range.min.map(Test::ItemsFrom), range.max.map(Test::ItemsTo));
        fields.all("item_count", from.into_iter().chain(to));
    }
    fields.list("customer_segment", customer_segment, Test::Segment);
    let cards = |set: BitSet| Test::Plan(PlanTest::Cards(Rc::new(set)));
    let options = |set: BitSet| Test::Plan(PlanTest::Options(Rc::new(set)));
    fields.list("payment_option", payment_option, |all| {
        options(bindings.options(all))
    });
    fields.list("bank", bank, |all| cards(bindings.of_banks(all)));
    fields.list("card_type", card_type, |all| {
        cards(bindings.of_card_types(all))
    });
    fields.list("card", card, |all| cards(bindings.cards(all)));
    fields.list("card_payment_type", card_payment_type, |all| {
        cards(bindings.of_payment_types(all))
    });
    fields.all(
        "commercial",
        commercial.map(|is| cards(bindings.of_commercial(is))),
    );
    let counts = installment_count.map(|range| PlanTest::Counts(counts_in(range)));
    fields.all("installment_count", counts.map(Test::Plan));
    if let Some(test) = date {
        let (from, to) = (
            test.from.map(TimeTest::DateFrom),
            test.until.map(TimeTest::DateTo),
        );
        fields.all("date", from.into_iter().chain(to).map(Test::Time));
    }
    fields.list("weekday", weekday, |all| {
        Test::Time(TimeTest::Weekdays(weekdays(all)))
    });
    fields.all(
        "hour",
        hour.map(|test| Test::Time(TimeTest::Hours(hours(test)))),
    );
    fields.0
}

#[derive(Default)]
struct Fields<'r>(Vec<(&'static str, Formula<'r>)>);

impl<'r> Fields<'r> {
    /// Adds the tests of a field, all of which must hold.
    fn all(&mut self, key: &'static str, tests: impl IntoIterator<Item = Test<'r>>) {
        let mut tests: Vec<Formula<'r>> = tests.into_iter().map(Formula::Test).collect();
        match tests.pop() {
            Some(only) if tests.is_empty() => self.0.push((key, only)),
            Some(last) => {
                tests.push(last);
                self.0.push((key, Formula::All(tests)));
            }
            None => {}
        }
    }

    /// Adds the test of a list, unless it is empty.
    fn list<T>(
        &mut self,
        key: &'static str,
        values: &'r [T],
        test: impl FnOnce(&'r [T]) -> Test<'r>,
    ) {
        self.all(key, (!values.is_empty()).then(|| test(values)));
    }

    /// Adds the test of an item, unless it asks for nothing.
    fn item(
        &mut self,
        key: &'static str,
        category: &'r [CategoryPath],
        attribute: &'r BTreeMap<String, Vec<String>>,
    ) {
        let is_asked = !category.is_empty() || !attribute.is_empty();
        self.all(
            key,
            is_asked.then_some(Test::Item(ItemAsked {
                category,
                attribute,
            })),
        );
    }
}

/// A bit for each context.
pub(super) fn contexts(all: &[Context]) -> u8 {
    all.iter()
        .fold(0, |mask, context| mask | 1 << (*context as u8))
}

fn weekdays(days: &[Weekday]) -> u8 {
    days.iter()
        .fold(0, |mask, day| mask | 1 << day.num_days_from_monday())
}

fn hours(test: HourTest) -> u32 {
    (test.from()..test.until()).fold(0, |mask, hour| mask | 1 << hour)
}
