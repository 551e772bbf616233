//! Looks up the status of the flow's intent.

use crate::action::{ActionStage, StoredAction};
use crate::flow::FlowId;
use crate::intent::{IntentOutcome, IntentStatus};
use crate::ports::Unavailable;
use crate::tokenization::RefusalReason;

use super::{EffectResult, SubmitCodeRunner};
use crate::card_storage::FlowState;
use crate::card_storage::driver::StorageRefusal;
use crate::card_storage::event::{Answer, Denial, Outcome};

impl SubmitCodeRunner<'_> {
    /// Returns the status of the flow's intent as an outcome. If it is closed without a row, the request that closed it
    /// knew the reason and stored it before.
    pub(super) async fn look_up(&self, flow: FlowId) -> Result<EffectResult, StorageRefusal> {
        let storage = self.flow.storage;
        let status = storage.ports.intents.status(&flow.intent()).await?;
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
        let now = storage.ports.clock.now();
        let (state, _) = storage.load(self.flow.owner, self.flow.key, now).await?;
        if let FlowState::Failed(failed) = state
            && failed.flow == flow
        {
            let denial = Denial::Failed(failed.failure);
            return Ok(EffectResult::Answer(Answer::Denied(denial)));
        }
        // The intent does not store the reason.
        let closed = if is_refused {
            Outcome::IntentRefused(RefusalReason::Other)
        } else {
            Outcome::IntentClosed
        };
        Ok(EffectResult::Outcome(flow, closed))
    }

    /// Whether an open intent waits for an action of its customer.
    async fn action_under_way(&self, flow: FlowId) -> Result<Outcome, Unavailable> {
        let ports = &self.flow.storage.ports;
        let found = ports.actions.of_intent(&flow.intent()).await?;
        let pending = found.and_then(StoredAction::open_for_the_customer);
        Ok(match pending {
            Some(pending) if pending.deadline > ports.clock.now() => Outcome::ActionBegun {
                until: pending.deadline,
            },
            Some(_) | None => Outcome::IntentOpen,
        })
    }

    /// Why an intent with an action was refused; `None` for any other intent.
    async fn refused_action(&self, flow: FlowId) -> Result<Option<Outcome>, Unavailable> {
        let actions = &self.flow.storage.ports.actions;
        let found = actions.of_intent(&flow.intent()).await?;
        Ok(match found.map(|found| found.stage) {
            Some(ActionStage::Over {
                reason: Some(reason),
                ..
            }) => Some(Outcome::IntentRefused(reason)),
            Some(ActionStage::Over { reason: None, .. } | ActionStage::Pending(_)) | None => None,
        })
    }
}
