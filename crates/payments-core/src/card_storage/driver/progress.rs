//! How far flows have come.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::flow::IntentId;
use crate::id::CustomerId;
use crate::intent::{IntentOutcome, IntentStatus};
use crate::ports::Unavailable;
use crate::session::SessionDigest;

use super::super::progress::{FlowProgress, FlowStep};
use super::super::state::FlowState;
use super::{CardStorage, FlowOwner};

/// A flow as support sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomersFlow {
    /// The id of its intent, by which the audit log and the gateway name it.
    pub intent: IntentId,
    /// How far it has come.
    pub progress: FlowProgress,
}

impl CardStorage {
    /// The flows of a customer in these sessions, in their order, as long as the flow store keeps them. Changes nothing.
    ///
    /// # Errors
    /// [`Unavailable`] if the flow store or the database does not respond.
    pub async fn flows_of(
        &self,
        customer: CustomerId,
        sessions: &[SessionDigest],
    ) -> Result<Vec<CustomersFlow>, Unavailable> {
        let now = self.ports.clock.now();
        let mut flows = Vec::new();
        for session in sessions {
            let key = self.keys.flow_key(session, customer);
            let Some((state, _)) = self.ports.flows.load(&key, now).await? else {
                continue;
            };
            if let Some(flow) = state.flow() {
                let progress = self.settled(&state, now).await?;
                let intent = flow.intent();
                flows.push(CustomersFlow { intent, progress });
            }
        }
        Ok(flows)
    }

    /// The progress of the owner's flow. Changes nothing.
    ///
    /// # Errors
    /// [`Unavailable`] if the flow store or the database does not respond.
    pub async fn progress(&self, owner: &FlowOwner) -> Result<FlowProgress, Unavailable> {
        let now = self.ports.clock.now();
        let loaded = self.ports.flows.load(&self.flow_key(owner), now).await?;
        let state = loaded.map_or(FlowState::Empty, |(state, _)| state);
        self.settled(&state, now).await
    }

    /// The progress of a loaded state.
    async fn settled(
        &self,
        state: &FlowState,
        now: DateTime<Utc>,
    ) -> Result<FlowProgress, Unavailable> {
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
