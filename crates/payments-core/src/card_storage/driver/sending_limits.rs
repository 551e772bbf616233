//! Limits on the number of codes that are sent.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use crate::address_block::AddressBlock;
use crate::id::CustomerId;
use crate::keys::Keys;
use crate::phone::Destination;
use crate::sms::{SmsBreaker, SmsCounter, SmsLimit};

/// The counter of the messages of all customers.
pub(super) const BUDGET: &str = "budget";
/// The counter of the messages of customers who have never verified a code.
pub(super) const BUDGET_OF_UNVERIFIED: &str = "budget-unverified";

/// Limits per hour and per day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourAndDay {
    /// Messages per hour; the hour begins with the first message.
    pub hour: u32,
    /// Messages per day (UTC).
    pub day: u32,
}

/// Limits on sending codes. All of them apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendingLimits {
    /// The minimum interval between two codes of a customer, and of a phone, in seconds; 0 disables it.
    pub cooldown_seconds: u32,
    /// The limits of one customer.
    pub per_customer: HourAndDay,
    /// The limits of one phone, over all customers.
    pub per_phone: HourAndDay,
    /// The limits of one address block, over all customers.
    pub per_address_block: HourAndDay,
    /// The limit of all customers together on a day (UTC). Half of it is reserved for customers who have
    /// verified a code before.
    pub daily_budget: u32,
    /// When a phone prefix is paused; `None` disables the circuit breaker.
    pub breaker: Option<SmsBreaker>,
}

impl Default for SendingLimits {
    fn default() -> Self {
        Self {
            cooldown_seconds: 0,
            per_customer: HourAndDay { hour: 10, day: 20 },
            per_phone: HourAndDay { hour: 10, day: 20 },
            per_address_block: HourAndDay {
                hour: 100,
                day: 400,
            },
            daily_budget: 10_000,
            breaker: None,
        }
    }
}

/// The customer, phone and address block that a message counts for.
#[derive(Clone, Copy)]
pub(super) struct SmsSubject<'a> {
    pub(super) customer: CustomerId,
    pub(super) destination: &'a Destination,
    pub(super) block: Option<AddressBlock>,
}

impl SendingLimits {
    /// The part of the daily budget that customers who have never verified a code may use.
    pub const fn budget_of_unverified(&self) -> u32 {
        self.daily_budget / 2
    }

    /// All counters of a message, the least shared first.
    pub(super) fn counters(
        &self,
        keys: &Keys,
        subject: SmsSubject<'_>,
        now: DateTime<Utc>,
    ) -> Vec<SmsCounter> {
        let customer = subject.customer.get().to_be_bytes();
        let phone = subject.destination.digest(keys).0;
        let mut counters = Vec::new();
        let mut add = |purpose: &str, subject: &[u8], limit, most, ends_at| {
            counters.push(SmsCounter {
                key: keys.counter_key(purpose, subject),
                limit,
                most,
                ends_at,
                of_unverified: false,
            });
        };
        let (hour, day) = (now + TimeDelta::hours(1), next_day(now));
        let subjects = [
            (
                "customer",
                &customer[..],
                self.per_customer,
                SmsLimit::Customer,
            ),
            ("phone", &phone[..], self.per_phone, SmsLimit::Phone),
        ];
        for (name, subject, within, limit) in subjects {
            if self.cooldown_seconds > 0 {
                let end = now + TimeDelta::seconds(i64::from(self.cooldown_seconds));
                let purpose = format!("{name}-cooldown");
                add(&purpose, subject, SmsLimit::Cooldown, 1, end);
            }
            add(&format!("{name}-hour"), subject, limit, within.hour, hour);
            add(&format!("{name}-day"), subject, limit, within.day, day);
        }
        if let Some(block) = &subject.block {
            let (block, within) = (block.as_bytes(), self.per_address_block);
            let limit = SmsLimit::AddressBlock;
            add("block-hour", block, limit, within.hour, hour);
            add("block-day", block, limit, within.day, day);
        }
        for (key, most, of_unverified) in [
            (BUDGET_OF_UNVERIFIED, self.budget_of_unverified(), true),
            (BUDGET, self.daily_budget, false),
        ] {
            counters.push(SmsCounter {
                key: key.to_owned(),
                limit: SmsLimit::DailyBudget,
                most,
                ends_at: day,
                of_unverified,
            });
        }
        counters
    }
}

/// The beginning of the next day (UTC).
fn next_day(now: DateTime<Utc>) -> DateTime<Utc> {
    now.date_naive().and_time(NaiveTime::MIN).and_utc() + TimeDelta::days(1)
}
