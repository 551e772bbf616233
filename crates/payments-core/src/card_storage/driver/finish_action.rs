//! Asks the gateway about an action of the customer, and saves the card if it was completed.
//!
//! The return, the webhook, a repeated code and the reconciler may run concurrently, in any process: each asks the
//! gateway, and the database decides who closes the intent. None of this needs the session or the flow store.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::action::{ActionId, ActionStage, PendingAction, StoredAction};
use crate::card::{ProviderCustomerKey, StatedToken};
use crate::catalog::{Catalog, Pos};
use crate::flow::IntentId;
use crate::id::PosId;
use crate::intent::{Intent, IntentOutcome, Setback};
use crate::ports::{Tokenizer, Unavailable};
use crate::tokenization::{ActionOutcome, ActionUrl, GatewayRefusal, IssuedToken, RefusalReason};

use super::CardStorage;
use super::leak_check::LeakCheck;

/// The result of an action at the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionVerdict {
    /// The card is saved.
    Saved,
    /// The gateway refused the card, or the customer did not complete the action.
    Refused(RefusalReason),
    /// The card was not saved.
    NotSaved,
    /// The result is not known yet, or the gateway is unavailable.
    Pending,
}

/// The result of checking a pending action.
pub(super) enum Settled {
    /// The action has a result.
    Decided(ActionVerdict),
    /// The gateway could not be asked.
    Stuck(Setback),
    /// There is a token that must not be saved. The reconciler searches for it.
    LeftBehind,
}

impl CardStorage {
    /// The gateway's URL for an action. `None` if there is no such action, if it is over, or if the gateway
    /// is no longer allowed.
    ///
    /// # Errors
    /// [`Unavailable`] if the database is unavailable.
    pub async fn action_url(
        &self,
        catalog: &Catalog,
        id: &ActionId,
    ) -> Result<Option<ActionUrl>, Unavailable> {
        let Some(found) = self.ports.actions.named(&id.digest()).await? else {
            return Ok(None);
        };
        let Ok((tokenizer, pos)) = self.reach(catalog, found.intent.pos, &found.intent.account)
        else {
            return Ok(None);
        };
        let now = self.ports.clock.now();
        let pending = found.open_for_the_customer();
        let url = pending
            .filter(|pending| pending.deadline > now)
            .map(|one| one.url);
        Ok(url.filter(|url| tokenizer.is_own_url(&pos, url)))
    }

    /// Asks the gateway for the result of an action, and saves the card if the action was completed. Idempotent. `None`
    /// if there is no such action.
    ///
    /// # Errors
    /// [`Unavailable`] if the database is unavailable.
    pub async fn finish_action(
        &self,
        catalog: &Catalog,
        id: &ActionId,
    ) -> Result<Option<ActionVerdict>, Unavailable> {
        let Some(found) = self.ports.actions.named(&id.digest()).await? else {
            return Ok(None);
        };
        self.verdict_on(catalog, found).await.map(Some)
    }

    /// Finishes the action of an intent, if the intent belongs to this point of sale. For webhooks. See
    /// [`CardStorage::finish_action`].
    ///
    /// # Errors
    /// As [`CardStorage::finish_action`].
    pub async fn finish_action_of(
        &self,
        catalog: &Catalog,
        pos: PosId,
        id: &IntentId,
    ) -> Result<Option<ActionVerdict>, Unavailable> {
        let found = self.ports.actions.of_intent(id).await?;
        let Some(found) = found.filter(|found| found.intent.pos == pos) else {
            return Ok(None);
        };
        self.verdict_on(catalog, found).await.map(Some)
    }

    async fn verdict_on(
        &self,
        catalog: &Catalog,
        found: StoredAction,
    ) -> Result<ActionVerdict, Unavailable> {
        match found.stage {
            ActionStage::Over { outcome, reason } => Ok(verdict(&outcome, reason)),
            ActionStage::Pending(pending) => {
                let settled = self.settle_action(catalog, &found.intent, pending, false);
                Ok(match settled.await? {
                    Settled::Decided(verdict) => verdict,
                    Settled::Stuck(_) | Settled::LeftBehind => ActionVerdict::Pending,
                })
            }
        }
    }

    /// Asks the gateway about a pending action, or cancels it there, and closes the intent if the result is known.
    pub(super) async fn settle_action(
        &self,
        catalog: &Catalog,
        intent: &Intent,
        pending: PendingAction,
        must_cancel: bool,
    ) -> Result<Settled, Unavailable> {
        let (tokenizer, pos) = match self.reach(catalog, intent.pos, &intent.account) {
            Ok(reached) => reached,
            Err(setback) => return Ok(Settled::Stuck(setback)),
        };
        let told = if must_cancel {
            tokenizer.cancel_action(&pos, &pending.handle).await
        } else {
            tokenizer.action(&pos, &pending.handle).await
        };
        match told {
            Err(_) => Ok(Settled::Stuck(Setback::GatewayUnavailable)),
            Ok(ActionOutcome::Pending) => Ok(Settled::Decided(ActionVerdict::Pending)),
            Ok(ActionOutcome::Refused(refusal)) => self.refuse_action(intent, refusal).await,
            Ok(ActionOutcome::Issued(issued)) => {
                let place = (tokenizer, &pos);
                self.save_after(intent, pending, issued, place).await
            }
        }
    }

    async fn refuse_action(
        &self,
        intent: &Intent,
        refusal: GatewayRefusal,
    ) -> Result<Settled, Unavailable> {
        let (actions, now) = (&self.ports.actions, self.ports.clock.now());
        let gateway_code = self.check(intent).code(refusal.gateway_code);
        let refusal = GatewayRefusal {
            gateway_code,
            ..refusal
        };
        actions.refuse(&intent.id, &refusal, now).await?;
        // Another request may have been faster; then its result counts.
        let stage = actions.of_intent(&intent.id).await?.map(|one| one.stage);
        Ok(Settled::Decided(match stage {
            Some(ActionStage::Over { outcome, reason }) => verdict(&outcome, reason),
            Some(ActionStage::Pending(_)) | None => ActionVerdict::Refused(refusal.reason),
        }))
    }

    async fn save_after(
        &self,
        intent: &Intent,
        pending: PendingAction,
        issued: IssuedToken,
        (tokenizer, pos): (&dyn Tokenizer, &Pos),
    ) -> Result<Settled, Unavailable> {
        let key = issued.provider_customer_key.as_ref();
        let stated =
            StatedToken::parse(issued.token.as_str(), key.map(ProviderCustomerKey::as_str));
        let Some(issued) = self.check(intent).issued(issued) else {
            // The token is stored nowhere else, so the intent stays open until it is deleted.
            let Ok(token) = stated else {
                return Ok(Settled::Stuck(Setback::TokenRemains));
            };
            if tokenizer.delete(pos, &token).await.is_err() {
                return Ok(Settled::Stuck(Setback::TokenRemains));
            }
            let now = self.ports.clock.now();
            self.ports
                .intents
                .reconcile(&intent.id, Vec::new(), now)
                .await?;
            return Ok(Settled::Decided(ActionVerdict::NotSaved));
        };
        let Some((card, identity)) = pending.card.zip(intent.card.as_ref()) else {
            let found = vec![(issued.token, issued.provider_customer_key)];
            let now = self.ports.clock.now();
            self.ports.intents.reconcile(&intent.id, found, now).await?;
            return Ok(Settled::Decided(ActionVerdict::NotSaved));
        };
        let card = card.with(intent, identity, issued);
        Ok(match self.commit(&intent.id, &card).await {
            Some(outcome) => Settled::Decided(verdict(&outcome, None)),
            None => Settled::LeftBehind,
        })
    }

    fn check<'a>(&'a self, intent: &'a Intent) -> LeakCheck<'a> {
        LeakCheck {
            keys: &self.keys,
            card: intent.card.as_ref(),
        }
    }

    /// Whether an open intent waits for an action of its customer at the gateway.
    pub(super) async fn waits_for_its_customer(
        &self,
        id: &IntentId,
        now: DateTime<Utc>,
    ) -> Result<bool, Unavailable> {
        let found = self.ports.actions.of_intent(id).await?;
        let pending = found.and_then(StoredAction::open_for_the_customer);
        Ok(pending.is_some_and(|pending| pending.deadline > now))
    }
}

fn verdict(outcome: &IntentOutcome, reason: Option<RefusalReason>) -> ActionVerdict {
    match (outcome, reason) {
        (IntentOutcome::Saved(_), _) => ActionVerdict::Saved,
        (IntentOutcome::Refused { .. }, Some(reason)) => ActionVerdict::Refused(reason),
        (IntentOutcome::Refused { .. }, None) | (IntentOutcome::Reconciled, _) => {
            ActionVerdict::NotSaved
        }
    }
}
