//! Rules: typed data that exclude, cap and re-price.
//!
//! **Rules are a set, not a sequence:** their order never matters. Any exclusion excludes; the lowest cap, the highest
//! minimum and the lowest replaced rate win.
//!
//! A rule is written in Rust, or read from the JSON of the management API; both are the same type.
//!
//! ```
//! use payments_core::catalog::InstallmentCount;
//! use payments_core::product::CategoryPath;
//! use payments_core::rules::{Condition, Effect, Rule, RuleFaults};
//! use payments_core::slug::Slug;
//! use serde_json::json;
//!
//! let rule = Rule {
//!     slug: Slug::parse("phones-12-months")?,
//!     name: "Phones: at most 12 installments".to_owned(),
//!     when: Condition {
//!         category: vec![CategoryPath::parse("electronics/phones")?],
//!         ..Condition::default()
//!     },
//!     then: Effect { cap_installments: Some(InstallmentCount::new(12)?), ..Effect::default() },
//!     is_active: true,
//!     valid_from: None,
//!     valid_until: None,
//! };
//! let when = json!({"category": ["electronics/phones"]});
//! assert_eq!(Condition::from_json(&when).map_err(RuleFaults)?, rule.when);
//!
//! let faults = Condition::from_json(&json!({"bank": ["Garanti!"], "colour": "red"})).unwrap_err();
//! let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
//! assert_eq!(pointers, ["/colour", "/bank/0"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
pub(crate) use amount_bound::MinorUnit;
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
