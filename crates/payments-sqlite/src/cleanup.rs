//! Deletes a batch of expired rows.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamp};
use diesel_async::RunQueryDsl;

use payments_sql::cleanup::{Batch, ExpiringTable, IntentOwner, Place};
use payments_sql::sql_error::SqlError;

use super::Connection;

/// Few, as other writers are blocked during a batch.
const ROWS: usize = 500;

#[derive(QueryableByName)]
struct Old {
    #[diesel(sql_type = BigInt)]
    pk: i64,
    #[diesel(sql_type = Timestamp)]
    at: NaiveDateTime,
}

pub(super) async fn delete_batch(
    connection: &mut Connection,
    table: ExpiringTable,
    until: NaiveDateTime,
    from: Option<Place>,
) -> Result<Batch, SqlError> {
    if table.referring_columns().is_empty() {
        delete_expired(connection, table, until).await
    } else {
        delete_unreferenced(connection, table, until, from).await
    }
}

/// Deletes all expired rows. (Days and instants are texts; a day sorts before every instant of that day.)
async fn delete_expired(
    connection: &mut Connection,
    table: ExpiringTable,
    until: NaiveDateTime,
) -> Result<Batch, SqlError> {
    let (name, column) = (table.table(), table.column());
    let delete = diesel::sql_query(format!(
        "DELETE FROM {name} WHERE rowid IN (SELECT rowid FROM {name} WHERE {column} <= ? ORDER BY {column} LIMIT {ROWS})"
    ));
    let gone = delete
        .bind::<Timestamp, _>(until)
        .execute(connection)
        .await?;
    Ok(Batch::Deleted {
        rows: u64::try_from(gone).unwrap_or(u64::MAX),
        next: (gone == ROWS).then_some(Place { at: until, pk: 0 }),
    })
}

/// Deletes expired rows that are not referred to. The number of rows that a batch visits is bounded.
async fn delete_unreferenced(
    connection: &mut Connection,
    table: ExpiringTable,
    until: NaiveDateTime,
    from: Option<Place>,
) -> Result<Batch, SqlError> {
    let (name, column) = (table.table(), table.column());
    let from = from.unwrap_or(Place {
        at: NaiveDateTime::default(),
        pk: 0,
    });
    let old = diesel::sql_query(format!(
        "SELECT pk, {column} AS at FROM {name} WHERE {column} <= ? AND ({column}, pk) > (?, ?)
         ORDER BY {column}, pk LIMIT {ROWS}"
    ));
    let old: Vec<Old> = old
        .bind::<Timestamp, _>(until)
        .bind::<Timestamp, _>(from.at)
        .bind::<BigInt, _>(from.pk)
        .load(connection)
        .await?;
    let keys: Vec<String> = old.iter().map(|row| row.pk.to_string()).collect();
    let unreferenced = table.unless_referenced();
    let delete = format!(
        "DELETE FROM {name} WHERE pk IN ({}){unreferenced}",
        keys.join(",")
    );
    let gone = diesel::sql_query(delete).execute(connection).await?;
    let last = old.last().map(|row| Place {
        at: row.at,
        pk: row.pk,
    });
    Ok(Batch::Deleted {
        rows: u64::try_from(gone).unwrap_or(u64::MAX),
        next: last.filter(|_| old.len() == ROWS),
    })
}

/// Deletes some of an owner's closed intents; returns whether there may be more.
pub(super) async fn delete_closed_intents(
    connection: &mut Connection,
    owner: IntentOwner,
) -> Result<bool, SqlError> {
    let (column, key) = owner.column();
    let delete = diesel::sql_query(format!(
        "DELETE FROM intents WHERE rowid IN
             (SELECT rowid FROM intents WHERE {column} = ? AND outcome IS NOT NULL LIMIT {ROWS})"
    ));
    let gone = delete.bind::<BigInt, _>(key).execute(connection).await?;
    Ok(gone == ROWS)
}

/// SQLite does so anyway.
#[expect(clippy::unused_async, reason = "its counterpart is asynchronous")]
pub(super) async fn prefer_indexes(_connection: &mut Connection) -> Result<(), SqlError> {
    Ok(())
}
