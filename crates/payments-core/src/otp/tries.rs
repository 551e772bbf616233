//! Tries of codes.

use core::fmt;

use chrono::{DateTime, NaiveDate, Utc};

use crate::flow::{FlowKey, IntentId};
use crate::hex;
use crate::id::CustomerId;
use crate::keys::Keys;

/// One try of a customer on a day. The same code tried again, or by several requests at once, is the same try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeTry {
    /// Whose.
    pub customer: CustomerId,
    /// The day (UTC) it counts on.
    pub day: NaiveDate,
    /// The code that was sent, which this is an answer to.
    pub code: CodeTag,
    /// The code that was entered.
    pub attempt: AttemptTag,
}

/// Eight bytes of a sent code's HMAC: tells sent codes apart, and neither code nor phone can be read back from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeTag(pub [u8; 8]);

/// Eight bytes of an entered code's HMAC: tells two tries apart, and neither code nor phone can be read back from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptTag(pub [u8; 8]);

/// Sixteen lower-case hexadecimal digits.
impl fmt::Display for CodeTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(&self.0))
    }
}

/// Sixteen lower-case hexadecimal digits.
impl fmt::Display for AttemptTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(&self.0))
    }
}

impl CodeTag {
    /// The tag of a flow among the tries of its customer.
    pub(crate) fn of_flow(flow: &FlowKey, keys: &Keys) -> Self {
        Self(first_eight(&keys.replay_key().tag(&[flow.0.as_bytes()])))
    }
}

impl AttemptTag {
    /// Reads what `Display` writes.
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text).map(Self)
    }
}

/// How many distinct tries there are, at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TryLimits {
    /// For one sent code, over all days.
    pub per_code: u32,
    /// For one customer on one day, over all codes.
    pub per_day: u32,
}

/// Whether a code may be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// The try was counted.
    Reserved,
    /// It is counted already, or was right: another request is trying the same code, or tried it before.
    Known,
    /// The tries for this sent code are used up. Nothing was counted.
    CodeExhausted,
    /// The day's tries are used up. Nothing was counted.
    DayExhausted,
}

/// A right code that an intent was begun with. It lets a repeated request be recognised when the flow's state is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedCode {
    /// Identifies the code within its flow, independent of the ring key that it was sent under.
    pub replay: AttemptTag,
    /// The intent.
    pub intent: IntentId,
    /// When it was used.
    pub at: DateTime<Utc>,
}

pub(super) fn first_eight(tag: &[u8; 32]) -> [u8; 8] {
    let mut first = [0; 8];
    first.copy_from_slice(&tag[..8]);
    first
}
