//! The audit log.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::id::PosId;
use payments_core::ports::{AuditLog, AuditRecord, Unavailable};

use crate::gateway_code;
use crate::instant::stored;
use crate::schema::audit_log;
use crate::sql_error::SqlError;

use super::{Connection, Database};

/// Appends a record, unless the same intent has one of this outcome.
pub(super) async fn append(
    connection: &mut Connection,
    record: &AuditRecord,
) -> Result<(), SqlError> {
    let row = (
        audit_log::intent.eq(record.intent.as_ref().map(|intent| intent.0.as_str())),
        audit_log::customer.eq(record.customer.get()),
        audit_log::pos.eq(record.pos.map(PosId::get)),
        audit_log::outcome.eq(record.outcome.as_str()),
        audit_log::gateway_code.eq(record
            .gateway_code
            .as_deref()
            .and_then(gateway_code::storable)),
        audit_log::at.eq(stored(record.at)),
    );
    diesel::insert_into(audit_log::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
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
