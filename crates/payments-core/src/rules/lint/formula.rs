//! Rules as formulas: tests of one thing each, joined by `all`, `any` and `not`.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::slice;

use chrono::Weekday;

use crate::purchase::Context;
use crate::rules::condition::{Condition, HourTest, ItemTest};
use crate::rules::index::bindings::Bindings;
use crate::rules::index::bits::BitSet;
use crate::rules::index::counts_in;
use crate::rules::rule::Rule;
use crate::store_data::CategoryPath;

use super::plans::PlanAt;
use super::test::{AmountTest, ItemAsked, PlanTest, Test, TimeTest};

#[derive(Clone, Debug)]
pub(super) enum Formula<'r> {
    Test(Test<'r>),
    All(Vec<Formula<'r>>),
    Any(Vec<Formula<'r>>),
    Not(Box<Formula<'r>>),
}

/// A part of a rule that must hold whenever the rule does.
#[derive(Debug)]
pub(super) struct Part<'r> {
    /// The JSON pointer to the part, from the rule.
    pub(super) pointer: String,
    pub(super) formula: Formula<'r>,
}

/// Converts rules, as long as there is room.
pub(super) struct Formulas<'b> {
    bindings: &'b Bindings<'b>,
    /// The number of tests that may still be made.
    room: usize,
}

/// No attribute.
static NO_ATTRIBUTE: BTreeMap<String, Vec<String>> = BTreeMap::new();

impl<'b> Formulas<'b> {
    /// The maximum number of tests of one rule.
    const MAX_TESTS: usize = 1_000;
    /// The maximum number of tests of all rules. Each takes memory for the cards that it names.
    const MAX_ALL_TESTS: usize = 200_000;

    pub(super) fn new(bindings: &'b Bindings<'b>) -> Self {
        Self {
            bindings,
            room: Self::MAX_ALL_TESTS,
        }
    }

    /// The parts of a rule, or `None` if it has too many tests.
    pub(super) fn parts<'r>(&mut self, rule: &'r Rule) -> Option<Vec<Part<'r>>> {
        let allowed = self.room.min(Self::MAX_TESTS);
        let mut rest = allowed;
        let mut parts = Vec::new();
        let mut add = |pointer: &str, test| {
            parts.push(Part {
                pointer: pointer.into(),
                formula: Formula::Test(test),
            });
        };
        if let Some(from) = rule.valid_from {
            add("/valid_from", Test::Time(TimeTest::ValidFrom(from)));
        }
        if let Some(until) = rule.valid_until {
            add("/valid_until", Test::Time(TimeTest::ValidUntil(until)));
        }
        self.add_parts(&rule.when, "/when", &mut parts, &mut rest)?;
        self.room -= allowed - rest;
        Some(parts)
    }

    /// Adds the parts of a condition and of those under its `all`.
    fn add_parts<'r>(
        &self,
        when: &'r Condition,
        base: &str,
        parts: &mut Vec<Part<'r>>,
        room: &mut usize,
    ) -> Option<()> {
        for (key, formula) in self.fields(when) {
            *room = room.checked_sub(1)?;
            parts.push(Part {
                pointer: format!("{base}/{key}"),
                formula,
            });
        }
        for (at, condition) in when.all.iter().enumerate() {
            self.add_parts(condition, &format!("{base}/all/{at}"), parts, room)?;
        }
        for (key, formula) in self.nested(when, room)? {
            parts.push(Part {
                pointer: format!("{base}/{key}"),
                formula,
            });
        }
        Some(())
    }

    fn formula<'r>(&self, when: &'r Condition, room: &mut usize) -> Option<Formula<'r>> {
        let fields = self.fields(when).into_iter().map(|(_, formula)| formula);
        let mut all: Vec<_> = fields.collect();
        *room = room.checked_sub(all.len())?;
        for condition in &when.all {
            all.push(self.formula(condition, room)?);
        }
        all.extend(
            self.nested(when, room)?
                .into_iter()
                .map(|(_, formula)| formula),
        );
        Some(Formula::All(all))
    }

    /// The alternatives and the negation of a condition.
    fn nested<'r>(
        &self,
        when: &'r Condition,
        room: &mut usize,
    ) -> Option<Vec<(&'static str, Formula<'r>)>> {
        let mut nested = Vec::new();
        if !when.any.is_empty() {
            let any = when.any.iter().map(|one| self.formula(one, room));
            nested.push(("any", Formula::Any(any.collect::<Option<_>>()?)));
        }
        if let Some(not) = &when.not {
            nested.push(("not", Formula::Not(Box::new(self.formula(not, room)?))));
        }
        Some(nested)
    }

    /// The tests of a condition itself, with their keys.
    fn fields<'r>(&self, when: &'r Condition) -> Vec<(&'static str, Formula<'r>)> {
        let mut fields = self.plan_fields(when);
        let mut add = |key, tests: Vec<Test<'r>>| {
            if !tests.is_empty() {
                fields.push((key, Formula::all(tests)));
            }
        };
        if let Some(test) = &when.amount {
            let from = test
                .min
                .map(|min| AmountTest::From(min.ten_thousandths().into()));
            let to = test
                .max
                .map(|max| AmountTest::To(max.ten_thousandths().into()));
            let currency = test.currency.as_ref();
            let currency = currency.map(|one| AmountTest::Currency(slice::from_ref(one)));
            let tests = from.into_iter().chain(to).chain(currency);
            add("amount", tests.map(Test::Amount).collect());
        }
        add(
            "currency",
            some(&when.currency, |all| {
                Test::Amount(AmountTest::Currency(all))
            }),
        );
        add(
            "context",
            some(&when.context, |all| Test::Context(contexts(all))),
        );
        add("basket_state", some(&when.basket_state, Test::State));
        add(
            "category",
            some(&when.category, |category| {
                Test::Item(ItemAsked {
                    category,
                    attribute: &NO_ATTRIBUTE,
                })
            }),
        );
        add("attribute", item(&[], &when.attribute));
        if let Some(ItemTest {
            category,
            attribute,
        }) = &when.item
        {
            add("item", item(category, attribute));
        }
        if let Some(range) = when.item_count {
            let (from, to) = (range.min.map(Test::ItemsFrom), range.max.map(Test::ItemsTo));
            add("item_count", from.into_iter().chain(to).collect());
        }
        add(
            "customer_segment",
            some(&when.customer_segment, Test::Segment),
        );
        if let Some(test) = when.date {
            let (from, to) = (
                test.from.map(TimeTest::DateFrom),
                test.until.map(TimeTest::DateTo),
            );
            add("date", from.into_iter().chain(to).map(Test::Time).collect());
        }
        add(
            "weekday",
            some(&when.weekday, |days| {
                Test::Time(TimeTest::Weekdays(weekdays(days)))
            }),
        );
        let hours = when
            .hour
            .map(|test| Test::Time(TimeTest::Hours(hours(test))));
        add("hour", hours.into_iter().collect());
        fields
    }

    /// The tests of the payment option, the card and the number of installments, with their keys.
    fn plan_fields<'r>(&self, when: &'r Condition) -> Vec<(&'static str, Formula<'r>)> {
        let bindings = self.bindings;
        let cards = |set: BitSet| Test::Plan(PlanTest::Cards(Rc::new(set)));
        let options = |set: BitSet| Test::Plan(PlanTest::Options(Rc::new(set)));
        let of_types = |types: &[_]| cards(bindings.of_payment_types(types));
        let commercial = when.commercial.map(|is| cards(bindings.of_commercial(is)));
        let counts = when
            .installment_count
            .map(|range| Test::Plan(PlanTest::Counts(counts_in(range))));
        let tests = [
            (
                "payment_option",
                some(&when.payment_option, |slugs| {
                    options(bindings.options(slugs))
                }),
            ),
            (
                "bank",
                some(&when.bank, |slugs| cards(bindings.of_banks(slugs))),
            ),
            (
                "card_type",
                some(&when.card_type, |slugs| {
                    cards(bindings.of_card_types(slugs))
                }),
            ),
            (
                "card",
                some(&when.card, |slugs| cards(bindings.cards(slugs))),
            ),
            ("card_payment_type", some(&when.card_payment_type, of_types)),
            ("commercial", commercial.into_iter().collect()),
            ("installment_count", counts.into_iter().collect()),
        ];
        let given = tests.into_iter().filter(|(_, tests)| !tests.is_empty());
        given
            .map(|(key, tests)| (key, Formula::all(tests)))
            .collect()
    }
}

impl<'r> Formula<'r> {
    fn all(mut tests: Vec<Test<'r>>) -> Self {
        match tests.pop() {
            Some(only) if tests.is_empty() => Self::Test(only),
            last => Self::All(tests.into_iter().chain(last).map(Self::Test).collect()),
        }
    }

    /// The formula for one plan: what it tests of the purchase and the moment.
    pub(super) fn on_plan(&self, plan: PlanAt) -> Self {
        match self {
            Self::Test(Test::Plan(test)) if test.holds(plan) => Self::All(Vec::new()),
            Self::Test(Test::Plan(_)) => Self::Any(Vec::new()),
            Self::Test(test) => Self::Test(test.clone()),
            Self::All(parts) => Self::All(parts.iter().map(|part| part.on_plan(plan)).collect()),
            Self::Any(parts) => Self::Any(parts.iter().map(|part| part.on_plan(plan)).collect()),
            Self::Not(formula) => Self::Not(Box::new(formula.on_plan(plan))),
        }
    }

    /// The number of tests.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Test(_) => 1,
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::size).sum(),
            Self::Not(formula) => formula.size(),
        }
    }
}

/// The test of a list, unless it is empty.
fn some<'r, T>(values: &'r [T], test: impl FnOnce(&'r [T]) -> Test<'r>) -> Vec<Test<'r>> {
    let given = (!values.is_empty()).then(|| test(values));
    given.into_iter().collect()
}

fn item<'r>(
    category: &'r [CategoryPath],
    attribute: &'r BTreeMap<String, Vec<String>>,
) -> Vec<Test<'r>> {
    let is_asked = !category.is_empty() || !attribute.is_empty();
    let test = is_asked.then_some(Test::Item(ItemAsked {
        category,
        attribute,
    }));
    test.into_iter().collect()
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
