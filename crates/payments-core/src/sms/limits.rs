//! Limits on messages, which cost money.

use alloc::string::String;
use alloc::vec::Vec;

use chrono::{DateTime, TimeDelta, Utc};

use crate::id::CustomerId;
use crate::phone::DestinationPrefix;

/// The subject of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SmsLimit {
    /// The minimum interval between two codes.
    Cooldown,
    /// The codes of one customer.
    Customer,
    /// The codes to one phone, over all customers.
    Phone,
    /// The codes that one block of addresses requests.
    AddressBlock,
    /// The messages of the whole store.
    DailyBudget,
    /// The circuit breaker: too few codes to this prefix are entered.
    Breaker,
}

impl SmsLimit {
    /// All limits.
    pub const ALL: [Self; 6] = [
        Self::Cooldown,
        Self::Customer,
        Self::Phone,
        Self::AddressBlock,
        Self::DailyBudget,
        Self::Breaker,
    ];

    /// The word used in metrics and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cooldown => "cooldown",
            Self::Customer => "customer",
            Self::Phone => "phone",
            Self::AddressBlock => "address_block",
            Self::DailyBudget => "daily_budget",
            Self::Breaker => "breaker",
        }
    }
}

/// A count with a limit, in a window that begins with its first use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsCounter {
    /// The key of the count, without personal data in clear (an HMAC).
    pub key: String,
    /// The limit that the count belongs to.
    pub limit: SmsLimit,
    /// The maximum count in a window.
    pub most: u32,
    /// When a window that begins now ends.
    pub ends_at: DateTime<Utc>,
    /// Whether only customers who have never verified a code are counted.
    pub of_unverified: bool,
}

/// Detects SMS pumping: if few of the codes sent to a prefix are ever entered, the recipients are not customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmsBreaker {
    /// The number of a prefix's most recent codes that are considered. With fewer codes the prefix is not judged.
    pub codes: u32,
    /// The minimum percentage of codes that must have been entered.
    pub least_verified_percent: u32,
    /// The maximum age of a considered code, in seconds.
    pub window_seconds: u32,
    /// How long a customer has to enter a code, in seconds. Younger codes are not considered.
    pub code_lifetime_seconds: u32,
    /// How long customers who have never verified a code are refused, in seconds.
    pub pause_seconds: u32,
}

/// The codes that a circuit breaker considers: those sent after `from` until `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JudgedSpan {
    /// The beginning of the span (exclusive).
    pub from: DateTime<Utc>,
    /// The end of the span (inclusive).
    pub until: DateTime<Utc>,
}

impl SmsBreaker {
    /// The span that is considered at an instant. After a pause only codes sent since are considered; otherwise the
    /// pause would never end.
    pub fn span(&self, now: DateTime<Utc>, paused_until: Option<DateTime<Utc>>) -> JudgedSpan {
        let window = now - TimeDelta::seconds(i64::from(self.window_seconds));
        JudgedSpan {
            from: paused_until.map_or(window, |end| end.max(window)),
            until: now - TimeDelta::seconds(i64::from(self.code_lifetime_seconds)),
        }
    }

    /// Whether too few of these codes were entered.
    pub fn is_failing(&self, sent: u32, verified: u32) -> bool {
        let (sent_, verified) = (u64::from(sent), u64::from(verified));
        sent >= self.codes && verified * 100 < sent_ * u64::from(self.least_verified_percent)
    }

    /// When a pause that begins now ends.
    pub fn paused_until(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + TimeDelta::seconds(i64::from(self.pause_seconds))
    }
}

/// A message that is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsRequest {
    /// The customer who requested the message.
    pub customer: CustomerId,
    /// The prefix of the phone number.
    pub prefix: DestinationPrefix,
    /// All counters of the message. Keys are unique, and widely shared counters come last, so that a transaction locks
    /// the busiest rows for the shortest time and no two transactions deadlock.
    pub counters: Vec<SmsCounter>,
    /// The circuit breaker of the prefix, if any.
    pub breaker: Option<SmsBreaker>,
    /// The current time.
    pub now: DateTime<Utc>,
}

/// The counters that a message was counted against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SmsGrant {
    /// Each key, with the end of its window.
    pub counted: Vec<(String, DateTime<Utc>)>,
}

/// Whether a message may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SmsAnswer {
    /// The message may be sent, and was counted.
    Granted(SmsGrant),
    /// The message may not be sent, and was not counted.
    Refused {
        /// The limit that is reached. Of several, the one that lasts longest.
        limit: SmsLimit,
        /// Seconds until the next request may succeed, at least 1.
        retry_after_seconds: u32,
    },
}

/// A prefix that a circuit breaker has paused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PausedPrefix {
    /// The prefix that is paused.
    pub prefix: DestinationPrefix,
    /// When the pause ends.
    pub until: DateTime<Utc>,
}

/// The refusal for counters at their limit, each with the end of its window; `None` if the iterator is empty.
pub fn refusal<'a>(
    exhausted: impl IntoIterator<Item = (&'a SmsCounter, DateTime<Utc>)>,
    now: DateTime<Utc>,
) -> Option<SmsAnswer> {
    let longest = exhausted.into_iter().max_by_key(|(_, ends_at)| *ends_at);
    longest.map(|(counter, ends_at)| refused(counter.limit, ends_at, now))
}

/// A refusal until an instant.
pub fn refused(limit: SmsLimit, until: DateTime<Utc>, now: DateTime<Utc>) -> SmsAnswer {
    // Rounded up, so that a caller who waits this long is not too early.
    let milliseconds = (until - now).num_milliseconds().max(0);
    let seconds = u32::try_from((milliseconds + 999) / 1_000).unwrap_or(u32::MAX);
    SmsAnswer::Refused {
        limit,
        retry_after_seconds: seconds.max(1),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{SmsAnswer, SmsBreaker, SmsLimit, refused};

    const BREAKER: SmsBreaker = SmsBreaker {
        codes: 20,
        least_verified_percent: 10,
        window_seconds: 3_600,
        code_lifetime_seconds: 180,
        pause_seconds: 900,
    };

    fn now() -> DateTime<Utc> {
        "2026-11-22T11:30:00Z".parse().unwrap()
    }

    #[test]
    fn a_prefix_fails_when_too_few_of_enough_codes_were_entered() {
        for (sent, verified, is_failing) in [
            (19, 0, false),
            (20, 0, true),
            (20, 1, true),
            (20, 2, false),
            (u32::MAX, u32::MAX, false),
        ] {
            let judged = BREAKER.is_failing(sent, verified);
            assert_eq!(judged, is_failing, "{verified} of {sent}");
        }
    }

    #[test]
    fn a_prefix_is_judged_by_expired_codes_and_not_by_those_before_a_pause() {
        let span = BREAKER.span(now(), None);
        assert_eq!(span.from, now() - TimeDelta::seconds(3_600));
        assert_eq!(span.until, now() - TimeDelta::seconds(180));
        let pause = now() - TimeDelta::seconds(600);
        assert_eq!(BREAKER.span(now(), Some(pause)).from, pause);
        let long_ago = now() - TimeDelta::days(1);
        assert_eq!(BREAKER.span(now(), Some(long_ago)).from, span.from);
    }

    #[test]
    fn a_wait_is_whole_seconds_and_never_too_short() {
        for (milliseconds, seconds) in [(-5_000, 1), (0, 1), (1, 1), (1_001, 2), (60_000, 60)] {
            let until = now() + TimeDelta::milliseconds(milliseconds);
            let SmsAnswer::Refused {
                retry_after_seconds,
                ..
            } = refused(SmsLimit::Customer, until, now())
            else {
                panic!("a refusal");
            };
            assert_eq!(retry_after_seconds, seconds, "{milliseconds}");
        }
    }
}
