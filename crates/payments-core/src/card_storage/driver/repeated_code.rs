//! Handles a repeated code whose flow state is gone.

use chrono::{DateTime, Utc};
use subtle::ConstantTimeEq;

use crate::flow::{FlowId, FlowKey};
use crate::intent::{IntentOutcome, IntentStatus};
use crate::otp::{CodeTag, CodeTry, OtpCode};

use super::super::{FlowState, StorageRefusal, Verdict};
use super::tries::{Attempt, most_wrong};
use super::{CardStorage, FlowOwner, seconds};

impl CardStorage {
    /// The result of the card that this code saved within its lifetime, for when the state is gone (a restart, a
    /// flushed flow store) or cannot tell (a stale flow store, a key that this process does not have). It counts as a
    /// try like any other. `None` if the code was not used, or its card was not saved.
    pub(super) async fn repeated(
        &self,
        owner: &FlowOwner,
        key: &FlowKey,
        state: &FlowState,
        code: &OtpCode,
        now: DateTime<Utc>,
    ) -> Result<Option<Verdict>, StorageRefusal> {
        let own = match state {
            FlowState::Empty => None,
            FlowState::Void(_)
            | FlowState::CodeSent(_)
            | FlowState::Claimed(_)
            | FlowState::ActionPending(_)
            | FlowState::Saved(_)
            | FlowState::Failed(_) => state.flow(),
            // A code of an earlier flow says nothing about the card that is held now.
            FlowState::CardHeld(_) => return Ok(None),
        };
        let since = now - seconds(self.settings.code_lifetime_seconds);
        let mut used = self.ports.code_tries.used(owner.customer, since).await?;
        used.retain(|one| own.is_none_or(|flow| flow.intent() == one.intent));
        if used.is_empty() {
            return Ok(None);
        }
        let one = CodeTry {
            customer: owner.customer,
            day: now.date_naive(),
            code: CodeTag::of_flow(key, &self.keys),
            attempt: code.replay_tag(&self.keys, key),
        };
        if let Attempt::Exhausted = self.reserve(one, most_wrong(), now).await? {
            return Ok(None);
        }
        let is_it = |replay: &[u8; 8]| bool::from(replay.ct_eq(&one.attempt.0));
        let Some(used) = used.into_iter().find(|used| is_it(&used.replay.0)) else {
            return Ok(None);
        };
        match self.ports.intents.status(&used.intent).await? {
            IntentStatus::Closed(IntentOutcome::Saved(_)) => Ok(Some(Verdict::Saved)),
            IntentStatus::Open if self.waits_for_its_customer(&used.intent, now).await? => {
                let id = FlowId::of_intent(&used.intent).map(|flow| self.keys.action_id(flow));
                id.map(|id| Some(Verdict::ActionRequired(id)))
                    .ok_or(StorageRefusal::OutcomeUnknown)
            }
            IntentStatus::Open if now < used.at + seconds(self.settings.saving_seconds) => {
                Ok(Some(Verdict::Saving))
            }
            IntentStatus::Open => Err(StorageRefusal::OutcomeUnknown),
            IntentStatus::Unknown
            | IntentStatus::Closed(IntentOutcome::Refused { .. } | IntentOutcome::Reconciled) => {
                Ok(None)
            }
        }
    }
}
