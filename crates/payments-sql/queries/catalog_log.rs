//! What the audit log has of the catalog.

use chrono::{DateTime, Days, NaiveDateTime, NaiveTime, Utc};
use diesel::dsl::{count, max, min, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};
use diesel_async::RunQueryDsl;
use payments_core::audit_chain::AuditEntry;
use payments_core::catalog::CatalogVersion;
use payments_core::history::{Evidence, Reach, objects};
use payments_core::record::{Part, Reference};

use payments_sql::column::instant;
use payments_sql::schema::audit_log;
use payments_sql::sql_error::SqlError;

use super::audit_row::Row;
use super::table::KEYS_PER_QUERY;
use super::{Backend, Connection, audit_chain, catalog};

/// Added to a key, so that SQLite reads the index of the catalog's records and not the whole log.
const NOT_BY_KEY: i64 = 0;

/// The condition of the index `audit_log_catalog`. Not with parameters, which the index could not be chosen by.
pub(super) fn is_of_catalog() -> diesel::expression::SqlLiteral<Nullable<Bool>> {
    let parts = Part::ALL.into_iter().filter(|part| part.is_catalog());
    let quoted: Vec<String> = parts.map(|part| format!("'{}'", part.as_str())).collect();
    sql(&format!("audit_log.part IN ({})", quoted.join(", ")))
}

/// What is known about the catalog, or one object, at a moment.
pub(super) async fn evidence(
    connection: &mut Connection,
    at: DateTime<Utc>,
    only: Option<&Reference>,
) -> Result<(CatalogVersion, Evidence), SqlError> {
    let version = catalog::version(connection).await?;
    let mut present = objects(catalog::parts(connection).await?);
    if let Some(only) = only {
        present.retain(|(part, key), _| *part == only.part && *key == only.key);
    }
    // Writers of the catalog are serialized, so keys have the order of the commits. The count is not used: without it,
    // the servers look for the first key in the whole log.
    let (_, cut): (i64, Option<i64>) = audit_log::table
        .filter(is_of_catalog())
        .filter(audit_log::at.gt(instant(at)))
        .select((count(audit_log::id), min(audit_log::id)))
        .first(connection)
        .await?;
    let cut = cut.unwrap_or(i64::MAX);
    let (earlier, later) = (
        last_before(connection, cut, only).await?,
        first_from(connection, cut, only).await?,
    );
    let evidence = Evidence {
        present,
        earlier: entries(connection, earlier).await?,
        later: entries(connection, later).await?,
        reach: reach(connection).await?,
    };
    Ok((version, evidence))
}

/// The last record of each object before a key.
async fn last_before(
    connection: &mut Connection,
    cut: i64,
    only: Option<&Reference>,
) -> Result<Vec<i64>, SqlError> {
    let mut query = audit_log::table
        .group_by((audit_log::part, audit_log::object_key))
        .select(max(audit_log::id))
        .into_boxed::<Backend>()
        .filter(is_of_catalog())
        .filter((audit_log::id + NOT_BY_KEY).lt(cut));
    if let Some(Reference { part, key }) = only {
        let is_object = audit_log::part.eq(part.as_str());
        query = query.filter(is_object.and(audit_log::object_key.eq(key.to_string())));
    }
    let ids: Vec<Option<i64>> = query.load(connection).await?;
    Ok(ids.into_iter().flatten().collect())
}

/// The first record of each object from a key on.
async fn first_from(
    connection: &mut Connection,
    cut: i64,
    only: Option<&Reference>,
) -> Result<Vec<i64>, SqlError> {
    let mut query = audit_log::table
        .group_by((audit_log::part, audit_log::object_key))
        .select(min(audit_log::id))
        .into_boxed::<Backend>()
        .filter(is_of_catalog())
        .filter((audit_log::id + NOT_BY_KEY).ge(cut));
    if let Some(Reference { part, key }) = only {
        let is_object = audit_log::part.eq(part.as_str());
        query = query.filter(is_object.and(audit_log::object_key.eq(key.to_string())));
    }
    let ids: Vec<Option<i64>> = query.load(connection).await?;
    Ok(ids.into_iter().flatten().collect())
}

async fn entries(connection: &mut Connection, ids: Vec<i64>) -> Result<Vec<AuditEntry>, SqlError> {
    let mut entries = Vec::with_capacity(ids.len());
    for some in ids.chunks(KEYS_PER_QUERY) {
        let found = audit_log::table
            .filter(audit_log::id.eq_any(some))
            .select(Row::as_select());
        let found: Vec<Row> = found.load(connection).await?;
        entries.extend(found.into_iter().map(Row::read));
    }
    Ok(entries)
}

/// How far back the log reaches: to the end of the last day that retention dropped, or to its first record.
async fn reach(connection: &mut Connection) -> Result<Reach, SqlError> {
    if let Some(beginning) = audit_chain::beginning(connection).await? {
        let day = beginning.link.day;
        let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
        return Ok(Reach {
            since: Some(next.and_time(NaiveTime::MIN).and_utc()),
            is_pruned: true,
        });
    }
    let first: Option<NaiveDateTime> = audit_log::table
        .filter(is_of_catalog())
        .select(min(audit_log::at))
        .first(connection)
        .await?;
    Ok(Reach {
        since: first.map(|at| at.and_utc()),
        is_pruned: false,
    })
}
