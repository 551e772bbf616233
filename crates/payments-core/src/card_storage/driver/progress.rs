//! How far a flow has come.

use crate::intent::{IntentOutcome, IntentStatus};
use crate::ports::Unavailable;

use super::super::progress::{FlowProgress, FlowStep};
use super::super::state::FlowState;
use super::{CardStorage, FlowOwner};

impl CardStorage {
    /// The progress of the owner's flow. Changes nothing.
    ///
    /// # Errors
    /// [`Unavailable`] if the flow store or the database does not respond.
    pub async fn progress(&self, owner: &FlowOwner) -> Result<FlowProgress, Unavailable> {
        let now = self.ports.clock.now();
        let loaded = self.ports.flows.load(&self.flow_key(owner), now).await?;
        let state = loaded.map_or(FlowState::Empty, |(state, _)| state);
        let progress = state.progress(now);
        let (FlowStep::Saving | FlowStep::Action, Some(flow)) = (progress.step, state.flow())
        else {
            return Ok(progress);
        };
        // Another process, the webhook or the reconciler may have settled it: the database decides.
        match self.ports.intents.status(&flow.intent()).await? {
            IntentStatus::Closed(IntentOutcome::Saved(_)) => {
                Ok(FlowProgress::of(FlowStep::Saved, None, now))
            }
            IntentStatus::Closed(IntentOutcome::Refused { .. } | IntentOutcome::Reconciled) => {
                Ok(FlowProgress::of(FlowStep::Failed, None, now))
            }
            IntentStatus::Open | IntentStatus::Unknown => Ok(progress),
        }
    }
}
