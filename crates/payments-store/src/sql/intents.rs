//! The port of intents and of the deletion queue.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::card::{CardToken, ProviderCustomerKey};
use payments_core::card_storage::IntentId;
use payments_core::ports::{
    Intent, IntentOutcome, IntentStatus, Intents, NewSavedCard, OpenIntent, RecordIntent,
    TokenDeletion, Unavailable,
};

use crate::instant::stored;

use super::{Database, intent, intent_status, token_deletion};

#[async_trait]
impl Intents for Database {
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
        lease_until: DateTime<Utc>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<OpenIntent>, Unavailable> {
        let (before, until, now) = (stored(recorded_before), stored(lease_until), stored(now));
        let leased = self.write(async |connection| {
            intent::lease(connection, before, until, i64::from(limit), now).await
        });
        Ok(leased.await?)
    }

    async fn looked(&self, id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable> {
        Ok(self
            .write(async |connection| intent::looked(connection, id, stored(not_before)).await)
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

    async fn lease_deletions(
        &self,
        lease_until: DateTime<Utc>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<TokenDeletion>, Unavailable> {
        let (until, now) = (stored(lease_until), stored(now));
        let leased = self.write(async |connection| {
            token_deletion::lease(connection, until, i64::from(limit), now).await
        });
        Ok(leased.await?)
    }

    async fn deletion_done(&self, id: i64, now: DateTime<Utc>) -> Result<(), Unavailable> {
        Ok(self
            .write(async |connection| token_deletion::done(connection, id, stored(now)).await)
            .await?)
    }
}
