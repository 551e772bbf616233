//! Obligations of the audit log.

use super::{Ground, intent_id};
use crate::ports::{AuditLog, AuditOutcome, AuditRecord};

/// Records are appended; one of the same intent and outcome is left out without an error.
pub async fn audit_log(audit: &dyn AuditLog, ground: &Ground) {
    let record = AuditRecord {
        intent: Some(intent_id(0xc2, 1)),
        customer: ground.customer,
        pos: Some(ground.pos),
        outcome: AuditOutcome::Void,
        gateway_code: None,
        at: ground.now,
    };
    audit.append(&record).await.expect("a record");
    audit.append(&record).await.expect("the same record again");
    let other = AuditRecord {
        outcome: AuditOutcome::CardLost,
        pos: None,
        ..record
    };
    audit.append(&other).await.expect("another outcome");
}
