//! The replication position of a server.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel_async::RunQueryDsl;

use payments_sql::sql_error::SqlError;

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

#[derive(QueryableByName)]
struct Fed {
    #[diesel(sql_type = Nullable<BigInt>)]
    milliseconds: Option<i64>,
}

impl Database {
    /// The current end of the server's WAL.
    ///
    /// # Errors
    /// The query failed.
    pub async fn position(&self) -> Result<String, SqlError> {
        let ends = "SELECT pg_current_wal_lsn()::text AS position";
        let found: Position = self
            .read(async |connection| Ok(diesel::sql_query(ends).get_result(connection).await?))
            .await?;
        Ok(found.position)
    }

    /// Whether the server has replayed the primary's WAL up to this position. `false` for a server that is not a
    /// replica.
    ///
    /// # Errors
    /// The query failed.
    pub async fn has_replayed(&self, position: &str) -> Result<bool, SqlError> {
        let reached = "SELECT coalesce(pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= $1::pg_lsn, \
                       FALSE) AS has_it";
        let found: Replayed = self
            .read(async |connection| {
                let query = diesel::sql_query(reached).bind::<Text, _>(position);
                Ok(query.get_result(connection).await?)
            })
            .await?;
        Ok(found.has_it)
    }

    /// How long ago the primary last reported the end of its WAL, if this server has replayed everything
    /// up to there and up to `position`. `None` if no WAL receiver streams, or if this role may not read its state:
    /// PostgreSQL shows that to members of `pg_read_all_stats` only.
    ///
    /// # Errors
    /// The query failed.
    pub async fn last_fed(&self, position: &str) -> Result<Option<Duration>, SqlError> {
        let feed = "SELECT CASE WHEN status = 'streaming' AND pg_last_wal_replay_lsn() \
                    >= greatest(latest_end_lsn, pg_last_wal_receive_lsn(), $1::pg_lsn) \
                    THEN (extract(epoch FROM clock_timestamp() - last_msg_receipt_time) * 1000)::bigint \
                    END AS milliseconds FROM pg_stat_wal_receiver";
        let found: Option<Fed> = self
            .read(async |connection| {
                let query = diesel::sql_query(feed).bind::<Text, _>(position);
                Ok(query.get_result(connection).await.optional()?)
            })
            .await?;
        Ok(found.and_then(|fed| {
            let milliseconds = u64::try_from(fed.milliseconds?).ok()?;
            Some(Duration::from_millis(milliseconds))
        }))
    }
}
