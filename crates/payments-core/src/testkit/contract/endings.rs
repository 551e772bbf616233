//! Obligations of the audit log about the endings of flows with an intent.

use crate::audit::{AuditOutcome, AuditRecord};
use crate::intent::RecordIntent;
use crate::ports::{AuditLog, Intents};

use super::{Fixture, intent, intent_id};

const SUITE: u8 = 0xcc;

/// A flow with an intent ends with it, and a flow that has ended gets no intent. Returns the records that the log must
/// contain about these flows, in order.
pub async fn endings(
    audit: &dyn AuditLog,
    intents: &dyn Intents,
    fixture: &Fixture,
) -> Vec<AuditRecord> {
    let ending = |number, outcome| AuditRecord {
        intent: Some(intent_id(SUITE, number)),
        customer: fixture.customer,
        pos: Some(fixture.pos),
        outcome,
        gateway_code: None,
        consent: None,
        instrument: None,
        author: None,
        at: fixture.now,
    };
    let with_intent = intent(&intent_id(SUITE, 1), fixture);
    let recorded = intents.record(&with_intent).await.expect("a record");
    assert!(matches!(recorded, RecordIntent::Recorded { .. }));
    for outcome in [AuditOutcome::CardLost, AuditOutcome::Void] {
        let ignored = ending(1, outcome);
        audit.append(&ignored).await.expect("an ignored ending");
    }
    let refused = intents.refuse(&with_intent.id, None, fixture.now).await;
    refused.expect("a refusal");

    let lost = ending(2, AuditOutcome::CardLost);
    audit.append(&lost).await.expect("an ending");
    let late = intent(&intent_id(SUITE, 2), fixture);
    let answer = intents.record(&late).await.expect("an answer");
    assert_eq!(answer, RecordIntent::Exists);
    vec![ending(1, AuditOutcome::Refused), lost]
}
