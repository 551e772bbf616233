//! The port of intents and of the deletion queue.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::card::{CardToken, ProviderCustomerKey};
use payments_core::flow::IntentId;
use payments_core::intent::{
    Backlog, Intent, IntentOutcome, IntentStatus, LeaseTerms, OpenIntent, RecordIntent, Setback,
    StuckEntry, TokenDeletion,
};
use payments_core::ports::{Intents, Unavailable};
use payments_core::saved_card::NewSavedCard;

use payments_sql::column::instant;

use super::{Database, backlog, intent, intent_status, lease, open_intent, token_deletion};

#[async_trait]
impl Intents for Database {
    async fn now(&self) -> Result<DateTime<Utc>, Unavailable> {
        Ok(self
            .read(async |connection| lease::now(connection).await)
            .await?)
    }

    async fn record(&self, intent: &Intent) -> Result<RecordIntent, Unavailable> {
        Ok(self
            .write(async |connection| intent::record(connection, intent).await)
            .await?)
    }

    async fn outcome(&self, id: &IntentId) -> Result<Option<IntentOutcome>, Unavailable> {
        Ok(self
            .read(async |connection| intent::outcome(connection, id).await)
            .await?)
    }

    async fn status(&self, id: &IntentId) -> Result<IntentStatus, Unavailable> {
        Ok(self
            .snapshot(async |connection| intent_status::status(connection, id).await)
            .await?)
    }

    async fn save_card(
        &self,
        id: &IntentId,
        card: &NewSavedCard,
        now: DateTime<Utc>,
    ) -> Result<Option<IntentOutcome>, Unavailable> {
        Ok(self
            .write(async |connection| intent::save_card(connection, id, card, now).await)
            .await?)
    }

    async fn refuse(
        &self,
        id: &IntentId,
        gateway_code: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        let code = gateway_code.as_deref();
        Ok(self
            .write(async |connection| intent::refuse(connection, id, code, now).await)
            .await?)
    }

    async fn lease_open(
        &self,
        recorded_before: DateTime<Utc>,
        terms: &LeaseTerms,
    ) -> Result<Vec<OpenIntent>, Unavailable> {
        let before = instant(recorded_before);
        Ok(self
            .write(async |connection| backlog::lease_open(connection, before, terms).await)
            .await?)
    }

    async fn postponed(&self, id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable> {
        let not_before = instant(not_before);
        Ok(self
            .write(async |connection| open_intent::answered(connection, id, not_before, 0).await)
            .await?)
    }

    async fn looked(&self, id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable> {
        Ok(self
            .write(async |connection| {
                open_intent::answered(connection, id, instant(not_before), 1).await
            })
            .await?)
    }

    async fn intent_stuck(&self, id: &IntentId, setback: Setback) -> Result<(), Unavailable> {
        Ok(self
            .write(async |connection| open_intent::stuck(connection, id, setback).await)
            .await?)
    }

    async fn reconcile(
        &self,
        id: &IntentId,
        found: Vec<(CardToken, Option<ProviderCustomerKey>)>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        Ok(self
            .write(async |connection| intent::reconcile(connection, id, &found, now).await)
            .await?)
    }

    async fn lease_deletions(&self, terms: &LeaseTerms) -> Result<Vec<TokenDeletion>, Unavailable> {
        Ok(self
            .write(async |connection| backlog::lease_deletions(connection, terms).await)
            .await?)
    }

    async fn deletion_stuck(&self, id: i64, setback: Setback) -> Result<(), Unavailable> {
        Ok(self
            .write(async |connection| token_deletion::stuck(connection, id, setback).await)
            .await?)
    }

    async fn deletion_done(&self, id: i64) -> Result<(), Unavailable> {
        Ok(self
            .write(async |connection| token_deletion::done(connection, id).await)
            .await?)
    }

    async fn backlog(&self) -> Result<Backlog, Unavailable> {
        Ok(self
            .snapshot(async |connection| backlog::backlog(connection).await)
            .await?)
    }

    async fn stuck(&self, limit: u32) -> Result<Vec<StuckEntry>, Unavailable> {
        let limit = i64::from(limit);
        Ok(self
            .snapshot(async |connection| backlog::stuck(connection, limit).await)
            .await?)
    }
}
