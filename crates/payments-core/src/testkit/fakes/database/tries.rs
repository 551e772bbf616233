//! Tries of codes.

use async_trait::async_trait;
use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::audit::{AuditOutcome, AuditRecord};
use crate::flow::IntentId;
use crate::id::CustomerId;
use crate::otp::{CodeTry, Reservation, TryLimits, UsedCode};
use crate::ports::{CodeTries, Unavailable};

use super::{FakeDatabase, Tables, lock};

/// A row of the tries.
#[derive(Clone, Debug)]
pub(super) struct TryRow {
    one: CodeTry,
    /// Another request relies on this try being counted.
    is_shared: bool,
    is_right: bool,
    used: Option<UsedCode>,
}

impl Tables {
    /// The number of tries that count for a customer on a day.
    pub(super) fn wrong_tries(&self, customer: CustomerId, day: NaiveDate) -> usize {
        let counts =
            |row: &&TryRow| row.one.customer == customer && row.one.day == day && !row.is_right;
        self.tries.iter().filter(counts).count()
    }

    fn reserve(&mut self, one: &CodeTry, limits: TryLimits) -> Reservation {
        let since = one
            .day
            .checked_sub_days(Days::new(1))
            .unwrap_or(NaiveDate::MIN);
        let mut known = false;
        let recent = |row: &&mut TryRow| row.one.customer == one.customer && row.one.day >= since;
        let is_same = |row: &TryRow| {
            let replay = row.used.as_ref().map(|used| used.replay);
            row.one.attempt == one.attempt || replay == Some(one.attempt)
        };
        for row in self.tries.iter_mut().filter(recent) {
            if is_same(row) {
                row.is_shared = true;
                known = true;
            }
        }
        if known {
            return Reservation::Known;
        }
        let wrong = |row: &&TryRow| row.one.customer == one.customer && !row.is_right;
        let mine = self.tries.iter().filter(wrong);
        let (of_code, of_day) = mine.fold((0, 0), |(code, day), row| {
            let of_code = usize::from(row.one.day >= since && row.one.code == one.code);
            (code + of_code, day + usize::from(row.one.day == one.day))
        });
        if of_code >= limits.per_code as usize {
            return Reservation::CodeExhausted;
        }
        if of_day >= limits.per_day as usize {
            return Reservation::DayExhausted;
        }
        self.tries.push(TryRow {
            one: *one,
            is_shared: false,
            is_right: false,
            used: None,
        });
        Reservation::Reserved
    }

    fn end_unrecorded(
        &mut self,
        (since, until): (DateTime<Utc>, DateTime<Utc>),
        limit: u32,
        at: DateTime<Utc>,
    ) -> u32 {
        let used = self.tries.iter().filter_map(|row| {
            let used = row.used.as_ref()?;
            let is_lost = !self.intents.contains_key(&used.intent) && !self.has_ended(&used.intent);
            let is_due = since <= used.at && used.at < until;
            (is_lost && is_due).then(|| (used.at, used.intent.clone(), row.one.customer))
        });
        let mut lost: Vec<_> = used.collect();
        lost.sort_by_key(|(used_at, ..)| *used_at);
        lost.truncate(limit as usize);
        let count = lost.len();
        for (_, intent, customer) in lost {
            self.append(AuditRecord {
                intent: Some(intent),
                customer,
                pos: None,
                outcome: AuditOutcome::CardLost,
                gateway_code: None,
                consent: None,
                instrument: None,
                author: None,
                at,
            });
        }
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Whether the audit log has the ending of an intent.
    pub(super) fn has_ended(&self, intent: &IntentId) -> bool {
        let mut ends = self.audit.iter().filter(|one| one.outcome.is_ending());
        ends.any(|one| one.intent.as_ref() == Some(intent))
    }

    fn mark_right(&mut self, one: &CodeTry, used: Option<UsedCode>) {
        self.sms.verify(one.customer, one.code);
        if let Some(row) = self.tries.iter_mut().find(|row| is(row, one)) {
            row.is_right = true;
            row.used = used.or(row.used.take());
            return;
        }
        self.tries.push(TryRow {
            one: *one,
            is_shared: false,
            is_right: true,
            used,
        });
    }
}

/// Whether the row has this customer, day and attempt.
fn is(row: &TryRow, one: &CodeTry) -> bool {
    (row.one.customer, row.one.day, row.one.attempt) == (one.customer, one.day, one.attempt)
}

#[async_trait]
impl CodeTries for FakeDatabase {
    async fn reserve(&self, one: &CodeTry, limits: TryLimits) -> Result<Reservation, Unavailable> {
        let work = || lock(&self.tables).reserve(one, limits);
        self.faults.call("code_tries.reserve", work).await
    }

    async fn mark_right(&self, one: &CodeTry, used: Option<UsedCode>) -> Result<(), Unavailable> {
        let work = || lock(&self.tables).mark_right(one, used);
        self.faults.call("code_tries.mark_right", work).await
    }

    async fn release(&self, one: &CodeTry) -> Result<(), Unavailable> {
        let work = || {
            lock(&self.tables)
                .tries
                .retain(|row| !is(row, one) || row.is_shared || row.is_right);
        };
        self.faults.call("code_tries.release", work).await
    }

    async fn used(
        &self,
        customer: CustomerId,
        since: DateTime<Utc>,
    ) -> Result<Vec<UsedCode>, Unavailable> {
        let work = || {
            let tables = lock(&self.tables);
            let own = tables
                .tries
                .iter()
                .filter(|row| row.one.customer == customer);
            own.filter_map(|row| row.used.clone())
                .filter(|used| used.at >= since)
                .collect()
        };
        self.faults.call("code_tries.used", work).await
    }

    async fn end_unrecorded(
        &self,
        since: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: u32,
        at: DateTime<Utc>,
    ) -> Result<u32, Unavailable> {
        let work = || lock(&self.tables).end_unrecorded((since, until), limit, at);
        self.faults.call("code_tries.end_unrecorded", work).await
    }
}
