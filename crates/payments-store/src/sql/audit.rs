//! Appending to the audit log. Rows are only ever inserted here.

use async_trait::async_trait;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::consent::ConsentVersion;
use payments_core::id::PosId;
use payments_core::ports::{AuditLog, AuditRecord, Unavailable};

use crate::gateway_code;
use crate::instant::stored;
use crate::schema::audit_log;
use crate::sql_error::SqlError;

use super::{Connection, Database, pseudonym};

/// A record to append.
#[derive(Insertable, Default)]
#[diesel(table_name = audit_log)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct NewRow {
    pub(super) kind: &'static str,
    pub(super) intent: Option<String>,
    pub(super) ending: Option<String>,
    pub(super) pseudonym: Option<String>,
    pub(super) pos: Option<i64>,
    pub(super) outcome: &'static str,
    pub(super) gateway_code: Option<String>,
    pub(super) at: NaiveDateTime,
    pub(super) principal: Option<String>,
    pub(super) request_id: Option<String>,
    pub(super) part: Option<String>,
    pub(super) object_key: Option<String>,
    pub(super) changes: Option<String>,
    pub(super) consented_at: Option<NaiveDateTime>,
    pub(super) consent_version: Option<String>,
}

/// Appends a record about a card, unless the same intent has one of this outcome, or has ended.
pub(super) async fn append(
    connection: &mut Connection,
    record: &AuditRecord,
) -> Result<(), SqlError> {
    let intent = record.intent.as_ref().map(|intent| intent.0.clone());
    let consent = record.consent.as_ref();
    let version = consent.and_then(|consent| consent.version.as_ref());
    let gateway_code = record.gateway_code.as_deref();
    let row = NewRow {
        kind: "card",
        ending: intent.clone().filter(|_| record.outcome.is_ending()),
        intent,
        pseudonym: Some(pseudonym::of_record(connection, record.customer.get()).await?),
        pos: record.pos.map(PosId::get),
        outcome: record.outcome.as_str(),
        gateway_code: gateway_code
            .and_then(gateway_code::storable)
            .map(str::to_owned),
        at: stored(record.at),
        consented_at: consent.map(|consent| stored(consent.at)),
        consent_version: version.map(ConsentVersion::as_str).map(str::to_owned),
        ..NewRow::default()
    };
    append_rows(connection, &[row]).await
}

/// Appends rows; those of an intent that has ended are left out.
pub(super) async fn append_rows(
    connection: &mut Connection,
    rows: &[NewRow],
) -> Result<(), SqlError> {
    for some in super::by_statement(rows) {
        diesel::insert_into(audit_log::table)
            .values(some)
            .on_conflict_do_nothing()
            .execute(connection)
            .await?;
    }
    Ok(())
}

#[async_trait]
impl AuditLog for Database {
    async fn append(&self, record: &AuditRecord) -> Result<(), Unavailable> {
        Ok(self
            .write(async |connection| append(connection, record).await)
            .await?)
    }
}
