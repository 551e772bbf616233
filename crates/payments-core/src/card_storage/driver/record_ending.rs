//! Writes the audit record of a flow that ended without an intent.

use crate::audit::{AuditOutcome, AuditRecord};
use crate::intent::IntentStatus;
use crate::ports::Unavailable;

use super::super::ending::{Ending, EndingKind};
use super::{CardStorage, FlowOwner};

impl CardStorage {
    /// Appends the record of an ending. Does nothing if there is an intent, which has a record of its own. Idempotent.
    ///
    /// # Errors
    /// [`Unavailable`] if the database is unavailable.
    pub(super) async fn record_ending(
        &self,
        owner: &FlowOwner,
        ending: &Ending,
    ) -> Result<(), Unavailable> {
        let (id, now) = (ending.flow.intent(), self.ports.clock.now());
        let outcome = match (ending.kind, self.ports.intents.status(&id).await?) {
            // The intent was committed although the reply was lost, and nothing was sent.
            (EndingKind::NotRecorded, IntentStatus::Open) => {
                return self.ports.intents.refuse(&id, None, now).await;
            }
            (_, IntentStatus::Open | IntentStatus::Closed(_)) => return Ok(()),
            (EndingKind::Void, IntentStatus::Unknown) => AuditOutcome::Void,
            (EndingKind::CardLost | EndingKind::NotRecorded, IntentStatus::Unknown) => {
                AuditOutcome::CardLost
            }
        };
        let record = AuditRecord {
            intent: Some(id),
            customer: owner.customer,
            pos: ending.pos,
            outcome,
            gateway_code: None,
            consent: None,
            instrument: None,
            author: None,
            at: now,
        };
        self.ports.audit.append(&record).await
    }
}
