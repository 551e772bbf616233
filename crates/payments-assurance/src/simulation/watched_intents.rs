//! The intents of a database, watched, and changed by a planted fault.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use payments_core::card::{CardToken, ProviderCustomerKey};
use payments_core::flow::IntentId;
use payments_core::intent::{
    Backlog, Intent, IntentOutcome, IntentStatus, LeaseTerms, OpenIntent, RecordIntent, Setback,
    StuckEntry, TokenDeletion,
};
use payments_core::ports::{Intents, Unavailable};
use payments_core::saved_card::NewSavedCard;

use super::network::Network;

/// A planted fault: what the reconciler is told instead of the truth.
pub(super) struct AlteredAnswers {
    /// About an open intent.
    pub(super) open: Box<dyn Fn(OpenIntent) -> OpenIntent + Send + Sync>,
    /// About a queued deletion.
    pub(super) deletion: Box<dyn Fn(TokenDeletion) -> TokenDeletion + Send + Sync>,
    /// Whether intents are given out before the horizon, and again at once.
    pub(super) ignores_horizon: bool,
}

impl Default for AlteredAnswers {
    fn default() -> Self {
        Self {
            open: Box::new(std::convert::identity),
            deletion: Box::new(std::convert::identity),
            ignores_horizon: false,
        }
    }
}

/// Intents that tell the network which intent each request is about.
pub(super) struct WatchedIntents {
    pub(super) network: Network,
    pub(super) intents: Arc<dyn Intents>,
    pub(super) altered: AlteredAnswers,
}

impl WatchedIntents {
    fn watch(&self, id: &IntentId) {
        self.network.traffic().note_intent(id);
    }
}

#[async_trait]
impl Intents for WatchedIntents {
    async fn now(&self) -> Result<DateTime<Utc>, Unavailable> {
        self.intents.now().await
    }

    async fn record(&self, intent: &Intent) -> Result<RecordIntent, Unavailable> {
        self.watch(&intent.id);
        let recorded = self.intents.record(intent).await;
        if let Ok(RecordIntent::Recorded { .. }) = &recorded {
            let mut traffic = self.network.traffic();
            let now = traffic.now();
            traffic.recorded.insert(intent.id.clone(), now);
        }
        recorded
    }

    async fn outcome(&self, id: &IntentId) -> Result<Option<IntentOutcome>, Unavailable> {
        self.watch(id);
        self.intents.outcome(id).await
    }

    async fn status(&self, id: &IntentId) -> Result<IntentStatus, Unavailable> {
        self.watch(id);
        self.intents.status(id).await
    }

    async fn save_card(
        &self,
        id: &IntentId,
        card: &NewSavedCard,
        now: DateTime<Utc>,
    ) -> Result<Option<IntentOutcome>, Unavailable> {
        self.watch(id);
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
        let before = if self.altered.ignores_horizon {
            terms.now + TimeDelta::days(1)
        } else {
            recorded_before
        };
        let open = self.intents.lease_open(before, terms).await?;
        Ok(open.into_iter().map(&self.altered.open).collect())
    }

    async fn looked(&self, id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable> {
        let not_before = if self.altered.ignores_horizon {
            DateTime::UNIX_EPOCH
        } else {
            not_before
        };
        self.intents.looked(id, not_before).await
    }

    async fn postponed(&self, id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable> {
        self.intents.postponed(id, not_before).await
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
        let queued = self.intents.lease_deletions(terms).await?;
        Ok(queued.into_iter().map(&self.altered.deletion).collect())
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
