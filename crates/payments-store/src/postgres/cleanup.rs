//! Deletes a batch of expired rows.
//!
//! The rows are found by the index of their age, beginning where the batch before ended: until the server has cleaned up,
//! the index still leads to what is deleted, and passing all of that in every batch would take ever longer. Locked rows
//! are left for the next run.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Timestamp};
use diesel_async::RunQueryDsl;

use crate::cleanup::{Batch, ExpiringTable, IntentOwner, Place};
use crate::sql_error::SqlError;

use super::Connection;

/// Few enough to be gone within a fraction of the shortest statement timeout.
const ROWS: i64 = 5_000;
/// An arbitrary lock: of several processes one tidies at a time.
const LOCK: i64 = 4_711_830_926_554_027;

#[derive(QueryableByName)]
struct Turn {
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
    let turn = format!("SELECT pg_try_advisory_xact_lock({LOCK}) AS is_taken");
    let turn: Turn = diesel::sql_query(turn).get_result(connection).await?;
    if !turn.is_taken {
        return Ok(Batch::Elsewhere);
    }
    // Nothing here is older than 1970, when the service writes it or a database's clock does.
    let from = from.unwrap_or(Place {
        at: NaiveDateTime::default(),
        pk: 0,
    });
    let outcome: Outcome = if table.named_by().is_empty() {
        diesel::sql_query(of_expired(table))
            .bind::<Timestamp, _>(until)
            .bind::<Timestamp, _>(from.at)
            .get_result(connection)
            .await?
    } else {
        diesel::sql_query(of_unnamed(table))
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

/// Everything old goes.
fn of_expired(table: ExpiringTable) -> String {
    let (name, column) = (table.table(), table.column());
    format!(
        "WITH gone AS (
             DELETE FROM {name} WHERE ctid = ANY (ARRAY(
                 SELECT ctid FROM {name} WHERE {column} <= $1 AND {column} >= $2
                 ORDER BY {column} LIMIT {ROWS} FOR UPDATE SKIP LOCKED
             )) RETURNING {column}
         )
         SELECT count(*) AS looked_at, count(*) AS gone, max({column})::timestamp AS at, NULL::bigint AS pk FROM gone"
    )
}

/// What is old goes, but for rows that others name. How many of them a batch may meet is bounded, too.
fn of_unnamed(table: ExpiringTable) -> String {
    let (name, column) = (table.table(), table.column());
    let unnamed = table.unless_named();
    format!(
        "WITH old AS MATERIALIZED (
             SELECT ctid, {column}, pk FROM {name} WHERE {column} <= $1 AND ({column}, pk) > ($2, $3)
             ORDER BY {column}, pk LIMIT {ROWS} FOR UPDATE SKIP LOCKED
         ), gone AS (
             DELETE FROM {name} WHERE ctid = ANY (ARRAY(SELECT ctid FROM old)){unnamed} RETURNING pk
         ), last AS (
             SELECT {column}, pk FROM old ORDER BY {column} DESC, pk DESC LIMIT 1
         )
         SELECT (SELECT count(*) FROM old) AS looked_at, (SELECT count(*) FROM gone) AS gone,
                (SELECT {column} FROM last) AS at, (SELECT pk FROM last) AS pk"
    )
}

/// Deletes some of an owner's closed intents; whether there may be more.
pub(super) async fn delete_closed_intents(
    connection: &mut Connection,
    owner: IntentOwner,
) -> Result<bool, SqlError> {
    prefer_indexes(connection).await?;
    let (column, key) = owner.column();
    let delete = diesel::sql_query(format!(
        "DELETE FROM intents WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM intents WHERE {column} = $1 AND outcome IS NOT NULL LIMIT {ROWS} FOR UPDATE SKIP LOCKED
         ))"
    ));
    let gone = delete.bind::<BigInt, _>(key).execute(connection).await?;
    Ok(i64::try_from(gone).is_ok_and(|gone| gone == ROWS))
}

/// For the rest of the transaction no table is read from end to end where an index will do. A plan made for any value takes
/// all points of sale to have as many rows, and would read a table of millions for one that has none.
pub(super) async fn prefer_indexes(connection: &mut Connection) -> Result<(), SqlError> {
    diesel::sql_query("SET LOCAL enable_seqscan = off")
        .execute(connection)
        .await?;
    Ok(())
}
