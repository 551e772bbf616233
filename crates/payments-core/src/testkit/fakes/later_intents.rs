//! Real intents at a simulated later time, for tests of horizons and leases that do not wait.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use crate::card::{CardToken, ProviderCustomerKey};
use crate::flow::IntentId;
use crate::intent::{
    Backlog, Intent, IntentOutcome, IntentStatus, LeaseTerms, OpenIntent, RecordIntent, Setback,
    StuckEntry, TokenDeletion,
};
use crate::ports::{Intents, Unavailable};
use crate::saved_card::NewSavedCard;

/// Intents of a database whose clock is ahead of its real one.
pub struct LaterIntents {
    intents: Arc<dyn Intents>,
    seconds_ahead: AtomicI64,
}

impl LaterIntents {
    /// The intents of a database, at the current time at first.
    pub const fn of(intents: Arc<dyn Intents>) -> Self {
        Self {
            intents,
            seconds_ahead: AtomicI64::new(0),
        }
    }

    /// Advances the time by `seconds`.
    pub fn advance(&self, seconds: i64) {
        self.seconds_ahead.fetch_add(seconds, Ordering::Relaxed);
    }
}

#[async_trait]
impl Intents for LaterIntents {
    async fn now(&self) -> Result<DateTime<Utc>, Unavailable> {
        let ahead = self.seconds_ahead.load(Ordering::Relaxed);
        Ok(self.intents.now().await? + TimeDelta::seconds(ahead))
    }

    async fn record(&self, intent: &Intent) -> Result<RecordIntent, Unavailable> {
        self.intents.record(intent).await
    }

    async fn outcome(&self, id: &IntentId) -> Result<Option<IntentOutcome>, Unavailable> {
        self.intents.outcome(id).await
    }

    async fn status(&self, id: &IntentId) -> Result<IntentStatus, Unavailable> {
        self.intents.status(id).await
    }

    async fn save_card(
        &self,
        id: &IntentId,
        card: &NewSavedCard,
        now: DateTime<Utc>,
    ) -> Result<Option<IntentOutcome>, Unavailable> {
        self.intents.save_card(id, card, now).await
    }

    async fn refuse(
        &self,
        id: &IntentId,
        gateway_code: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        self.intents.refuse(id, gateway_code, now).await
    }

    async fn lease_open(
        &self,
        recorded_before: DateTime<Utc>,
        terms: &LeaseTerms,
    ) -> Result<Vec<OpenIntent>, Unavailable> {
        self.intents.lease_open(recorded_before, terms).await
    }

    async fn postponed(&self, id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable> {
        self.intents.postponed(id, not_before).await
    }

    async fn looked(&self, id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable> {
        self.intents.looked(id, not_before).await
    }

    async fn intent_stuck(&self, id: &IntentId, setback: Setback) -> Result<(), Unavailable> {
        self.intents.intent_stuck(id, setback).await
    }

    async fn reconcile(
        &self,
        id: &IntentId,
        found: Vec<(CardToken, Option<ProviderCustomerKey>)>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        self.intents.reconcile(id, found, now).await
    }

    async fn lease_deletions(&self, terms: &LeaseTerms) -> Result<Vec<TokenDeletion>, Unavailable> {
        self.intents.lease_deletions(terms).await
    }

    async fn deletion_stuck(&self, id: i64, setback: Setback) -> Result<(), Unavailable> {
        self.intents.deletion_stuck(id, setback).await
    }

    async fn deletion_done(&self, id: i64) -> Result<(), Unavailable> {
        self.intents.deletion_done(id).await
    }

    async fn backlog(&self) -> Result<Backlog, Unavailable> {
        self.intents.backlog().await
    }

    async fn stuck(&self, limit: u32) -> Result<Vec<StuckEntry>, Unavailable> {
        self.intents.stuck(limit).await
    }
}
