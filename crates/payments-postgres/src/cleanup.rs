//! Deletes a batch of expired rows.
//!
//! The rows are found by the index of their age, beginning where the previous batch ended: until a vacuum,
//! the index still has the deleted rows, and skipping all of them in every batch would get slower and slower. Locked rows
//! are left for the next run.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Timestamp};
use diesel_async::RunQueryDsl;

use payments_sql::cleanup::{Batch, ExpiringTable, IntentOwner, Place};
use payments_sql::sql_error::SqlError;

use super::Connection;

/// Few enough to be deleted within a fraction of the shortest statement timeout.
const ROWS: i64 = 5_000;
/// An arbitrary advisory lock, which the process that cleans up holds.
const LOCK: i64 = 4_711_830_926_554_027;

#[derive(QueryableByName)]
struct Lock {
    #[diesel(sql_type = Bool)]
    is_taken: bool,
}

#[derive(QueryableByName)]
struct Outcome {
    #[diesel(sql_type = BigInt)]
    looked_at: i64,
    #[diesel(sql_type = BigInt)]
    gone: i64,
    #[diesel(sql_type = Nullable<Timestamp>)]
    at: Option<NaiveDateTime>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pk: Option<i64>,
}

pub(super) async fn delete_batch(
    connection: &mut Connection,
    table: ExpiringTable,
    until: NaiveDateTime,
    from: Option<Place>,
) -> Result<Batch, SqlError> {
    let lock = format!("SELECT pg_try_advisory_xact_lock({LOCK}) AS is_taken");
    let lock: Lock = diesel::sql_query(lock).get_result(connection).await?;
    if !lock.is_taken {
        return Ok(Batch::Elsewhere);
    }
    // No row is older than 1970.
    let from = from.unwrap_or(Place {
        at: NaiveDateTime::default(),
        pk: 0,
    });
    let outcome: Outcome = if table.referring_columns().is_empty() {
        diesel::sql_query(of_expired(table))
            .bind::<Timestamp, _>(until)
            .bind::<Timestamp, _>(from.at)
            .get_result(connection)
            .await?
    } else {
        diesel::sql_query(of_unreferenced(table))
            .bind::<Timestamp, _>(until)
            .bind::<Timestamp, _>(from.at)
            .bind::<BigInt, _>(from.pk)
            .get_result(connection)
            .await?
    };
    let place = outcome.at.map(|at| Place {
        at,
        pk: outcome.pk.unwrap_or_default(),
    });
    Ok(Batch::Deleted {
        rows: u64::try_from(outcome.gone).unwrap_or_default(),
        next: place.filter(|_| outcome.looked_at == ROWS),
    })
}

/// The column by which rows of a batch are deleted. The place of a row is the quickest, but unique in one partition only:
/// rows of tables that may be partitioned are deleted by their key.
const fn row_id(table: ExpiringTable) -> &'static str {
    match table {
        ExpiringTable::Sessions => "digest",
        ExpiringTable::ClosedIntents => "id",
        ExpiringTable::CodeTries
        | ExpiringTable::SmsSends
        | ExpiringTable::SmsCounters
        | ExpiringTable::SmsCodes
        | ExpiringTable::QuoteUses
        | ExpiringTable::BinCounts
        | ExpiringTable::Proposals
        | ExpiringTable::PreOrders
        | ExpiringTable::Baskets => "ctid",
    }
}

/// Deletes all expired rows.
fn of_expired(table: ExpiringTable) -> String {
    let (name, column, id) = (table.table(), table.column(), row_id(table));
    format!(
        "WITH gone AS (
             DELETE FROM {name} WHERE {id} = ANY (ARRAY(
                 SELECT {id} FROM {name} WHERE {column} <= $1 AND {column} >= $2
                 ORDER BY {column} LIMIT {ROWS} FOR UPDATE SKIP LOCKED
             )) RETURNING {column}
         )
         SELECT count(*) AS looked_at, count(*) AS gone, max({column})::timestamp AS at, NULL::bigint AS pk FROM gone"
    )
}

/// Deletes expired rows that are not referred to. The number of rows that a batch visits is bounded.
fn of_unreferenced(table: ExpiringTable) -> String {
    let (name, column) = (table.table(), table.column());
    let unreferenced = table.unless_referenced();
    format!(
        "WITH old AS MATERIALIZED (
             SELECT ctid, {column}, pk FROM {name} WHERE {column} <= $1 AND ({column}, pk) > ($2, $3)
             ORDER BY {column}, pk LIMIT {ROWS} FOR UPDATE SKIP LOCKED
         ), gone AS (
             DELETE FROM {name} WHERE ctid = ANY (ARRAY(SELECT ctid FROM old)){unreferenced} RETURNING pk
         ), last AS (
             SELECT {column}, pk FROM old ORDER BY {column} DESC, pk DESC LIMIT 1
         )
         SELECT (SELECT count(*) FROM old) AS looked_at, (SELECT count(*) FROM gone) AS gone,
                (SELECT {column} FROM last) AS at, (SELECT pk FROM last) AS pk"
    )
}

/// Deletes some of an owner's closed intents; returns whether there may be more.
pub(super) async fn delete_closed_intents(
    connection: &mut Connection,
    owner: IntentOwner,
) -> Result<bool, SqlError> {
    prefer_indexes(connection).await?;
    let (column, key) = owner.column();
    let delete = diesel::sql_query(format!(
        "DELETE FROM intents WHERE id = ANY (ARRAY(
             SELECT id FROM intents WHERE {column} = $1 AND outcome IS NOT NULL LIMIT {ROWS} FOR UPDATE SKIP LOCKED
         ))"
    ));
    let gone = delete.bind::<BigInt, _>(key).execute(connection).await?;
    Ok(i64::try_from(gone).is_ok_and(|gone| gone == ROWS))
}

/// Disables sequential scans for the rest of the transaction. A generic plan assumes that
/// all points of sale have the same number of rows, and would scan a table of millions for one that has none.
pub(super) async fn prefer_indexes(connection: &mut Connection) -> Result<(), SqlError> {
    diesel::sql_query("SET LOCAL enable_seqscan = off")
        .execute(connection)
        .await?;
    Ok(())
}
