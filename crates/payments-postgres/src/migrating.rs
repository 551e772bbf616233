//! Migrates a PostgreSQL database.
//!
//! A migration does not block queries for long. One that needs a table's lock waits a second for it; on a timeout, the
//! migration leaves the lock queue, lets the queries behind it pass, and retries later. An index on a big table is a
//! migration without a transaction (`metadata.toml`), so that it can be built concurrently with writes.

use std::time::Duration;

use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use payments_sql::migrations::{self, Applied, Mark, marks};
use payments_sql::open_error::OpenError;
use payments_sql::sql_error::SqlError;

use super::Connection;
use super::queries::applied;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");
/// Those that partition the big tables. A database can do without them.
const PARTITIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres-partitioned");
const MARKS: &[Mark] = marks::POSTGRES;

/// An arbitrary advisory lock, which serializes programs that migrate the same database.
const LOCK: i64 = 7_232_981_450_116_094;
/// The interval of polling for the lock. A program must not wait in a query: that would be a transaction,
/// which a concurrent index build of the other program would wait for.
const LOCK_POLL_INTERVAL: Duration = Duration::from_millis(250);
/// The lock timeout of a migration. Later lockers wait as long, so it is below the minimum of
/// `statement_timeout_seconds` of the service.
const LOCK_TIMEOUT: &str = "800ms";
/// The maximum number of attempts, with a back-off of up to [`LONGEST_PAUSE`]: about five minutes.
const ATTEMPTS: u32 = 35;
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    is_so: bool,
}

async fn ask(connection: &mut Connection, sql: &str) -> Result<bool, SqlError> {
    let answer: Answer = diesel::sql_query(sql).get_result(connection).await?;
    Ok(answer.is_so)
}

pub(super) async fn has_table(connection: &mut Connection, name: &str) -> Result<bool, SqlError> {
    let table = diesel::sql_query("SELECT to_regclass($1) IS NOT NULL AS is_so");
    let answer: Answer = table.bind::<Text, _>(name).get_result(connection).await?;
    Ok(answer.is_so)
}

/// The names of the pending migrations, without those that partition tables.
pub(super) fn pending(applied: Applied) -> Result<Vec<String>, OpenError> {
    migrations::pending::<Pg>(&MIGRATIONS, &applied.without::<Pg>(&PARTITIONS)?)
}

/// Runs the pending migrations. Closing the connection releases the lock.
pub(super) async fn migrate(connection: Connection) -> Result<Vec<String>, OpenError> {
    Ok(migrate_on(connection).await?.1)
}

/// Runs the pending migrations, then those that partition the big tables.
pub(super) async fn partition(connection: Connection) -> Result<Vec<String>, OpenError> {
    let (mut connection, mut done) = migrate_on(connection).await?;
    let found = applied(&mut connection).await.map_err(failed)?;
    for name in migrations::not_applied::<Pg>(&PARTITIONS, &found)? {
        connection = run(connection, &name).await?;
        done.push(version(&name));
    }
    Ok(done)
}

async fn migrate_on(mut connection: Connection) -> Result<(Connection, Vec<String>), OpenError> {
    take_turn(&mut connection).await.map_err(failed)?;
    let found = applied(&mut connection).await.map_err(failed)?;
    let mut done = Vec::new();
    for name in pending(found)? {
        // Before the migration, so that no program ever sees it without its mark.
        record_marks(&mut connection).await.map_err(failed)?;
        connection = run(connection, &name).await?;
        done.push(version(&name));
    }
    record_marks(&mut connection).await.map_err(failed)?;
    Ok((connection, done))
}

fn version(name: &str) -> String {
    name.split('_').next().unwrap_or(name).replace('-', "")
}

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = Text)]
    part: String,
}

/// Makes the coming months' partitions and drops the empty ones of past months, if the tables are partitioned.
pub(super) async fn keep_months(connection: &mut Connection) -> Result<Vec<String>, SqlError> {
    let is_partitioned = "SELECT to_regclass('intents_rest') IS NOT NULL AS is_so";
    if !ask(connection, is_partitioned).await? {
        return Ok(Vec::new());
    }
    let kept: Vec<Kept> = diesel::sql_query("SELECT keep_months() AS part")
        .load(connection)
        .await?;
    Ok(kept.into_iter().map(|kept| kept.part).collect())
}

fn failed(error: impl std::fmt::Display) -> OpenError {
    OpenError::MigrationFailed(error.to_string())
}

async fn take_turn(connection: &mut Connection) -> Result<(), SqlError> {
    connection
        .batch_execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
        .await?;
    let lock = format!("SELECT pg_try_advisory_lock({LOCK}) AS is_so");
    while !ask(connection, &lock).await? {
        tokio::time::sleep(LOCK_POLL_INTERVAL).await;
    }
    Ok(())
}

/// Records which migrations are compatible with older programs, once the table exists.
async fn record_marks(connection: &mut Connection) -> Result<(), SqlError> {
    if !has_table(connection, "schema_compatibility").await? {
        return Ok(());
    }
    for mark in MARKS {
        super::queries::record_mark(connection, mark).await?;
    }
    Ok(())
}

/// Runs one migration, and retries it until it gets its locks.
async fn run(mut connection: Connection, name: &str) -> Result<Connection, OpenError> {
    let mut pause = Duration::from_millis(500);
    for attempt in 1.. {
        let ended = attempted(connection, name.to_owned()).await?;
        connection = ended.connection;
        let Some(error) = ended.error else {
            return Ok(connection);
        };
        let is_in_somebodys_way =
            error.contains("due to lock timeout") || error.contains("deadlock detected");
        if !is_in_somebodys_way {
            return Err(OpenError::MigrationFailed(format!("{name}: {error}")));
        }
        if attempt == ATTEMPTS {
            return Err(OpenError::MigrationFailed(format!(
                "{name} could not lock its table in {ATTEMPTS} tries: another program has had a transaction open for minutes"
            )));
        }
        tracing::warn!(
            migration = name,
            attempt,
            "the migration could not lock its table and is retried"
        );
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    Ok(connection)
}

/// The result of an attempt.
struct Ended {
    connection: Connection,
    error: Option<String>,
}

async fn attempted(mut connection: Connection, name: String) -> Result<Ended, OpenError> {
    let is_in_transaction = find(&name).map_err(failed)?.metadata().run_in_transaction();
    // Building an index waits for other transactions and does not block them.
    let lock_timeout = if is_in_transaction { LOCK_TIMEOUT } else { "0" };
    connection
        .batch_execute(&format!("SET lock_timeout = '{lock_timeout}'"))
        .await
        .map_err(failed)?;
    if !is_in_transaction {
        drop_half_built(&mut connection, &name)
            .await
            .map_err(failed)?;
    }
    // Diesel's migrations are synchronous, so they run on a blocking thread.
    let run = tokio::task::spawn_blocking(move || {
        let mut connection: AsyncConnectionWrapper<Connection> =
            AsyncConnectionWrapper::from(connection);
        // The first migration creates the table of applied ones.
        let run = connection
            .applied_migrations()
            .and_then(|_| connection.run_migration(&find(&name)?));
        Ended {
            connection: connection.into_inner(),
            error: run.err().map(|error| error.to_string()),
        }
    });
    run.await.map_err(failed)
}

fn find(name: &str) -> diesel::migration::Result<Box<dyn Migration<Pg>>> {
    let mut all = MigrationSource::<Pg>::migrations(&MIGRATIONS)?;
    all.extend(MigrationSource::<Pg>::migrations(&PARTITIONS)?);
    let mut all = all.into_iter();
    let found = all.find(|migration| migration.name().to_string() == name);
    found.ok_or_else(|| format!("there is no migration {name}").into())
}

/// Drops the invalid index that an interrupted build leaves. Such a migration builds one index, with the migration's name.
async fn drop_half_built(connection: &mut Connection, name: &str) -> Result<(), SqlError> {
    let index = name.split_once('_').map_or(name, |(_, index)| index);
    let half_built = diesel::sql_query(
        "SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid) AS is_so",
    );
    let answer: Answer = half_built
        .bind::<Text, _>(index)
        .get_result(connection)
        .await?;
    if answer.is_so {
        connection
            .batch_execute(&format!("DROP INDEX CONCURRENTLY \"{index}\""))
            .await?;
    }
    Ok(())
}
