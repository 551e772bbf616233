//! Obligations of the audit log.

use crate::audit::{AuditOutcome, AuditRecord};
use crate::ports::AuditLog;

use super::{Fixture, intent_id};

/// All outcomes that end a flow.
const ENDINGS: [AuditOutcome; 5] = [
    AuditOutcome::Saved,
    AuditOutcome::Refused,
    AuditOutcome::Reconciled,
    AuditOutcome::Void,
    AuditOutcome::CardLost,
];

/// Each intent ends once: a second ending is ignored without an error, and so is a repeated outcome. `Unknown` may
/// precede the ending. Returns the records that the log must contain now, in order.
pub async fn audit_log(audit: &dyn AuditLog, fixture: &Fixture) -> Vec<AuditRecord> {
    let mut kept = Vec::new();
    for (number, ending) in (1..).zip(ENDINGS) {
        let record = |outcome| AuditRecord {
            intent: Some(intent_id(0xc2, number)),
            customer: fixture.customer,
            pos: Some(fixture.pos),
            outcome,
            gateway_code: None,
            consent: None,
            instrument: None,
            author: None,
            at: fixture.now,
        };
        for outcome in [AuditOutcome::Unknown, AuditOutcome::Unknown, ending] {
            audit.append(&record(outcome)).await.expect("a record");
        }
        for another in ENDINGS {
            let late = record(another);
            audit.append(&late).await.expect("a second ending");
        }
        kept.extend([record(AuditOutcome::Unknown), record(ending)]);
    }
    let deleted = AuditRecord {
        intent: None,
        customer: fixture.other_customer,
        pos: None,
        outcome: AuditOutcome::Deleted,
        gateway_code: None,
        consent: None,
        instrument: None,
        author: None,
        at: fixture.now,
    };
    for _ in 0..2 {
        audit.append(&deleted).await.expect("a deletion");
        kept.push(deleted.clone());
    }
    kept
}
