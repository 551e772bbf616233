//! The schema of a PostgreSQL database.

use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::open_error::OpenError;
use crate::sql_error::SqlError;

use super::Connection;

pub(super) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Any number nobody else uses: programs that migrate one database at once wait for each other by it.
const LOCK: i64 = 7_232_981_450_116_094;

#[derive(QueryableByName)]
struct Presence {
    #[diesel(sql_type = Bool)]
    is_there: bool,
}

pub(super) async fn has_migrations_table(connection: &mut Connection) -> Result<bool, SqlError> {
    let table = diesel::sql_query(
        "SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS is_there",
    );
    let found: Presence = table.get_result(connection).await?;
    Ok(found.is_there)
}

pub(super) async fn migrate(connection: Connection) -> Result<Vec<String>, OpenError> {
    // Diesel's migrations are not asynchronous; off this thread they may block. The connection is closed afterwards,
    // and its lock with it.
    let run = tokio::task::spawn_blocking(move || {
        let mut connection: AsyncConnectionWrapper<Connection> =
            AsyncConnectionWrapper::from(connection);
        diesel::RunQueryDsl::execute(
            diesel::sql_query("SET statement_timeout = 0"),
            &mut connection,
        )?;
        diesel::RunQueryDsl::execute(diesel::sql_query("SET lock_timeout = 0"), &mut connection)?;
        diesel::RunQueryDsl::execute(
            diesel::sql_query(format!("SELECT pg_advisory_lock({LOCK})")),
            &mut connection,
        )?;
        let versions = connection.run_pending_migrations(MIGRATIONS)?;
        Ok::<Vec<String>, Box<dyn std::error::Error + Send + Sync>>(
            versions.iter().map(ToString::to_string).collect(),
        )
    });
    match run.await {
        Ok(Ok(versions)) => Ok(versions),
        Ok(Err(error)) => Err(OpenError::MigrationFailed(error.to_string())),
        Err(error) => Err(OpenError::MigrationFailed(error.to_string())),
    }
}
