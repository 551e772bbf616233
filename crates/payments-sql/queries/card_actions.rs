//! The port of actions.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::action::{ActionDigest, BeginAction, NewAction, StoredAction};
use payments_core::flow::IntentId;
use payments_core::ports::{Actions, Unavailable};
use payments_core::tokenization::GatewayRefusal;

use super::{Database, card_action};

#[async_trait]
impl Actions for Database {
    async fn begin(&self, id: &IntentId, action: &NewAction) -> Result<BeginAction, Unavailable> {
        Ok(self
            .write(async |connection| card_action::begin(connection, id, action).await)
            .await?)
    }

    async fn named(&self, digest: &ActionDigest) -> Result<Option<StoredAction>, Unavailable> {
        Ok(self
            .snapshot(async |connection| card_action::named(connection, digest).await)
            .await?)
    }

    async fn of_intent(&self, id: &IntentId) -> Result<Option<StoredAction>, Unavailable> {
        Ok(self
            .snapshot(async |connection| card_action::of_intent(connection, id).await)
            .await?)
    }

    async fn refuse(
        &self,
        id: &IntentId,
        refusal: &GatewayRefusal,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        Ok(self
            .write(async |connection| card_action::refuse(connection, id, refusal, now).await)
            .await?)
    }
}
