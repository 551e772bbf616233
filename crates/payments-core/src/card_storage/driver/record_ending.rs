//! Writes the audit record of a flow that ended without an intent.

use crate::audit::{AuditOutcome, AuditRecord};
use crate::ports::Unavailable;

use super::super::ending::{Ending, EndingKind};
use super::{CardStorage, FlowOwner};

impl CardStorage {
    /// Appends the record of an ending. The audit log ignores it if there is an intent, which has a record of its own. An
    /// open intent is left to the reconciler: if a stale flow store brought back a used code, an earlier request may have
    /// called the gateway. Idempotent.
    ///
    /// # Errors
    /// [`Unavailable`] if the database is unavailable.
    pub(super) async fn record_ending(
        &self,
        owner: &FlowOwner,
        ending: &Ending,
    ) -> Result<(), Unavailable> {
        let outcome = match ending.kind {
            EndingKind::Void => AuditOutcome::Void,
            EndingKind::CardLost | EndingKind::NotRecorded => AuditOutcome::CardLost,
        };
        let record = AuditRecord {
            intent: Some(ending.flow.intent()),
            customer: owner.customer,
            pos: ending.pos,
            outcome,
            gateway_code: None,
            consent: None,
            instrument: None,
            author: None,
            at: self.ports.clock.now(),
        };
        self.ports.audit.append(&record).await
    }
}
