//! Rules: typed data that exclude, cap and re-price.
//!
//! **Rules are a set, not a sequence:** their order never matters. Any exclusion excludes; the lowest cap, the highest
//! minimum and the lowest replaced rate win.

use chrono::{DateTime, Utc};

use crate::slug::Slug;

mod amount_bound;
pub(crate) mod compiled;
mod condition;
mod effect;
mod fault;
mod reading;
pub(crate) mod verdict;

pub use amount_bound::AmountBound;
pub use condition::{AmountTest, Condition, DateTest, HourTest, InvalidHourTest, ItemTest, Range};
pub use effect::Effect;
pub use fault::{Expected, RuleFault, RuleFaultKind, RuleFaults};

/// A rule: when its condition holds, its effect applies.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its key.
    pub slug: Slug,
    /// Display name, shown by explain.
    pub name: String,
    /// When it applies.
    pub when: Condition,
    /// What it does.
    pub then: Effect,
    /// An inactive rule does nothing.
    pub is_active: bool,
    /// From this instant on (inclusive).
    pub valid_from: Option<DateTime<Utc>>,
    /// Up to this instant (exclusive).
    pub valid_until: Option<DateTime<Utc>>,
}
