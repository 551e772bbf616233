//! The reconciler: what an interrupted request left at a gateway is found and removed.
//!
//! Any number of reconcilers may run at once: each intent and each deletion is leased to one of them.

use crate::catalog::{Catalog, GatewayAccount, Pos};
use crate::id::PosId;
use crate::ports::{
    IntentOutcome, IssuedToken, LeaseTerms, OpenIntent, Setback, Tokenizer, Unavailable,
};

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

/// No entry waits longer than this for its next try, in seconds.
const LONGEST_WAIT_SECONDS: u32 = 4 * 3_600;

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
        let intents = &self.ports.intents;
        let terms = self.lease_terms(limit).await?;
        let recorded_before = terms.now - seconds(self.settings.gateway_horizon_seconds);
        for open in intents.lease_open(recorded_before, &terms).await? {
            let closed = self.close(catalog, open).await?;
            done.count(closed, |done| &mut done.intents_closed);
        }
        let terms = self.lease_terms(limit).await?;
        for deletion in intents.lease_deletions(&terms).await? {
            let deleted = self.delete_token(catalog, deletion).await;
            done.count(deleted, |done| &mut done.tokens_deleted);
        }
        Ok(done)
    }

    /// By the database's clock: a process whose own clock is wrong neither looks too early nor takes another's lease.
    pub(super) async fn lease_terms(&self, limit: u32) -> Result<LeaseTerms, Unavailable> {
        Ok(LeaseTerms {
            limit,
            first_wait_seconds: self.settings.lease_seconds,
            longest_wait_seconds: LONGEST_WAIT_SECONDS,
            now: self.ports.intents.now().await?,
        })
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

    /// Whether the intent is closed now. One that cannot be closed says why, and waits for its next try.
    async fn close(&self, catalog: &Catalog, open: OpenIntent) -> Result<bool, Unavailable> {
        let (intents, id) = (&self.ports.intents, &open.intent.id);
        let found = match self.look(catalog, &open).await {
            Ok(found) => found,
            Err(setback) => {
                intents.intent_stuck(id, setback).await?;
                return Ok(false);
            }
        };
        let now = self.ports.clock.now();
        if !found.is_empty() {
            let found = found
                .into_iter()
                .map(|one| (one.token, one.provider_customer_key));
            intents.reconcile(id, found.collect(), now).await?;
            return Ok(true);
        }
        if open.looks == 0 {
            let horizon = seconds(self.settings.gateway_horizon_seconds);
            let not_before = intents.now().await? + horizon;
            intents.looked(id, not_before).await?;
            return Ok(false);
        }
        intents.refuse(id, None, now).await?;
        Ok(true)
    }

    /// The tokens made under an intent. Nothing under a key that came later proves nothing, so the gateway is then asked
    /// as it would have been without it: one that finds cards only by that key cannot say, and the intent stays open.
    async fn look(
        &self,
        catalog: &Catalog,
        open: &OpenIntent,
    ) -> Result<Vec<IssuedToken>, Setback> {
        let intent = &open.intent;
        let (tokenizer, pos) = self.reach(catalog, intent.pos, &intent.account)?;
        let (reference, key) = (&intent.id, &open.provider_customer_key);
        let find = async |key| {
            let found = tokenizer.find(&pos, reference, key).await;
            found.map_err(|_| Setback::GatewayUnavailable)
        };
        let found = find(key.clone()).await?;
        if found.is_empty() && key.is_some() && !open.had_customer_key {
            return find(None).await;
        }
        Ok(found)
    }

    /// The gateway of an account, and the point of sale as it is configured for that account. Never another one.
    pub(super) fn reach(
        &self,
        catalog: &Catalog,
        pos: PosId,
        account: &GatewayAccount,
    ) -> Result<(&dyn Tokenizer, Pos), Setback> {
        let pos = catalog.pos(pos).ok_or(Setback::PosMissing)?;
        let pos = pos.at_account(account).ok_or(Setback::CredentialsMissing)?;
        let tokenizer = self.ports.tokenizers.of(&pos);
        let tokenizer = tokenizer.ok_or(Setback::GatewayNotEnabled)?;
        Ok((&**tokenizer, pos))
    }
}
