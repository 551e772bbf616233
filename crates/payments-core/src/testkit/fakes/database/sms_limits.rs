//! Counts of messages, sent codes, and verified customers.

use alloc::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::id::CustomerId;
use crate::otp::CodeTag;
use crate::phone::DestinationPrefix;
use crate::ports::{SmsLimits, Unavailable};
use crate::sms::{
    PausedPrefix, SmsAnswer, SmsBreaker, SmsCounter, SmsGrant, SmsLimit, SmsRequest, sms_refusal,
    sms_refused,
};

use super::{FakeDatabase, lock};

/// The tables about messages.
#[derive(Default)]
pub(super) struct SmsTables {
    /// The count, and the end of the window.
    counters: BTreeMap<String, (u32, DateTime<Utc>)>,
    codes: BTreeMap<CodeTag, SentCode>,
    paused: BTreeMap<DestinationPrefix, DateTime<Utc>>,
    pub(super) verified: BTreeSet<CustomerId>,
}

struct SentCode {
    prefix: DestinationPrefix,
    at: DateTime<Utc>,
    is_verified: bool,
}

impl SmsTables {
    fn take(&mut self, request: &SmsRequest) -> SmsAnswer {
        let is_verified = self.verified.contains(&request.customer);
        if let (Some(breaker), false) = (&request.breaker, is_verified)
            && let Some(until) = self.pause(&request.prefix, breaker, request.now)
        {
            return sms_refused(SmsLimit::Breaker, until, request.now);
        }
        let counters = request.counters.iter();
        let counters: Vec<_> = counters
            .filter(|one| !(one.of_unverified && is_verified))
            .collect();
        let exhausted = counters.iter().filter_map(|counter| {
            let (used, ends_at) = self.window(counter, request.now);
            (used >= counter.most).then_some((*counter, ends_at))
        });
        if let Some(refusal) = sms_refusal(exhausted, request.now) {
            return refusal;
        }
        let counted = counters.into_iter().map(|counter| {
            let (used, ends_at) = self.window(counter, request.now);
            self.counters
                .insert(counter.key.clone(), (used + 1, ends_at));
            (counter.key.clone(), ends_at)
        });
        SmsAnswer::Granted(SmsGrant {
            counted: counted.collect(),
        })
    }

    /// The counter's current window, or one that begins now.
    fn window(&self, counter: &SmsCounter, now: DateTime<Utc>) -> (u32, DateTime<Utc>) {
        let window = self.counters.get(&counter.key).copied();
        window
            .filter(|(_, ends_at)| *ends_at > now)
            .unwrap_or((0, counter.ends_at))
    }

    /// Until when a prefix is paused; may begin a pause.
    fn pause(
        &mut self,
        prefix: &DestinationPrefix,
        breaker: &SmsBreaker,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let paused = self.paused.get(prefix).copied();
        if let Some(until) = paused.filter(|until| *until > now) {
            return Some(until);
        }
        let span = breaker.span(now, paused);
        let codes = self.codes.values();
        let mut judged: Vec<_> = codes
            .filter(|one| one.prefix == *prefix && span.from < one.at && one.at <= span.until)
            .collect();
        judged.sort_by_key(|one| core::cmp::Reverse(one.at));
        judged.truncate(breaker.codes as usize);
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let verified = judged.iter().filter(|one| one.is_verified).count();
        if !breaker.is_failing(count(judged.len()), count(verified)) {
            return None;
        }
        let until = breaker.paused_until(now);
        self.paused.insert(prefix.clone(), until);
        Some(until)
    }

    /// Marks the customer as verified, and the code as entered.
    pub(super) fn verify(&mut self, customer: CustomerId, code: CodeTag) {
        self.verified.insert(customer);
        if let Some(sent) = self.codes.get_mut(&code) {
            sent.is_verified = true;
        }
    }
}

impl FakeDatabase {
    /// The keys of all counters, for tests that look for personal data.
    pub fn counters(&self) -> Vec<String> {
        let tables = lock(&self.tables);
        let used = tables
            .sms
            .counters
            .iter()
            .filter(|(_, (used, _))| *used > 0);
        used.map(|(key, _)| key.clone()).collect()
    }
}

#[async_trait]
impl SmsLimits for FakeDatabase {
    async fn take(&self, request: &SmsRequest) -> Result<SmsAnswer, Unavailable> {
        let work = || lock(&self.tables).sms.take(request);
        self.faults.call("sms_limits.take", work).await
    }

    async fn give_back(&self, grant: &SmsGrant) -> Result<(), Unavailable> {
        let work = || {
            let counters = &mut lock(&self.tables).sms.counters;
            for (key, end) in &grant.counted {
                if let Some((used, ends_at)) = counters.get_mut(key)
                    && ends_at == end
                {
                    *used = used.saturating_sub(1);
                }
            }
        };
        self.faults.call("sms_limits.give_back", work).await
    }

    async fn note_sent(
        &self,
        code: CodeTag,
        prefix: &DestinationPrefix,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        let work = || {
            let codes = &mut lock(&self.tables).sms.codes;
            codes.entry(code).or_insert_with(|| SentCode {
                prefix: prefix.clone(),
                at: now,
                is_verified: false,
            });
        };
        self.faults.call("sms_limits.note_sent", work).await
    }

    async fn used(&self, keys: &[String], now: DateTime<Utc>) -> Result<Vec<u32>, Unavailable> {
        let work = || {
            let counters = &lock(&self.tables).sms.counters;
            let used = |key: &String| {
                let window = counters.get(key).filter(|(_, ends_at)| *ends_at > now);
                window.map_or(0, |(used, _)| *used)
            };
            keys.iter().map(used).collect()
        };
        self.faults.call("sms_limits.used", work).await
    }

    async fn paused(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<PausedPrefix>, Unavailable> {
        let work = || {
            let paused = &lock(&self.tables).sms.paused;
            let still = paused.iter().filter(|(_, until)| **until > now);
            let shown = still.take(limit as usize);
            shown
                .map(|(prefix, until)| PausedPrefix {
                    prefix: prefix.clone(),
                    until: *until,
                })
                .collect()
        };
        self.faults.call("sms_limits.paused", work).await
    }
}
