//! Rules: typed data that exclude, cap and re-price.

use chrono::{DateTime, Utc};

use crate::slug::Slug;

mod condition;
mod effect;

pub use condition::Condition;
pub use effect::Effect;

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
