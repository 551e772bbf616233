//! Records the intent and calls the gateway: from the opened card to its row.

use crate::card::{CardIdentity, ProviderCustomerKey, SubmittedCard};
use crate::catalog::{GatewayAccount, Pos};
use crate::flow::FlowId;
use crate::id::PosId;
use crate::intent::{Intent, IntentOutcome, IntentStatus, RecordIntent};
use crate::ports::{TokenizeFailure, Tokenizer, Unavailable};
use crate::tokenization::{TokenizeRequest, Tokenized};

use super::retained_card::RetainedCard;
use super::{EffectResult, Progress, REQUEST, SubmitCodeRunner, unexpected};
use crate::card_storage::driver::StorageRefusal;
use crate::card_storage::event::Outcome;

impl<'a> SubmitCodeRunner<'a> {
    pub(super) async fn record(
        &mut self,
        flow: FlowId,
        pos: PosId,
    ) -> Result<Outcome, StorageRefusal> {
        let Progress::Taken(card) = core::mem::take(&mut self.progress) else {
            return Err(unexpected(REQUEST, "RecordIntent without a card"));
        };
        let storage = self.flow.storage;
        let place = self.catalog.pos(pos);
        // An intent at a gateway that cannot be called could never be reconciled.
        let Some(place) = place.filter(|place| storage.ports.tokenizers.of(place).is_some()) else {
            return Ok(self.without_place(flow).await);
        };
        let identity = CardIdentity::of(&card.details.pan, &storage.keys);
        let intent = Intent {
            id: flow.intent(),
            customer: self.flow.owner.customer,
            pos,
            account: place.account(),
            card: Some(identity.clone()),
        };
        let recorded = storage.ports.intents.record(&intent).await;
        Ok(match recorded {
            Ok(RecordIntent::Recorded {
                provider_customer_key,
            }) => {
                let retained = RetainedCard::of(&card, intent, identity, &storage.keys);
                self.progress = Progress::Recorded {
                    card,
                    retained,
                    provider_customer_key,
                };
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
        })
    }

    /// No intent can be recorded; but one may have been, before the flow store lost that.
    async fn without_place(&mut self, flow: FlowId) -> Outcome {
        match self.flow.storage.ports.intents.status(&flow.intent()).await {
            Ok(IntentStatus::Unknown) => Outcome::IntentUnrecorded,
            Ok(IntentStatus::Open | IntentStatus::Closed(_)) => Outcome::IntentExists,
            Err(unavailable) => {
                self.store_error = Some(unavailable);
                Outcome::IntentUnrecorded
            }
        }
    }

    pub(super) async fn tokenize(
        &mut self,
        flow: FlowId,
        pos: PosId,
    ) -> Result<Outcome, StorageRefusal> {
        let Progress::Recorded {
            card,
            retained,
            provider_customer_key,
        } = core::mem::take(&mut self.progress)
        else {
            return Err(unexpected(REQUEST, "Tokenize without an intent"));
        };
        let called = self
            .call_gateway(flow, pos, retained.account(), card, provider_customer_key)
            .await;
        let check = retained.check();
        Ok(match called {
            // A response that contains the card's number is not accepted as a token.
            Ok(Tokenized::Issued(issued)) => match check.issued(issued) {
                Some(issued) => {
                    self.progress = Progress::Issued { issued, retained };
                    Outcome::TokenIssued
                }
                None => Outcome::TokenUnknown,
            },
            Ok(Tokenized::ActionRequired(action)) => {
                let leads_there = self.leads_to_the_gateway(pos, retained.account(), &action);
                match check.action(action).filter(|_| leads_there) {
                    Some(action) => {
                        self.progress = Progress::ActionAsked { action, retained };
                        Outcome::ActionAsked
                    }
                    None => Outcome::TokenUnknown,
                }
            }
            Err(TokenizeFailure::Refused(refusal)) => {
                let gateway_code = check.code(refusal.gateway_code);
                self.progress = Progress::Refused { gateway_code };
                Outcome::TokenRefused(refusal.reason)
            }
            Err(TokenizeFailure::Unavailable(_)) => {
                self.progress = Progress::Refused { gateway_code: None };
                Outcome::GatewayUnavailable
            }
            Err(TokenizeFailure::Unknown) => Outcome::TokenUnknown,
        })
    }

    async fn call_gateway(
        &self,
        flow: FlowId,
        pos: PosId,
        account: &GatewayAccount,
        card: SubmittedCard,
        provider_customer_key: Option<ProviderCustomerKey>,
    ) -> Result<Tokenized, TokenizeFailure> {
        let storage = self.flow.storage;
        let (pos, tokenizer) = self
            .gateway(pos, account)
            .map_err(TokenizeFailure::Unavailable)?;
        let actions = storage.settings.actions.as_ref();
        let action_id = storage.keys.action_id(flow);
        // From here on the gateway adapter owns the number and the CVV, and drops them with its request.
        let request = TokenizeRequest {
            reference: flow.intent(),
            customer: self.flow.owner.customer,
            provider_customer_key,
            card: card.details,
            return_url: actions.map(|actions| actions.return_url(action_id)),
        };
        tokenizer.tokenize(&pos, request).await
    }

    /// The point of sale with the intent's account. It may have been removed, or may have lost its gateway, since
    /// the card was held.
    pub(super) fn gateway(
        &self,
        pos: PosId,
        account: &GatewayAccount,
    ) -> Result<(Pos, &'a dyn Tokenizer), Unavailable> {
        let storage = self.flow.storage;
        let pos = self
            .catalog
            .pos(pos)
            .and_then(|pos| pos.at_account(account));
        let found = pos.and_then(|pos| {
            let tokenizer = &**storage.ports.tokenizers.of(&pos)?;
            Some((pos, tokenizer))
        });
        found.ok_or(Unavailable {
            what: "gateway",
            source: None,
        })
    }

    pub(super) async fn save(&mut self, flow: FlowId) -> Result<Outcome, StorageRefusal> {
        let Progress::Issued { issued, retained } = core::mem::take(&mut self.progress) else {
            return Err(unexpected(
                REQUEST,
                "SaveCardAndCloseIntent without a token",
            ));
        };
        let card = retained.with(issued);
        let outcome = self.flow.storage.commit(&flow.intent(), &card).await;
        Ok(match outcome {
            Some(IntentOutcome::Saved(_)) => Outcome::CardSaved,
            // The reconciler closed the intent first; the token is queued for deletion.
            Some(IntentOutcome::Refused { .. } | IntentOutcome::Reconciled) => {
                Outcome::IntentClosed
            }
            None => Outcome::SaveUnknown,
        })
    }

    pub(super) async fn refuse(&mut self, flow: FlowId) -> Result<EffectResult, StorageRefusal> {
        let Progress::Refused { gateway_code } = core::mem::take(&mut self.progress) else {
            return Err(unexpected(REQUEST, "RefuseIntent without a refusal"));
        };
        let ports = &self.flow.storage.ports;
        let (intents, now) = (&ports.intents, ports.clock.now());
        // If this fails the intent stays open, and the reconciler closes it.
        let _ = intents.refuse(&flow.intent(), gateway_code, now).await;
        Ok(EffectResult::Nothing)
    }
}
