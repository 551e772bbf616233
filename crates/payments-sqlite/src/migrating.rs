//! The schema of an SQLite file.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use payments_sql::migrations::{self, Applied, Mark, marks};
use payments_sql::open_error::OpenError;
use payments_sql::sql_error::SqlError;

use super::queries::{applied, record_mark};
use super::{Backend, Connection};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
pub(super) const MARKS: &[Mark] = marks::SQLITE;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many tables have a name like this.
async fn tables_named(connection: &mut Connection, pattern: &str) -> Result<i64, SqlError> {
    let tables = diesel::sql_query(
        "SELECT count(*) AS count FROM sqlite_master WHERE type = 'table' AND name LIKE ? AND name NOT LIKE 'sqlite_%'",
    );
    let found: Count = tables
        .bind::<Text, _>(pattern)
        .get_result(connection)
        .await?;
    Ok(found.count)
}

pub(super) async fn has_table(connection: &mut Connection, name: &str) -> Result<bool, SqlError> {
    Ok(tables_named(connection, name).await? > 0)
}

/// Refuses a database with tables of which none is the record of our migrations.
pub(super) async fn check_owner(connection: &mut Connection) -> Result<(), OpenError> {
    let unreadable = |error: SqlError| OpenError::Unreachable(error.to_string());
    let is_ours = has_table(connection, "__diesel_schema_migrations")
        .await
        .map_err(unreadable)?;
    if !is_ours && tables_named(connection, "%").await.map_err(unreadable)? > 0 {
        return Err(OpenError::AnotherPrograms);
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "its counterpart changes it")]
pub(super) fn pending(applied: Applied) -> Result<Vec<String>, OpenError> {
    migrations::pending::<Backend>(&MIGRATIONS, &applied)
}

pub(super) async fn partition(_: Connection) -> Result<Vec<String>, OpenError> {
    Err(OpenError::NoPartitions)
}

pub(super) async fn keep_months(_: &mut Connection) -> Result<Vec<String>, SqlError> {
    Ok(Vec::new())
}

pub(super) async fn migrate(mut connection: Connection) -> Result<Vec<String>, OpenError> {
    let failed = |error: SqlError| OpenError::MigrationFailed(error.to_string());
    let found = applied(&mut connection).await.map_err(failed)?;
    pending(found)?;
    let run = connection.spawn_blocking(|inner| {
        inner.immediate_transaction(|inner| {
            let versions = inner
                .run_pending_migrations(MIGRATIONS)
                .map_err(|error| error.to_string());
            Ok(versions.map(|versions| versions.iter().map(ToString::to_string).collect()))
        })
    });
    let run: Result<Vec<String>, String> = run
        .await
        .map_err(|error: diesel::result::Error| OpenError::MigrationFailed(error.to_string()))?;
    let done = run.map_err(OpenError::MigrationFailed)?;
    for mark in MARKS {
        record_mark(&mut connection, mark).await.map_err(failed)?;
    }
    Ok(done)
}
