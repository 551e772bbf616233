//! Effects on the intent and at the gateway: the way from the held card to its row.

use crate::card::CardIdentity;
use crate::catalog::Pos;
use crate::flow::FlowId;
use crate::id::PosId;
use crate::intent::{Intent, IntentOutcome, IntentStatus, RecordIntent};
use crate::ports::{TokenizeFailure, Tokenizer, Unavailable};
use crate::tokenization::{RefusalReason, TokenizeRequest, Tokenized};

use super::retained_card::RetainedCard;
use super::{EffectResult, EffectRunner};
use crate::card_storage::event::{Answer, Denial, Outcome};
use crate::card_storage::{FlowState, StorageRefusal};

impl<'a> EffectRunner<'a> {
    pub(super) async fn record(&mut self, flow: FlowId, pos: PosId) -> Outcome {
        let ports = &self.storage.ports;
        let customer = self.owner.customer;
        let Some(place) = self.catalog.and_then(|catalog| catalog.pos(pos)) else {
            return Outcome::IntentUnrecorded;
        };
        let Some(card) = &self.card else {
            self.store_error = Some(away());
            return Outcome::IntentUnrecorded;
        };
        let account = place.account();
        let keys = &self.storage.keys;
        let identity = CardIdentity::of(&card.details.pan, keys);
        let intent = Intent {
            id: flow.intent(),
            customer,
            pos,
            account,
            card: Some(identity.clone()),
        };
        self.kept = Some(RetainedCard::of(card, intent.clone(), identity, keys));
        match ports.intents.record(&intent).await {
            Ok(RecordIntent::Recorded {
                provider_customer_key,
            }) => {
                self.provider_customer_key = provider_customer_key;
                Outcome::IntentRecorded
            }
            Ok(RecordIntent::Exists) => Outcome::IntentExists,
            Ok(RecordIntent::CustomerErased | RecordIntent::AccountChanged) => {
                Outcome::IntentUnrecorded
            }
            Err(unavailable) => {
                self.store_error = Some(unavailable);
                Outcome::IntentUnrecorded
            }
        }
    }

    pub(super) async fn tokenize(&mut self, flow: FlowId, pos: PosId) -> Outcome {
        let called = self.call_gateway(flow, pos).await;
        let Some(check) = self.kept.as_ref().map(RetainedCard::check) else {
            return Outcome::TokenUnknown;
        };
        match called {
            // A gateway that gives the card's number back has not given a token.
            Ok(Tokenized::Issued(issued)) => {
                self.issued = check.issued(issued);
                if self.issued.is_some() {
                    Outcome::TokenIssued
                } else {
                    Outcome::TokenUnknown
                }
            }
            Ok(Tokenized::ActionRequired(action)) => {
                let leads_there = self.leads_to_the_gateway(pos, &action);
                self.action = check.action(action).filter(|_| leads_there);
                if self.action.is_some() {
                    Outcome::ActionAsked
                } else {
                    Outcome::TokenUnknown
                }
            }
            Err(TokenizeFailure::Refused(refusal)) => {
                self.gateway_code = check.code(refusal.gateway_code);
                Outcome::TokenRefused(refusal.reason)
            }
            Err(TokenizeFailure::Unavailable(_)) => Outcome::GatewayUnavailable,
            Err(TokenizeFailure::Unknown) => Outcome::TokenUnknown,
        }
    }

    async fn call_gateway(
        &mut self,
        flow: FlowId,
        pos: PosId,
    ) -> Result<Tokenized, TokenizeFailure> {
        let (pos, tokenizer) = self.gateway(pos).map_err(TokenizeFailure::Unavailable)?;
        let customer = self.owner.customer;
        let card = self
            .card
            .take()
            .ok_or_else(|| TokenizeFailure::Unavailable(away()))?;
        let reference = flow.intent();
        let actions = self.storage.settings.actions.as_ref();
        let action_id = self.storage.keys.action_id(flow);
        // From here on the number and the CVV are the gateway adapter's, which drops them with its request.
        let request = TokenizeRequest {
            reference,
            customer,
            provider_customer_key: self.provider_customer_key.take(),
            card: card.details,
            return_url: actions.map(|actions| actions.return_url(action_id)),
        };
        tokenizer.tokenize(&pos, request).await
    }

    /// The point of sale at the intent's account. It may have gone, or lost its gateway, since the card was held.
    pub(super) fn gateway(&self, pos: PosId) -> Result<(Pos, &'a dyn Tokenizer), Unavailable> {
        let tokenizers = &self.storage.ports.tokenizers;
        let found = self
            .catalog
            .zip(self.kept.as_ref())
            .and_then(|(catalog, kept)| {
                let pos = catalog.pos(pos)?.at_account(kept.account())?;
                let tokenizer = &**tokenizers.of(&pos)?;
                Some((pos, tokenizer))
            });
        found.ok_or_else(away)
    }

    pub(super) async fn save(&mut self, flow: FlowId) -> Outcome {
        let Some((issued, kept)) = self.issued.take().zip(self.kept.take()) else {
            return Outcome::SaveUnknown;
        };
        let outcome = self
            .storage
            .commit(&flow.intent(), &kept.with(issued))
            .await;
        match outcome {
            Some(IntentOutcome::Saved(_)) => Outcome::CardSaved,
            // The reconciler closed the intent before us, and the token is queued for its deletion.
            Some(IntentOutcome::Refused { .. } | IntentOutcome::Reconciled) => {
                Outcome::IntentClosed
            }
            None => Outcome::SaveUnknown,
        }
    }

    pub(super) async fn refuse(&mut self, flow: FlowId) -> EffectResult {
        let now = self.storage.ports.clock.now();
        let code = self.gateway_code.take();
        // If this fails the intent stays open, and the reconciler closes it.
        let _ = self
            .storage
            .ports
            .intents
            .refuse(&flow.intent(), code, now)
            .await;
        EffectResult::Nothing
    }

    /// How far the flow's intent is. If it is closed without a row, the request that closed it knows why, and stored that
    /// before.
    pub(super) async fn look_up(&self, flow: FlowId) -> Result<EffectResult, StorageRefusal> {
        let status = self.storage.ports.intents.status(&flow.intent()).await?;
        let found = match &status {
            IntentStatus::Closed(IntentOutcome::Saved(_)) => Some(Outcome::CardSaved),
            IntentStatus::Open => Some(self.action_under_way(flow).await?),
            IntentStatus::Unknown => Some(Outcome::IntentMissing),
            IntentStatus::Closed(IntentOutcome::Refused { .. }) => {
                self.refused_action(flow).await?
            }
            IntentStatus::Closed(IntentOutcome::Reconciled) => None,
        };
        let is_refused = matches!(status, IntentStatus::Closed(IntentOutcome::Refused { .. }));
        if let Some(found) = found {
            return Ok(EffectResult::Outcome(flow, found));
        }
        let now = self.storage.ports.clock.now();
        let (state, _) = self.storage.load(self.owner, self.key, now).await?;
        if let FlowState::Failed(failed) = state
            && failed.flow == flow
        {
            return Ok(EffectResult::Answer(Answer::Denied(Denial::Failed(
                failed.failure,
            ))));
        }
        // The intent does not keep the reason.
        let closed = if is_refused {
            Outcome::IntentRefused(RefusalReason::Other)
        } else {
            Outcome::IntentClosed
        };
        Ok(EffectResult::Outcome(flow, closed))
    }
}

fn away() -> Unavailable {
    Unavailable {
        what: "gateway",
        source: None,
    }
}
