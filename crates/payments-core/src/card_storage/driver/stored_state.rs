//! Loads and stores a flow's state.

use chrono::{DateTime, Utc};

use crate::flow::FlowKey;
use crate::ports::{SaveFlowError, Unavailable, Version};

use super::super::FlowState;
use super::{CardStorage, FlowOwner};

impl CardStorage {
    /// Loads the state, or the empty one. An ending without an audit record is recorded first.
    ///
    /// # Errors
    /// [`Unavailable`] also if that record cannot be written: the flow does not continue until it is.
    pub(super) async fn load(
        &self,
        owner: &FlowOwner,
        key: &FlowKey,
        now: DateTime<Utc>,
    ) -> Result<(FlowState, Option<Version>), Unavailable> {
        let Some((state, version)) = self.ports.flows.load(key, now).await? else {
            return Ok((FlowState::Empty, None));
        };
        let Some(ending) = state.unrecorded() else {
            return Ok((state, Some(version)));
        };
        self.record_ending(owner, &ending).await?;
        let recorded = state.recorded();
        let version = self.note_recorded(key, version, &recorded, now).await;
        Ok((recorded, Some(version)))
    }

    /// Stores that an ending is recorded. Errors are ignored, because recording is idempotent.
    pub(super) async fn note_recorded(
        &self,
        key: &FlowKey,
        version: Version,
        recorded: &FlowState,
        now: DateTime<Utc>,
    ) -> Version {
        let Some(deadline) = recorded.deadline().filter(|deadline| *deadline > now) else {
            return version;
        };
        let flows = &self.ports.flows;
        let noted = flows
            .save(key, Some(version), recorded, deadline, now)
            .await;
        noted.unwrap_or(version)
    }

    /// Stores a state. If the reply is lost the state is read again: an equal state means it was stored; if nothing was
    /// stored, it is stored once more. An equal state from another request means the same, because claims and held
    /// cards differ by their random ids.
    pub(super) async fn store(
        &self,
        key: &FlowKey,
        expected: Option<Version>,
        state: &FlowState,
        deadline: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Version, SaveFlowError> {
        let flows = &self.ports.flows;
        let lost = match flows.save(key, expected, state, deadline, now).await {
            Err(SaveFlowError::Unavailable(lost)) => lost,
            answered => return answered,
        };
        match flows.reload(key, now).await {
            Ok(Some((stored, version))) if stored == *state => Ok(version),
            Ok(stored) if stored.as_ref().map(|(_, version)| *version) == expected => {
                flows.save(key, expected, state, deadline, now).await
            }
            // Another request changed the state since; it is unknown whether this one was stored before that.
            Ok(_) | Err(_) => Err(SaveFlowError::Unavailable(lost)),
        }
    }
}
