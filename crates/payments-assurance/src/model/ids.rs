//! What the model names cards, tokens and the like with: small numbers.

use std::fmt;

use payments_core::chrono::{DateTime, TimeDelta, Utc};
use payments_core::flow::FlowId;
use payments_core::otp::CodeDigest;

/// A card, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Card(pub(super) u8);

/// A merchant's account at the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Account(pub(super) u8);

/// The gateway's key of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct CustomerKey(pub(super) u8);

/// A gateway's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Token(pub(super) u8);

/// A session of the customer, which has one flow at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Session(pub(super) u8);

/// A one-time code, by the number of its sending.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Code(pub(super) u8);

impl fmt::Debug for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "code {}", self.0)
    }
}

impl Code {
    pub(super) const fn digest(self) -> CodeDigest {
        CodeDigest([self.0; 32])
    }

    pub(super) const fn of(digest: &CodeDigest) -> Self {
        Self(digest.0[0])
    }
}

/// The number of the flow that a request draws.
pub(super) const fn flow(number: u8) -> FlowId {
    FlowId([number; 16])
}

/// An instant, by the seconds since the model's start.
pub(super) fn at(seconds: u32) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(i64::from(seconds))
}

pub(super) fn seconds(count: u32) -> TimeDelta {
    TimeDelta::seconds(i64::from(count))
}
