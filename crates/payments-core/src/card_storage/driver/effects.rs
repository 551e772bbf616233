//! Runs effects: one runner per kind of request, which cannot be built without what its effects need.

mod send_code;
mod submit_card;
mod submit_code;

use alloc::vec::Vec;

use crate::flow::{FlowId, FlowKey};
use crate::ports::{SaveFlowError, Unavailable, Version};

use super::super::FlowState;
use super::super::event::{Effect, Event, Outcome};
use super::super::step::step;
use super::{CardStorage, Decided, FlowOwner, StorageRefusal};

pub(super) use send_code::{Message, SendCodeRunner};
pub(super) use submit_card::SubmitCardRunner;
pub(super) use submit_code::SubmitCodeRunner;

/// The flow of a request: its owner, and the last decided state.
pub(super) struct CurrentFlow<'a> {
    pub(super) storage: &'a CardStorage,
    pub(super) owner: &'a FlowOwner,
    pub(super) key: &'a FlowKey,
    pub(super) state: FlowState,
    pub(super) version: Option<Version>,
}

/// The machine returned an effect that this kind of request cannot run.
#[derive(Debug, thiserror::Error)]
#[error("{request} cannot run the effect {effect}")]
struct UnexpectedEffect {
    request: &'static str,
    effect: &'static str,
}

/// The error for an effect that `request` cannot run. It is a bug in this crate, and never ignored.
fn unexpected(request: &'static str, effect: &'static str) -> StorageRefusal {
    Unavailable::new("card storage", UnexpectedEffect { request, effect }).into()
}

impl<'a> CurrentFlow<'a> {
    /// The state after a decision, and the effects of the decision.
    pub(super) fn after(
        decided: Decided,
        storage: &'a CardStorage,
        owner: &'a FlowOwner,
        key: &'a FlowKey,
    ) -> (Self, Vec<Effect>) {
        let flow = Self {
            storage,
            owner,
            key,
            state: decided.state,
            version: decided.version,
        };
        (flow, decided.effects)
    }

    /// Feeds an outcome to the machine and stores the result. Once there is an intent, the database decides: a failed
    /// save (the store is unavailable, or another request moved the flow on) does not change what is left to do. Before
    /// that, a failed save ends the request, because another request has or may have the claim.
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
                Err(SaveFlowError::Stale) if outcome.is_decided_by_the_flow_store() => {
                    return Err(StorageRefusal::SavingInProgress);
                }
                Err(SaveFlowError::Unavailable(lost)) if outcome.is_decided_by_the_flow_store() => {
                    return Err(lost.into());
                }
                Err(_) => {}
            }
        }
        self.state = transition.state;
        Ok(transition.effects)
    }
}

#[cfg(test)]
mod tests {
    use futures_executor::block_on;

    use super::super::tries::Attempt;
    use super::super::{CardStorage, Decided, Ports, Settings, StorageRefusal};
    use super::{CurrentFlow, SubmitCardRunner, SubmitCodeRunner};
    use crate::card_storage::FlowState;
    use crate::card_storage::event::{Answer, Effect};
    use crate::flow::FlowId;
    use crate::otp::AttemptTag;
    use crate::testkit::sample;

    fn run<T>(
        effects: Vec<Effect>,
        request: impl AsyncFnOnce(CurrentFlow<'_>, Vec<Effect>) -> Result<T, StorageRefusal>,
    ) -> Result<T, StorageRefusal> {
        let settings = Settings::default();
        let storage = CardStorage::new(Ports::in_memory(), sample::keys(), settings).unwrap();
        let owner = sample::owner();
        let key = storage.flow_key(&owner);
        let decided = Decided {
            state: FlowState::Empty,
            version: None,
            effects,
        };
        let (flow, effects) = CurrentFlow::after(decided, &storage, &owner, &key);
        block_on(request(flow, effects))
    }

    #[test]
    fn a_send_request_has_no_answer_without_a_message() {
        let effects = vec![Effect::SendCode, Effect::Answer(Answer::Accepted)];
        let answer = run(effects, async |flow, effects| {
            SubmitCardRunner { flow }.run(effects).await
        });
        assert!(matches!(answer, Err(StorageRefusal::Unavailable(_))));
    }

    #[test]
    fn a_code_saves_nothing_without_the_result_of_the_previous_effect() {
        let (flow_id, pos) = (FlowId([1; 16]), sample::pos());
        for effect in [
            Effect::SendCode,
            Effect::RecordIntent { flow: flow_id, pos },
            Effect::Tokenize { flow: flow_id, pos },
            Effect::BeginAction { flow: flow_id, pos },
            Effect::SaveCardAndCloseIntent(flow_id),
            Effect::RefuseIntent(flow_id),
            Effect::Answer(Answer::Accepted),
        ] {
            let catalog = sample::catalog();
            let effects = vec![effect, Effect::Answer(Answer::Saved)];
            let answer = run(effects, async |flow, effects| {
                let replay = AttemptTag([0; 8]);
                SubmitCodeRunner::new(flow, &catalog, Attempt::Settled, replay)
                    .run(effects)
                    .await
            });
            let is_refused = matches!(answer, Err(StorageRefusal::Unavailable(_)));
            assert!(is_refused, "{effect:?}");
        }
    }
}
