//! The reconciler: what an interrupted request left at a gateway is found and removed.
//!
//! Any number of reconcilers may run at once: each intent and each deletion is leased to one of them.

use crate::catalog::{Catalog, Pos};
use crate::ports::{IntentOutcome, IssuedToken, OpenIntent, Tokenizer, Unavailable};

use super::super::IntentId;
use super::CardStorage;
use super::submission::seconds;

/// What one run of the reconciler did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Intents that are closed now.
    pub intents_closed: u32,
    /// Tokens that are no longer at their gateway.
    pub tokens_deleted: u32,
    /// Intents and deletions that were tried and wait for a later run.
    pub still_open: u32,
}

impl Reconciled {
    fn count(&mut self, done: bool, counter: impl FnOnce(&mut Self) -> &mut u32) {
        let counter = if done {
            counter(self)
        } else {
            &mut self.still_open
        };
        *counter = counter.saturating_add(1);
    }
}

impl CardStorage {
    /// Asks the gateways about up to `limit` intents that are open past the horizon, then deletes up to `limit` queued
    /// tokens. A gateway that does not know an intent is asked once more, a horizon later, before the intent is closed:
    /// it may have made the token late.
    ///
    /// # Errors
    /// [`Unavailable`] when the database is; what was done until then stays done.
    pub async fn reconcile(
        &self,
        catalog: &Catalog,
        limit: u32,
    ) -> Result<Reconciled, Unavailable> {
        let mut done = Reconciled::default();
        let now = self.ports.clock.now();
        let lease_until = now + seconds(self.settings.lease_seconds);
        let recorded_before = now - seconds(self.settings.gateway_horizon_seconds);
        let intents = &self.ports.intents;
        for open in intents
            .lease_open(recorded_before, lease_until, limit, now)
            .await?
        {
            let closed = self.close(catalog, open).await?;
            done.count(closed, |done| &mut done.intents_closed);
        }
        let now = self.ports.clock.now();
        let lease_until = now + seconds(self.settings.lease_seconds);
        for deletion in intents.lease_deletions(lease_until, limit, now).await? {
            let deleted = self.delete_token(catalog, deletion).await;
            done.count(deleted, |done| &mut done.tokens_deleted);
        }
        Ok(done)
    }

    /// Closes an open intent as refused: somebody has looked at the gateway and left nothing there. How the intent
    /// ended, then or before; none if there is no such intent. A request that is still at it deletes its own token.
    ///
    /// # Errors
    /// [`Unavailable`] when the database is.
    pub async fn settle(&self, id: &IntentId) -> Result<Option<IntentOutcome>, Unavailable> {
        let now = self.ports.clock.now();
        self.ports.intents.refuse(id, None, now).await?;
        self.ports.intents.outcome(id).await
    }

    /// Whether the intent is closed now. A gateway that is away keeps it open until its lease is over.
    async fn close(&self, catalog: &Catalog, open: OpenIntent) -> Result<bool, Unavailable> {
        let intent = &open.intent;
        let Some(pos) = catalog.pos(intent.pos) else {
            return Ok(false);
        };
        let Some(tokenizer) = self.ports.tokenizers.of(pos) else {
            return Ok(false);
        };
        let Ok(found) = look(&**tokenizer, pos, &open).await else {
            return Ok(false);
        };
        let now = self.ports.clock.now();
        if !found.is_empty() {
            let found = found
                .into_iter()
                .map(|one| (one.token, one.provider_customer_key));
            self.ports
                .intents
                .reconcile(&intent.id, found.collect(), now)
                .await?;
            return Ok(true);
        }
        if open.looks == 0 {
            let not_before = now + seconds(self.settings.gateway_horizon_seconds);
            self.ports.intents.looked(&intent.id, not_before).await?;
            return Ok(false);
        }
        self.ports.intents.refuse(&intent.id, None, now).await?;
        Ok(true)
    }
}

/// The tokens made under an intent. Nothing under a key that came later proves nothing, so the gateway is then asked
/// as it would have been without it: one that finds cards only by that key cannot say, and the intent stays open.
async fn look(
    tokenizer: &dyn Tokenizer,
    pos: &Pos,
    open: &OpenIntent,
) -> Result<Vec<IssuedToken>, Unavailable> {
    let (reference, key) = (&open.intent.id, &open.provider_customer_key);
    let found = tokenizer.find(pos, reference, key.clone()).await?;
    if found.is_empty() && key.is_some() && !open.had_customer_key {
        return tokenizer.find(pos, reference, None).await;
    }
    Ok(found)
}
