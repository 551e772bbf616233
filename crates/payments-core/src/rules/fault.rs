//! What is wrong with a rule's JSON, and where.

use std::fmt;

use crate::pointer;

use super::condition::{Condition, InvalidHourTest};

/// One fault in a rule's `when` or `then`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {kind}")]
pub struct RuleFault {
    /// JSON pointer (RFC 6901) from the `when` or `then` itself; empty for the whole of it. A name in it that is not
    /// shaped like a key is `?`.
    pub pointer: String,
    /// What is wrong there.
    pub kind: RuleFaultKind,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum RuleFaultKind {
    /// No such key is known here.
    #[error("this key is not known here")]
    UnknownKey,
    /// Something else belongs here.
    #[error("use {0}")]
    Expected(Expected),
    /// A list, or an object that has to ask something, is empty.
    #[error("this must not be empty")]
    Empty,
    /// The upper end lies below the lower end.
    #[error("the end lies before the beginning")]
    EmptyRange,
    /// The hours are not in order, or there is none between them.
    #[error("{0}")]
    InvalidHours(InvalidHourTest),
    /// Conditions are nested too deep.
    #[error("conditions are nested more than {} deep", Condition::MAX_DEPTH)]
    TooDeep,
    /// A list, a text or the whole rule is too long.
    #[error("this is too long")]
    TooLong,
}

/// What belongs somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expected {
    /// An object.
    Object,
    /// A list.
    List,
    /// A text of at most 200 characters without control characters.
    Text,
    /// A slug.
    Slug,
    /// An ISO 4217 code.
    Currency,
    /// `basket`, `pre-order` or `product`.
    Context,
    /// A category path.
    Category,
    /// The name of an attribute a product can have.
    AttributeName,
    /// `credit` or `debit`.
    CardPaymentType,
    /// `mon` to `sun`.
    Weekday,
    /// `2026-12-31`.
    Date,
    /// A whole number from 0 to 24.
    Hour,
    /// A whole number from 0 on.
    Count,
    /// A whole number from 1 to 99.
    InstallmentCount,
    /// A decimal, as text or number, not negative and with at most 4 fraction digits.
    Amount,
    /// A percentage from 0 to 1,000, as text or number, with at most 4 fraction digits.
    Rate,
    /// The word `true`.
    True,
}

impl fmt::Display for Expected {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Object => "an object",
            Self::List => "a list",
            Self::Text => "a text of at most 200 characters",
            Self::Slug => "a slug",
            Self::Currency => "an ISO 4217 currency code such as TRY",
            Self::Context => "basket, pre-order or product",
            Self::Category => "a category path such as electronics/phones",
            Self::AttributeName => pointer::KEY,
            Self::CardPaymentType => "credit or debit",
            Self::Weekday => "mon, tue, wed, thu, fri, sat or sun",
            Self::Date => "a date such as 2026-12-31",
            Self::Hour => "a whole number from 0 to 24",
            Self::Count => "a whole number from 0 on",
            Self::InstallmentCount => "a whole number from 1 to 99",
            Self::Amount => "a decimal from 0 on with at most 4 fraction digits",
            Self::Rate => "a percentage from 0 to 1000 with at most 4 fraction digits",
            Self::True => "true",
        })
    }
}

/// Several faults as one error, for serde.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFaults(pub Vec<RuleFault>);

impl std::error::Error for RuleFaults {}

impl fmt::Display for RuleFaults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                out.write_str("; ")?;
            }
            fault.fmt(out)?;
        }
        Ok(())
    }
}
