//! Rules: typed data that exclude, cap and re-price.
//!
//! **Rules are a set, not a sequence:** their order never matters. Any exclusion excludes; the lowest cap, the highest
//! minimum and the lowest replaced rate win.
//!
//! A rule is written in Rust, or read from the JSON of the management API; both are the same type.
//!
//! ```
//! use payments_core::catalog::InstallmentCount;
//! use payments_core::store_data::CategoryPath;
//! use payments_core::rules::{Condition, Effect, Rule};
//! use payments_core::slug::Slug;
//! use serde_json::json;
//!
//! let rule = Rule::new(
//!     Slug::parse("phones-12-months")?,
//!     "Phones: at most 12 installments",
//!     Condition {
//!         category: vec![CategoryPath::parse("electronics/phones")?],
//!         ..Condition::default()
//!     },
//!     Effect { cap_installments: Some(InstallmentCount::new(12)?), ..Effect::default() },
//! );
//! let when = json!({"category": ["electronics/phones"]});
//! assert_eq!(Condition::from_json(&when)?, rule.when);
//!
//! let mistakes = Condition::from_json(&json!({"bank": ["Garanti!"], "colour": "red"})).unwrap_err();
//! let pointers: Vec<&str> = mistakes.iter().map(|mistake| mistake.pointer.as_str()).collect();
//! assert_eq!(pointers, ["/colour", "/bank/0"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod amount_bound;
mod condition;
mod effect;
pub(crate) mod index;
pub mod lint;
mod rule;
pub(crate) mod verdict;

pub use amount_bound::AmountBound;
pub(crate) use amount_bound::MinorUnit;
pub use condition::{AmountTest, Condition, DateTest, HourTest, InvalidHourTest, ItemTest, Range};
pub use effect::Effect;
pub use rule::Rule;
