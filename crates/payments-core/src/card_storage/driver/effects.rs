//! EffectRunner out effects, one after another, and feeding their outcomes back.

mod action;
mod retained_card;
mod take_card;
mod tokenize;

use std::collections::VecDeque;

use crate::audit::{AuditOutcome, AuditRecord};
use crate::card::{ProviderCustomerKey, SubmittedCard};
use crate::catalog::Catalog;
use crate::flow::{FlowId, FlowKey};
use crate::id::PosId;
use crate::language::Language;
use crate::otp::{AttemptTag, OtpCode, UsedCode};
use crate::phone::{DestinationPrefix, Phone};
use crate::ports::{SaveFlowError, Unavailable, Version};
use crate::tokenization::{GatewayAction, IssuedToken};

use super::super::event::{Answer, Denial, Effect, Event, Outcome};
use super::super::step::step;
use super::super::{Failure, FlowState, StorageRefusal};
use super::tries::Counted;
use super::{CardStorage, FlowOwner};
use retained_card::RetainedCard;

/// A code on its way to a phone.
pub(super) struct Message<'a> {
    pub(super) phone: &'a Phone,
    pub(super) prefix: &'a DestinationPrefix,
    pub(super) code: &'a OtpCode,
    pub(super) language: Language,
}

/// What one request has in its hands while it carries out effects. It dies with the request, wherever that is cut.
pub(super) struct EffectRunner<'a> {
    storage: &'a CardStorage,
    owner: &'a FlowOwner,
    key: &'a FlowKey,
    state: FlowState,
    version: Option<Version>,
    pub(super) catalog: Option<&'a Catalog>,
    /// The card that was taken and opened.
    card: Option<SubmittedCard>,
    pub(super) message: Option<Message<'a>>,
    /// The try of this request.
    pub(super) counted: Option<Counted>,
    /// Identifies the entered code once the flow's state is gone.
    pub(super) replay: Option<AttemptTag>,
    /// What is kept of the card once the gateway has its number.
    kept: Option<RetainedCard<'a>>,
    /// The gateway's key of the customer, as the intent has it.
    provider_customer_key: Option<ProviderCustomerKey>,
    issued: Option<IssuedToken>,
    /// What the gateway wants the customer to do.
    action: Option<GatewayAction>,
    gateway_code: Option<String>,
    /// Why a store did not do what the machine asked for.
    store_error: Option<Unavailable>,
}

/// What carrying out an effect led to.
enum EffectResult {
    Nothing,
    Outcome(FlowId, Outcome),
    Answer(Answer),
}

/// Whether the flow store has the last word on an outcome. Before there is an intent it decides who goes on; from then on
/// the database does.
fn is_decided_by_the_flow_store(outcome: Outcome) -> bool {
    match outcome {
        Outcome::CardTaken { .. } | Outcome::IntentMissing => true,
        Outcome::CodeNotSent(_)
        | Outcome::CardLost
        | Outcome::IntentRecorded
        | Outcome::IntentExists
        | Outcome::IntentUnrecorded
        | Outcome::TokenIssued
        | Outcome::ActionAsked
        | Outcome::ActionBegun { .. }
        | Outcome::IntentRefused(_)
        | Outcome::TokenRefused(_)
        | Outcome::GatewayUnavailable
        | Outcome::TokenUnknown
        | Outcome::CardSaved
        | Outcome::IntentClosed
        | Outcome::IntentOpen
        | Outcome::SaveUnknown => false,
    }
}

impl<'a> EffectRunner<'a> {
    pub(super) fn new(
        storage: &'a CardStorage,
        owner: &'a FlowOwner,
        key: &'a FlowKey,
        state: FlowState,
        version: Option<Version>,
    ) -> Self {
        Self {
            storage,
            owner,
            key,
            state,
            version,
            catalog: None,
            card: None,
            message: None,
            counted: None,
            replay: None,
            kept: None,
            provider_customer_key: None,
            issued: None,
            action: None,
            gateway_code: None,
            store_error: None,
        }
    }

    /// Carries out the effects and what follows from them, until there is an answer.
    pub(super) async fn run(mut self, effects: Vec<Effect>) -> Result<Answer, StorageRefusal> {
        let mut waiting = VecDeque::from(effects);
        while let Some(effect) = waiting.pop_front() {
            match self.carry_out(effect).await? {
                EffectResult::Nothing => {}
                EffectResult::Outcome(flow, outcome) => {
                    waiting.extend(self.feed(flow, outcome).await?)
                }
                EffectResult::Answer(answer) => return self.answer(answer),
            }
        }
        Err(StorageRefusal::OutcomeUnknown)
    }

    async fn carry_out(&mut self, effect: Effect) -> Result<EffectResult, StorageRefusal> {
        Ok(match effect {
            Effect::DropCard(card) => {
                self.storage.drop_card(self.key, &card).await;
                EffectResult::Nothing
            }
            Effect::SendCode => self.send().await?,
            Effect::ReleaseTry => self.release_try().await,
            Effect::MarkTryRight { used_for } => self.mark_right(used_for).await,
            Effect::TakeCard { flow, card } => {
                let taken = self.take(flow, card).await?;
                EffectResult::Outcome(flow, taken)
            }
            Effect::RecordIntent { flow, pos } => {
                let recorded = self.record(flow, pos).await;
                EffectResult::Outcome(flow, recorded)
            }
            Effect::Tokenize { flow, pos } => {
                let answered = self.tokenize(flow, pos).await;
                EffectResult::Outcome(flow, answered)
            }
            Effect::BeginAction { flow, pos } => {
                let begun = self.begin_action(flow, pos).await;
                EffectResult::Outcome(flow, begun)
            }
            Effect::SaveCardAndCloseIntent(flow) => {
                let saved = self.save(flow).await;
                EffectResult::Outcome(flow, saved)
            }
            Effect::RefuseIntent(flow) => self.refuse(flow).await,
            Effect::LookUpIntent(flow) => self.look_up(flow).await?,
            Effect::RecordEnding => self.record_ending().await?,
            Effect::RecordUnknown { flow, pos } => self.record_unknown(flow, pos).await,
            Effect::Answer(answer) => EffectResult::Answer(answer),
        })
    }

    /// Lets the machine decide what an outcome means, and stores that. Once there is an intent, a state that cannot be
    /// stored (the store is unavailable, or another request moved the flow on) changes nothing about what is left to do: what counts
    /// is in the database. Before, it ends the request: another one has the claim, or nobody can tell.
    async fn feed(
        &mut self,
        flow: FlowId,
        outcome: Outcome,
    ) -> Result<Vec<Effect>, StorageRefusal> {
        let now = self.storage.ports.clock.now();
        let transition = step(self.state.clone(), Event::Carried { flow, outcome }, now);
        let deadline = transition
            .state
            .deadline()
            .filter(|deadline| *deadline > now);
        if let Some(deadline) = deadline.filter(|_| transition.state != self.state) {
            let stored = self
                .storage
                .store(self.key, self.version, &transition.state, deadline, now)
                .await;
            match stored {
                Ok(version) => self.version = Some(version),
                Err(SaveFlowError::Stale) if is_decided_by_the_flow_store(outcome) => {
                    return Err(StorageRefusal::SavingInProgress);
                }
                Err(SaveFlowError::Unavailable(lost)) if is_decided_by_the_flow_store(outcome) => {
                    return Err(lost.into());
                }
                Err(_) => {}
            }
        }
        self.state = transition.state;
        Ok(transition.effects)
    }

    /// A card lost because the database is unavailable is not the caller's fault, who gets 503 the first time.
    fn answer(&mut self, answer: Answer) -> Result<Answer, StorageRefusal> {
        match (answer, self.store_error.take()) {
            (Answer::Denied(Denial::Failed(Failure::NotRecorded)), Some(store_error)) => {
                Err(store_error.into())
            }
            (answer, _) => Ok(answer),
        }
    }

    async fn release_try(&mut self) -> EffectResult {
        if let Some(counted) = self.counted.take() {
            self.storage.release(&counted).await;
        }
        EffectResult::Nothing
    }

    async fn mark_right(&mut self, used_for: Option<FlowId>) -> EffectResult {
        let ports = &self.storage.ports;
        if let Some(Counted::Yes { one, .. }) = self.counted.take() {
            let used = used_for.zip(self.replay).map(|(flow, replay)| UsedCode {
                replay,
                intent: flow.intent(),
                at: ports.clock.now(),
            });
            // If it cannot be noted the try stays counted: that is the safe side.
            let _ = ports.code_tries.mark_right(&one, used).await;
        }
        EffectResult::Nothing
    }

    /// The end is already stored. If its record cannot be written the caller gets 503, and the flow's next request writes
    /// it.
    async fn record_ending(&mut self) -> Result<EffectResult, Unavailable> {
        let (storage, now) = (self.storage, self.storage.ports.clock.now());
        if let Some(ending) = self.state.unrecorded() {
            storage.record_ending(self.owner, &ending).await?;
            self.state = self.state.clone().recorded();
            if let Some(version) = self.version {
                let noted = storage.note_recorded(self.key, version, &self.state, now);
                self.version = Some(noted.await);
            }
        }
        Ok(EffectResult::Nothing)
    }

    async fn record_unknown(&self, flow: FlowId, pos: PosId) -> EffectResult {
        let record = AuditRecord {
            intent: Some(flow.intent()),
            customer: self.owner.customer,
            pos: Some(pos),
            outcome: AuditOutcome::Unknown,
            gateway_code: None,
            consent: None,
            author: None,
            at: self.storage.ports.clock.now(),
        };
        // The intent is open, and how it ends has a record of its own.
        let _ = self.storage.ports.audit.append(&record).await;
        EffectResult::Nothing
    }
}
