//! Effects of a submitted code: from the held card to its row.

mod action;
mod look_up;
mod retained_card;
mod take_card;
mod tokenize;

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;

use crate::audit::{AuditOutcome, AuditRecord};
use crate::card::{ProviderCustomerKey, SubmittedCard};
use crate::catalog::Catalog;
use crate::flow::FlowId;
use crate::id::PosId;
use crate::otp::{AttemptTag, UsedCode};
use crate::ports::Unavailable;
use crate::tokenization::{GatewayAction, IssuedToken};

use super::{CurrentFlow, unexpected};
use crate::card_storage::driver::tries::Attempt;
use crate::card_storage::driver::{StorageRefusal, Verdict};
use crate::card_storage::event::{Answer, Denial, Effect, Outcome};
use crate::card_storage::state::Failure;
use retained_card::RetainedCard;

const REQUEST: &str = "submit_code";

pub(in crate::card_storage::driver) struct SubmitCodeRunner<'a> {
    flow: CurrentFlow<'a>,
    catalog: &'a Catalog,
    attempt: Attempt,
    /// Identifies the entered code after the flow's state is gone.
    replay: AttemptTag,
    progress: Progress<'a>,
    /// The store error that made an effect fail.
    store_error: Option<Unavailable>,
}

/// What the request holds of the card in memory. It is dropped with the request, even if that is cancelled.
#[derive(Default)]
enum Progress<'a> {
    /// No card was taken, or it is no longer needed.
    #[default]
    Nothing,
    /// The held card was taken and opened.
    Taken(SubmittedCard),
    /// The intent is committed, and the gateway is called with this card and this key.
    Recorded {
        card: SubmittedCard,
        retained: RetainedCard<'a>,
        provider_customer_key: Option<ProviderCustomerKey>,
    },
    /// The gateway made a token.
    Issued {
        issued: IssuedToken,
        retained: RetainedCard<'a>,
    },
    /// The gateway requires an action of the customer.
    ActionAsked {
        action: GatewayAction,
        retained: RetainedCard<'a>,
    },
    /// The gateway made no token.
    Refused { gateway_code: Option<String> },
}

/// The result of running an effect.
enum EffectResult {
    Nothing,
    Outcome(FlowId, Outcome),
    Answer(Answer),
}

impl<'a> SubmitCodeRunner<'a> {
    pub(in crate::card_storage::driver) fn new(
        flow: CurrentFlow<'a>,
        catalog: &'a Catalog,
        attempt: Attempt,
        replay: AttemptTag,
    ) -> Self {
        Self {
            flow,
            catalog,
            attempt,
            replay,
            progress: Progress::Nothing,
            store_error: None,
        }
    }

    /// Runs the effects, and those that follow from their outcomes, until there is an answer.
    pub(in crate::card_storage::driver) async fn run(
        mut self,
        effects: Vec<Effect>,
    ) -> Result<Verdict, StorageRefusal> {
        let mut waiting = VecDeque::from(effects);
        while let Some(effect) = waiting.pop_front() {
            match self.carry_out(effect).await? {
                EffectResult::Nothing => {}
                EffectResult::Outcome(flow, outcome) => {
                    waiting.extend(self.flow.feed(flow, outcome).await?);
                }
                EffectResult::Answer(answer) => return self.answer(answer),
            }
        }
        Err(StorageRefusal::OutcomeUnknown)
    }

    async fn carry_out(&mut self, effect: Effect) -> Result<EffectResult, StorageRefusal> {
        let (flow, outcome) = match effect {
            Effect::DropCard(card) => {
                self.flow.storage.drop_card(self.flow.key, &card).await;
                return Ok(EffectResult::Nothing);
            }
            Effect::ReleaseTry => return Ok(self.release_try().await),
            Effect::MarkTryRight { used_for } => return self.mark_right(used_for).await,
            Effect::RefuseIntent(flow) => return self.refuse(flow).await,
            Effect::LookUpIntent(flow) => return self.look_up(flow).await,
            Effect::RecordEnding => return Ok(self.record_ending().await?),
            Effect::RecordUnknown { flow, pos } => return Ok(self.record_unknown(flow, pos).await),
            Effect::Answer(answer) => return Ok(EffectResult::Answer(answer)),
            Effect::SendCode => return Err(unexpected(REQUEST, effect.name())),
            Effect::TakeCard { flow, card } => (flow, self.take(flow, card).await?),
            Effect::RecordIntent { flow, pos } => (flow, self.record(flow, pos).await?),
            Effect::Tokenize { flow, pos } => (flow, self.tokenize(flow, pos).await?),
            Effect::BeginAction { flow, pos } => (flow, self.begin_action(flow, pos).await?),
            Effect::SaveCardAndCloseIntent(flow) => (flow, self.save(flow).await?),
        };
        Ok(EffectResult::Outcome(flow, outcome))
    }

    fn answer(mut self, answer: Answer) -> Result<Verdict, StorageRefusal> {
        match (answer, self.store_error.take()) {
            (Answer::Saved, _) => Ok(Verdict::Saved),
            (Answer::Saving, _) => Ok(Verdict::Saving),
            (Answer::ActionRequired, _) => {
                let flow = self.flow.state.flow();
                let flow = flow.ok_or(StorageRefusal::OutcomeUnknown)?;
                let action = self.flow.storage.keys.action_id(flow);
                Ok(Verdict::ActionRequired(action))
            }
            // The card was lost because the database was unavailable: the first request gets 503.
            (Answer::Denied(Denial::Failed(Failure::NotRecorded)), Some(error)) => {
                Err(error.into())
            }
            (Answer::Denied(denial), _) => Err(denial.into()),
            (Answer::Accepted, _) => Err(unexpected(REQUEST, "Answer(Accepted)")),
        }
    }

    async fn release_try(&mut self) -> EffectResult {
        let attempt = core::mem::replace(&mut self.attempt, Attempt::Settled);
        self.flow.storage.release(&attempt).await;
        EffectResult::Nothing
    }

    async fn mark_right(
        &mut self,
        used_for: Option<FlowId>,
    ) -> Result<EffectResult, StorageRefusal> {
        let ports = &self.flow.storage.ports;
        match core::mem::replace(&mut self.attempt, Attempt::Settled) {
            Attempt::Counted { one, .. } => {
                let used = used_for.map(|flow| UsedCode {
                    replay: self.replay,
                    intent: flow.intent(),
                    at: ports.clock.now(),
                });
                // If this fails the try stays counted, which is the safe side.
                let _ = ports.code_tries.mark_right(&one, used).await;
                Ok(EffectResult::Nothing)
            }
            Attempt::Settled => Ok(EffectResult::Nothing),
            Attempt::Exhausted => Err(unexpected(REQUEST, "MarkTryRight without a try")),
        }
    }

    /// Writes the audit record of an ending that is already stored. If that fails the caller gets 503, and the flow's
    /// next request retries it.
    async fn record_ending(&mut self) -> Result<EffectResult, Unavailable> {
        let flow = &mut self.flow;
        let (storage, now) = (flow.storage, flow.storage.ports.clock.now());
        if let Some(ending) = flow.state.unrecorded() {
            storage.record_ending(flow.owner, &ending).await?;
            flow.state = flow.state.clone().recorded();
            if let Some(version) = flow.version {
                let noted = storage.note_recorded(flow.key, version, &flow.state, now);
                flow.version = Some(noted.await);
            }
        }
        Ok(EffectResult::Nothing)
    }

    async fn record_unknown(&self, flow: FlowId, pos: PosId) -> EffectResult {
        let ports = &self.flow.storage.ports;
        let record = AuditRecord {
            intent: Some(flow.intent()),
            customer: self.flow.owner.customer,
            pos: Some(pos),
            outcome: AuditOutcome::Unknown,
            gateway_code: None,
            consent: None,
            instrument: None,
            author: None,
            at: ports.clock.now(),
        };
        // The intent stays open, and its end gets a record of its own.
        let _ = ports.audit.append(&record).await;
        EffectResult::Nothing
    }
}
