//! Tests of one thing each.

use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use chrono::{DateTime, NaiveDate, Utc};

use crate::money::Currency;
use crate::rules::index::bits::BitSet;
use crate::slug::Slug;
use crate::store_data::CategoryPath;

use super::plans::PlanAt;

/// A test whose negation is not an alternative: each end of a range is a test of its own.
#[derive(Clone, Debug)]
pub(super) enum Test<'r> {
    Plan(PlanTest),
    Amount(AmountTest<'r>),
    Time(TimeTest),
    /// A bit for each context.
    Context(u8),
    State(&'r [Slug]),
    Segment(&'r [Slug]),
    Item(ItemAsked<'r>),
    /// The sum of the quantities is at least this.
    ItemsFrom(u64),
    /// The sum of the quantities is at most this.
    ItemsTo(u64),
}

#[derive(Clone, Debug)]
pub(super) enum PlanTest {
    Options(Rc<BitSet>),
    Cards(Rc<BitSet>),
    /// A bit for each number of installments.
    Counts(u128),
}

/// Amounts are in ten-thousandths of a major unit.
#[derive(Clone, Copy, Debug)]
pub(super) enum AmountTest<'r> {
    From(i128),
    To(i128),
    Currency(&'r [Currency]),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum TimeTest {
    ValidFrom(DateTime<Utc>),
    ValidUntil(DateTime<Utc>),
    DateFrom(NaiveDate),
    DateTo(NaiveDate),
    /// A bit for each weekday, from Monday.
    Weekdays(u8),
    /// A bit for each hour of a day.
    Hours(u32),
}

/// What one item must match.
#[derive(Clone, Copy, Debug)]
pub(super) struct ItemAsked<'r> {
    /// One of these categories or one below; any item if empty.
    pub(super) category: &'r [CategoryPath],
    /// All of these attributes, each with one of its values.
    pub(super) attribute: &'r BTreeMap<String, Vec<String>>,
}

impl ItemAsked<'_> {
    /// The number of values that it compares with.
    pub(super) fn width(&self) -> usize {
        let values = self.attribute.values().map(Vec::len);
        self.category.len() + values.sum::<usize>()
    }
}

impl PlanTest {
    /// The number of words that it compares with.
    pub(super) fn width(&self) -> usize {
        match self {
            Self::Options(set) | Self::Cards(set) => set.words().len(),
            Self::Counts(_) => 1,
        }
    }

    pub(super) fn holds(&self, plan: PlanAt) -> bool {
        match self {
            Self::Options(set) => set.contains(plan.option),
            Self::Cards(set) => set.contains(plan.card),
            Self::Counts(mask) => mask >> plan.count.get() & 1 == 1,
        }
    }
}

impl Test<'_> {
    /// The number of values or words that it compares with.
    pub(super) fn width(&self) -> usize {
        match self {
            Self::Plan(test) => test.width(),
            Self::Amount(AmountTest::Currency(all)) => all.len(),
            Self::State(all) | Self::Segment(all) => all.len(),
            Self::Item(asked) => asked.width(),
            Self::Amount(AmountTest::From(_) | AmountTest::To(_))
            | Self::Time(_)
            | Self::Context(_)
            | Self::ItemsFrom(_)
            | Self::ItemsTo(_) => 1,
        }
    }
}
