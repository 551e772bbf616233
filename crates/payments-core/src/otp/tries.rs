//! Tries of codes: what identifies and limits them.

use core::fmt;

use chrono::{DateTime, NaiveDate, Utc};

use crate::flow::{FlowKey, IntentId};
use crate::hex;
use crate::id::CustomerId;
use crate::keys::Keys;

/// A customer's try on one day. Entering the same code again, or in several concurrent requests, is the same try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeTry {
    /// The customer who entered the code.
    pub customer: CustomerId,
    /// The day (UTC) that the try counts on.
    pub day: NaiveDate,
    /// The sent code that the try is an answer to.
    pub code: CodeTag,
    /// The code that was entered.
    pub attempt: AttemptTag,
}

/// Eight bytes of a sent code's HMAC. Distinguishes sent codes; neither code nor phone can be derived from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeTag(pub [u8; 8]);

/// Eight bytes of an entered code's HMAC. Distinguishes tries; neither code nor phone can be derived from it.
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
    /// The tag that identifies a flow among its customer's tries.
    pub(crate) fn of_flow(flow: &FlowKey, keys: &Keys) -> Self {
        Self(first_eight(&keys.replay_key().tag(&[flow.0.as_bytes()])))
    }
}

impl AttemptTag {
    /// Parses the output of `Display`.
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text).map(Self)
    }
}

/// The maximum numbers of distinct tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TryLimits {
    /// Per sent code, over all days.
    pub per_code: u32,
    /// Per customer and day, over all codes.
    pub per_day: u32,
}

/// Whether a code may be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// The try was counted.
    Reserved,
    /// The try was counted before, or was right: another request has tried or is trying the same code.
    Known,
    /// The tries for this sent code are used up. Nothing was counted.
    CodeExhausted,
    /// The day's tries are used up. Nothing was counted.
    DayExhausted,
}

/// A right code that started an intent. It lets a repeated request be recognized after the flow's state is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedCode {
    /// Identifies the code within its flow, independently of the ring key.
    pub replay: AttemptTag,
    /// The intent that the code started.
    pub intent: IntentId,
    /// When the code was used.
    pub at: DateTime<Utc>,
}

pub(super) fn first_eight(tag: &[u8; 32]) -> [u8; 8] {
    let mut first = [0; 8];
    first.copy_from_slice(&tag[..8]);
    first
}
