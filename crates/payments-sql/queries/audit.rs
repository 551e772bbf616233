//! Appends to the audit log. Rows are only inserted here.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Timestamp};
use diesel_async::RunQueryDsl;
use payments_core::audit::{AuditRecord, Author};
use payments_core::consent::ConsentVersion;
use payments_core::flow::IntentId;
use payments_core::id::PosId;
use payments_core::ports::{AuditLog, Unavailable};
use serde::Serialize;

use payments_sql::column::{self, instant};
use payments_sql::schema::{audit_endings, audit_log};
use payments_sql::sql_error::SqlError;

use super::{Connection, Database, intent, pseudonym};

/// The maximum number of changed objects per statement.
const CHANGES_AT_ONCE: usize = 1_000;

/// An object that a management write changed, in the order of the columns in `MANAGEMENT_ROWS`.
#[derive(Serialize)]
pub(super) struct ChangedObject {
    pub(super) outcome: &'static str,
    pub(super) part: &'static str,
    pub(super) object_key: Option<String>,
    pub(super) pseudonym: Option<String>,
    pub(super) changes: Option<String>,
}

/// What an instrument was given for, as the record has it beside the card's key.
#[derive(Serialize)]
struct GivenFor<'r> {
    order: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    quote: Option<String>,
}

/// Appends a record about a card, unless its intent already has one of this outcome, or has ended.
pub(super) async fn append(
    connection: &mut Connection,
    record: &AuditRecord,
) -> Result<(), SqlError> {
    insert(connection, record).await?;
    Ok(())
}

/// Appends a record about a card, unless it ends a flow whose intent was recorded.
pub(super) async fn append_without_intent(
    connection: &mut Connection,
    record: &AuditRecord,
) -> Result<(), SqlError> {
    if let Some(id) = record
        .intent
        .as_ref()
        .filter(|_| record.outcome.is_ending())
    {
        // Recording an intent locks the customer as well, and sees the end.
        super::lock_customer(connection, record.customer.get()).await?;
        if intent::is_known(connection, id).await? {
            return Ok(());
        }
    }
    append(connection, record).await
}

/// Appends a record without an intent, which nothing else can have appended. Fails if the database dropped it.
pub(super) async fn append_new(
    connection: &mut Connection,
    record: &AuditRecord,
) -> Result<(), SqlError> {
    match insert(connection, record).await? {
        1 => Ok(()),
        _ => Err(SqlError::row("audit_log", "the record was not written")),
    }
}

/// Inserts a record unless one conflicts with it; returns the number of inserted rows.
async fn insert(connection: &mut Connection, record: &AuditRecord) -> Result<usize, SqlError> {
    let intent = record.intent.as_ref().map(|intent| intent.0.clone());
    let consent = record.consent.as_ref();
    let version = consent.and_then(|consent| consent.version.as_ref());
    let gateway_code = record.gateway_code.as_deref();
    let author = record.author.as_ref();
    let instrument = record.instrument.as_ref();
    let given_for = instrument.map(|given| GivenFor {
        order: given.order.as_str(),
        quote: given.quote.map(|quote| quote.to_string()),
    });
    let given_for = given_for.map(|given| column::json("audit_log", &given));
    let row = (
        audit_log::kind.eq("card"),
        audit_log::principal.eq(author.map(principal)),
        audit_log::request_id.eq(author.and_then(|author| author.request_id.as_deref())),
        audit_log::ending.eq(intent.clone().filter(|_| record.outcome.is_ending())),
        audit_log::intent.eq(intent),
        audit_log::pseudonym.eq(pseudonym::of_record(connection, record.customer.get()).await?),
        audit_log::pos.eq(record.pos.map(PosId::get)),
        audit_log::outcome.eq(record.outcome.as_str()),
        audit_log::object_key.eq(instrument.map(|given| given.saved_card.to_string())),
        audit_log::changes.eq(given_for.transpose()?),
        audit_log::gateway_code.eq(gateway_code.and_then(column::gateway_code)),
        audit_log::at.eq(instant(record.at)),
        audit_log::consented_at.eq(consent.map(|consent| instant(consent.at))),
        audit_log::consent_version.eq(version.map(ConsentVersion::as_str)),
    );
    let insert = diesel::insert_into(audit_log::table).values(row);
    Ok(insert.on_conflict_do_nothing().execute(connection).await?)
}

/// Whether the end of an intent is recorded.
pub(super) async fn has_end(
    connection: &mut Connection,
    intent: &IntentId,
) -> Result<bool, SqlError> {
    let ends = audit_endings::table.filter(audit_endings::ending.eq(&intent.0));
    let count: i64 = ends.count().get_result(connection).await?;
    Ok(count > 0)
}

/// The maximum length of a principal's name, in characters.
const PRINCIPAL_LENGTH: usize = 100;

fn principal(author: &Author) -> String {
    author.principal.chars().take(PRINCIPAL_LENGTH).collect()
}

/// Appends a record for each object. A statement has one JSON parameter for many objects: a parameter for each column of each
/// row would cost a large import more than its rows do.
pub(super) async fn append_changes(
    connection: &mut Connection,
    author: &Author,
    objects: &[ChangedObject],
) -> Result<(), SqlError> {
    let principal = principal(author);
    for some in objects.chunks(CHANGES_AT_ONCE) {
        diesel::sql_query(super::MANAGEMENT_ROWS)
            .bind::<Timestamp, _>(instant(author.at))
            .bind::<Text, _>(&principal)
            .bind::<Nullable<Text>, _>(author.request_id.as_deref())
            .bind::<Text, _>(column::json("audit_log", &some)?)
            .execute(connection)
            .await?;
    }
    Ok(())
}

#[async_trait]
impl AuditLog for Database {
    async fn append(&self, record: &AuditRecord) -> Result<(), Unavailable> {
        Ok(self
            .write(async |connection| append_without_intent(connection, record).await)
            .await?)
    }
}
