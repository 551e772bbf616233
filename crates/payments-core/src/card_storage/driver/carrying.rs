//! Carrying out effects, one after another, and feeding their outcomes back.

mod held;
mod kept;
mod saving;

use std::collections::VecDeque;

use crate::card::ProviderCustomerKey;
use crate::catalog::Catalog;
use crate::id::PosId;
use crate::language::Language;
use crate::otp::OtpCode;
use crate::phone::Phone;
use crate::ports::{AuditOutcome, AuditRecord, CodeTry, IssuedToken, Unavailable, Version};

use super::super::event::{Answer, Denial, Effect, Event, Outcome};
use super::super::machine::step;
use super::super::{Failure, FlowId, FlowKey, FlowState, StorageRefusal};
use super::{CardStorage, FlowOwner, SubmittedCard};
use kept::Kept;

/// A code on its way to a phone.
pub(super) struct Message {
    pub(super) phone: Phone,
    pub(super) code: OtpCode,
    pub(super) language: Language,
}

/// What one request has in its hands while it carries out effects. It dies with the request, wherever that is cut.
pub(super) struct Carrying<'a> {
    storage: &'a CardStorage,
    owner: &'a FlowOwner,
    key: FlowKey,
    state: FlowState,
    version: Option<Version>,
    pub(super) catalog: Option<&'a Catalog>,
    /// The card that was submitted, or the one that was taken and opened.
    pub(super) card: Option<SubmittedCard>,
    pub(super) message: Option<Message>,
    /// The try this request counted.
    pub(super) reserved: Option<CodeTry>,
    /// What is kept of the card once the gateway has its number.
    kept: Option<Kept<'a>>,
    /// The gateway's key of the customer, as the intent has it.
    provider_customer_key: Option<ProviderCustomerKey>,
    issued: Option<IssuedToken>,
    gateway_code: Option<String>,
    /// Why a store did not do what the machine asked for.
    trouble: Option<Unavailable>,
}

/// What carrying out an effect led to.
enum Done {
    Nothing,
    Outcome(FlowId, Outcome),
    Answer(Answer),
}

impl<'a> Carrying<'a> {
    pub(super) fn new(
        storage: &'a CardStorage,
        owner: &'a FlowOwner,
        key: FlowKey,
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
            reserved: None,
            kept: None,
            provider_customer_key: None,
            issued: None,
            gateway_code: None,
            trouble: None,
        }
    }

    /// Carries out the effects and what follows from them, until there is an answer.
    pub(super) async fn run(mut self, effects: Vec<Effect>) -> Result<Answer, StorageRefusal> {
        let mut waiting = VecDeque::from(effects);
        while let Some(effect) = waiting.pop_front() {
            match self.carry_out(effect).await? {
                Done::Nothing => {}
                Done::Outcome(flow, outcome) => waiting.extend(self.feed(flow, outcome).await),
                Done::Answer(answer) => return self.answer(answer),
            }
        }
        Err(StorageRefusal::OutcomeUnknown)
    }

    async fn carry_out(&mut self, effect: Effect) -> Result<Done, StorageRefusal> {
        Ok(match effect {
            Effect::HoldCard { flow, card } => self.hold(flow, card).await?,
            Effect::DropCard(card) => self.drop_card(card).await,
            Effect::SendCode => self.send().await?,
            Effect::ReleaseTry => self.release_try().await,
            Effect::TakeCard { flow, card } => {
                let taken = self.take(flow, card).await;
                Done::Outcome(flow, taken)
            }
            Effect::RecordIntent { flow, pos } => {
                let recorded = self.record(flow, pos).await;
                Done::Outcome(flow, recorded)
            }
            Effect::Tokenize { flow, pos } => {
                let answered = self.tokenize(flow, pos).await;
                Done::Outcome(flow, answered)
            }
            Effect::SaveCardAndCloseIntent(flow) => {
                let saved = self.save(flow).await;
                Done::Outcome(flow, saved)
            }
            Effect::RefuseIntent(flow) => self.refuse(flow).await,
            Effect::AbandonIntent { flow, pos } => self.abandon(flow, pos).await,
            Effect::LookUpIntent(flow) => self.look_up(flow).await?,
            Effect::Audit { flow, pos, outcome } => self.audit(flow, pos, outcome).await,
            Effect::Answer(answer) => Done::Answer(answer),
        })
    }

    /// Lets the machine decide what an outcome means, and stores that. This request alone holds the claim, so a state
    /// that cannot be stored (the store is away, or the flow went on without us) changes nothing about what is left to
    /// do: what counts is in the database.
    async fn feed(&mut self, flow: FlowId, outcome: Outcome) -> Vec<Effect> {
        let now = self.storage.ports.clock.now();
        let transition = step(self.state.clone(), Event::Carried { flow, outcome }, now);
        let deadline = transition
            .state
            .deadline()
            .filter(|deadline| *deadline > now);
        if let Some(deadline) = deadline.filter(|_| transition.state != self.state) {
            let flows = &self.storage.ports.flows;
            let saved = flows
                .save(&self.key, self.version, &transition.state, deadline, now)
                .await;
            self.version = saved.ok().or(self.version);
        }
        self.state = transition.state;
        transition.effects
    }

    /// A card lost because a store is away is the store's fault: the caller hears 503 the first time.
    fn answer(&mut self, answer: Answer) -> Result<Answer, StorageRefusal> {
        match (answer, self.trouble.take()) {
            (
                Answer::Denied(Denial::Failed(Failure::CardGone | Failure::NotRecorded)),
                Some(trouble),
            ) => Err(trouble.into()),
            (answer, _) => Ok(answer),
        }
    }

    async fn release_try(&mut self) -> Done {
        if let Some(one) = self.reserved.take() {
            // A try too many counted is the safe side.
            let _ = self.storage.ports.code_tries.release(&one).await;
        }
        Done::Nothing
    }

    async fn audit(&self, flow: FlowId, pos: Option<PosId>, outcome: AuditOutcome) -> Done {
        let record = AuditRecord {
            intent: Some(flow.intent()),
            customer: self.owner.customer,
            pos,
            outcome,
            gateway_code: None,
            consent: None,
            author: None,
            at: self.storage.ports.clock.now(),
        };
        // The flow's end is stored already and stands, with or without its record.
        let _ = self.storage.ports.audit.append(&record).await;
        Done::Nothing
    }
}
