//! How far a server that follows another one has come.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel_async::RunQueryDsl;

use crate::sql_error::SqlError;

use super::Database;

#[derive(QueryableByName)]
struct Position {
    #[diesel(sql_type = Text)]
    position: String,
}

#[derive(QueryableByName)]
struct Replayed {
    #[diesel(sql_type = Bool)]
    has_it: bool,
}

impl Database {
    /// Where the server's log of changes ends.
    pub(crate) async fn position(&self) -> Result<String, SqlError> {
        let ends = "SELECT pg_current_wal_lsn()::text AS position";
        let found: Position = self
            .read(async |connection| Ok(diesel::sql_query(ends).get_result(connection).await?))
            .await?;
        Ok(found.position)
    }

    /// Whether the server has carried out another server's changes up to this position; with none, all that it was sent.
    /// A server that follows nobody has not.
    pub(crate) async fn has_replayed(&self, position: Option<&str>) -> Result<bool, SqlError> {
        let reached = "SELECT coalesce(pg_is_in_recovery() AND pg_last_wal_replay_lsn() \
                       >= coalesce($1::pg_lsn, pg_last_wal_receive_lsn()), FALSE) AS has_it";
        let found: Replayed = self
            .read(async |connection| {
                let query = diesel::sql_query(reached).bind::<Nullable<Text>, _>(position);
                Ok(query.get_result(connection).await?)
            })
            .await?;
        Ok(found.has_it)
    }
}
