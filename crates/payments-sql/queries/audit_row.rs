//! A row of the audit log.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use payments_core::audit_chain::AuditEntry;

use payments_sql::schema::audit_log;

use super::Backend;

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_log, check_for_backend(Backend))]
pub(super) struct Row {
    id: i64,
    kind: String,
    intent: Option<String>,
    pseudonym: Option<String>,
    pos: Option<i64>,
    outcome: String,
    gateway_code: Option<String>,
    at: NaiveDateTime,
    principal: Option<String>,
    request_id: Option<String>,
    part: Option<String>,
    object_key: Option<String>,
    changes: Option<String>,
    consented_at: Option<NaiveDateTime>,
    consent_version: Option<String>,
}

impl Row {
    pub(super) fn read(self) -> AuditEntry {
        AuditEntry {
            id: self.id,
            at: self.at.and_utc(),
            kind: self.kind,
            outcome: self.outcome,
            pseudonym: self.pseudonym,
            intent: self.intent,
            pos: self.pos,
            gateway_code: self.gateway_code,
            principal: self.principal,
            request_id: self.request_id,
            part: self.part,
            object_key: self.object_key,
            changes: self.changes,
            consented_at: self.consented_at.map(|at| at.and_utc()),
            consent_version: self.consent_version,
        }
    }
}
