//! A set of purchases, moments and plans: the intersection of tests.

use chrono::{DateTime, Utc};

use crate::purchase::Context;
use crate::slug::Slug;

use super::amounts::Amounts;
use super::answer::{Answer, Miss, Steps};
use super::choice::Choice;
use super::fields::contexts;
use super::items::Items;
use super::plans::{PlanSet, Plans};
use super::segments::Segments;
use super::test::Test;
use super::times::Times;

/// The purchases are those of a store:
/// - A basket or pre-order has a state. A product has none, and no customer either; it is one item, bought once.
/// - The amount is above zero, and each item has a quantity of at least 1.
#[derive(Clone, Debug)]
pub(super) struct Region<'r> {
    pub(super) plans: PlanSet<'r>,
    pub(super) amounts: Amounts<'r>,
    pub(super) times: Times,
    /// A bit for each context.
    pub(super) contexts: u8,
    pub(super) states: Choice<'r, Slug>,
    pub(super) segments: Segments<'r>,
    pub(super) items: Items<'r>,
    /// The least and the most sum of the quantities.
    pub(super) item_count: (u64, u64),
}

impl<'r> Region<'r> {
    /// Everything, at all times.
    pub(super) fn always(plans: &'r Plans) -> Self {
        Self {
            plans: PlanSet::all(plans),
            amounts: Amounts::ALL,
            times: Times::ALL,
            contexts: contexts(&[Context::Basket, Context::PreOrder, Context::Product]),
            states: Choice::ANY,
            segments: Segments::default(),
            items: Items::default(),
            item_count: (1, u64::MAX),
        }
    }

    /// Everything from an instant on.
    pub(super) fn from(now: DateTime<Utc>, plans: &'r Plans) -> Self {
        Self {
            times: Times::from(now),
            ..Self::always(plans)
        }
    }

    /// The number of lists that it consists of.
    pub(super) fn size(&self) -> usize {
        self.items.len() + self.segments.len()
    }

    /// Keeps that for which a test holds, or does not hold. [`Miss::Never`] if obviously nothing is left.
    pub(super) fn narrow(&mut self, test: &Test<'r>, holds: bool, steps: &mut Steps) -> Answer<()> {
        steps.take(1 + test.width() / 4)?;
        let is_empty = match test {
            Test::Plan(test) => {
                self.plans.narrow(test, holds);
                self.plans.is_empty()
            }
            Test::Amount(test) => {
                self.amounts.narrow(*test, holds);
                self.amounts.is_empty()
            }
            Test::Time(test) => {
                self.times.narrow(*test, holds);
                self.times.is_empty()
            }
            Test::Context(mask) => {
                self.contexts &= if holds { *mask } else { !mask };
                false
            }
            Test::State(states) => {
                self.no_product_if(holds);
                steps.take(self.states.len() * states.len() / 16)?;
                self.states.narrow(states, holds);
                self.states.is_empty()
            }
            Test::Segment(segments) => {
                self.no_product_if(holds);
                self.segments.narrow(segments, holds);
                self.segments.is_empty(steps)
            }
            Test::Item(asked) => {
                self.items.narrow(*asked, holds);
                self.items.is_empty(steps)
            }
            Test::ItemsFrom(least) if holds => self.count_from(Some(*least)),
            Test::ItemsFrom(least) => self.count_to(least.checked_sub(1)),
            Test::ItemsTo(most) if holds => self.count_to(Some(*most)),
            Test::ItemsTo(most) => self.count_from(most.checked_add(1)),
        };
        if is_empty || self.contexts == 0 {
            Err(Miss::Never)
        } else {
            Ok(())
        }
    }

    fn no_product_if(&mut self, is_so: bool) {
        if is_so {
            self.contexts &= !contexts(&[Context::Product]);
        }
    }

    /// Keeps the purchases with at least as many items, none if there is no such number. Returns whether none is left.
    fn count_from(&mut self, least: Option<u64>) -> bool {
        let (min, max) = self.item_count;
        self.item_count = (min.max(least.unwrap_or(u64::MAX)), max);
        self.item_count.0 > max || least.is_none()
    }

    /// Keeps the purchases with at most as many items, none if there is no such number. Returns whether none is left.
    fn count_to(&mut self, most: Option<u64>) -> bool {
        let (min, max) = self.item_count;
        self.item_count = (min, max.min(most.unwrap_or(0)));
        self.item_count.1 < min
    }

    /// Whether two regions obviously have nothing in common.
    pub(super) fn is_apart_from(&self, other: &Self) -> bool {
        self.contexts & other.contexts == 0
            || self.plans.is_apart_from(&other.plans)
            || self.amounts.is_apart_from(&other.amounts)
            || self.times.is_apart_from(&other.times)
    }
}
