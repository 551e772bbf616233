//! PostgreSQL: the production database.

use diesel::prelude::*;
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, RunQueryDsl};

use payments_sql::prepared::Prepare as _;
use payments_sql::schema::{catalog_version, customers, pos as pos_table};
use payments_sql::sql_error::SqlError;

#[path = "../../payments-sql/queries/mount.rs"]
mod queries;

mod cleanup;
mod following;
mod hosts;
mod listening;
mod migrating;
mod opening;
mod tls;

pub use opening::{check_settings, open, open_later};
pub use queries::{BatchedPurchases, Database};
pub use tls::is_exposed;

use listening::Source;
use migrating::{has_table, keep_months, migrate, partition, pending};
use queries::Kind;

/// Now in UTC by the database's clock.
const NOW: &str = "(clock_timestamp() AT TIME ZONE 'utc')";

/// The database's name in traces.
const SYSTEM: &str = "postgresql";

type Backend = diesel::pg::Pg;
type Connection = AsyncPgConnection;

/// The channel of catalog notices.
const CHANNEL: &str = "payments_catalog";

async fn begin(connection: &mut Connection, kind: Kind) -> Result<(), SqlError> {
    let sql = match kind {
        Kind::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        Kind::Write => "BEGIN ISOLATION LEVEL READ COMMITTED",
        Kind::ConditionalWrite => "BEGIN ISOLATION LEVEL REPEATABLE READ",
    };
    Ok(AnsiTransactionManager::begin_transaction_sql(connection, sql).await?)
}

/// Serializes writers of the catalog before they read it.
async fn lock_catalog(connection: &mut Connection) -> Result<(), SqlError> {
    catalog_version::table
        .select(catalog_version::version)
        .for_update()
        .execute(connection)
        .await?;
    Ok(())
}

/// Serializes writers of one customer's saved cards.
async fn lock_customer(connection: &mut Connection, customer: i64) -> Result<(), SqlError> {
    let row = customers::table
        .filter(customers::pk.eq(customer))
        .select(customers::pk);
    row.for_no_key_update().execute(connection).await?;
    Ok(())
}

/// Serializes writers that save or queue a token, until the transaction ends.
async fn lock_token(connection: &mut Connection, pos: i64, token: &str) -> Result<(), SqlError> {
    diesel::sql_query("SELECT pg_advisory_xact_lock($1, hashtext($2))")
        .bind::<diesel::sql_types::Integer, _>(TOKEN_LOCKS)
        .bind::<diesel::sql_types::Text, _>(format!("{pos} {token}"))
        .prepared()
        .execute(connection)
        .await?;
    Ok(())
}

/// Distinguishes locks on tokens from other two-number locks.
const TOKEN_LOCKS: i32 = 7_232;

/// Blocks new references to a point of sale, and waits for uncommitted ones.
async fn lock_pos(connection: &mut Connection, pos: i64) -> Result<(), SqlError> {
    let row = pos_table::table
        .filter(pos_table::pk.eq(pos))
        .select(pos_table::pk);
    row.for_update().execute(connection).await?;
    Ok(())
}

/// The gateway and current account of a point of sale. Neither can be removed until the transaction ends
/// ([`lock_pos`]).
async fn present_account(
    connection: &mut Connection,
    pos: i64,
) -> Result<Option<(String, String)>, SqlError> {
    let columns = (pos_table::gateway, pos_table::account);
    let row = pos_table::table
        .filter(pos_table::pk.eq(pos))
        .select(columns);
    Ok(row.for_key_share().first(connection).await.optional()?)
}

/// Serializes counting a customer's tries: there may be no row to lock yet.
async fn lock_tries(connection: &mut Connection, customer: i64) -> Result<(), SqlError> {
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
        .bind::<diesel::sql_types::BigInt, _>(customer)
        .prepared()
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps a statement below the limit on parameters.
const ROWS_PER_STATEMENT: usize = 1_000;

/// Chunks of rows per statement: large, as each statement is a round trip.
fn by_statement<T>(rows: &[T]) -> std::slice::Chunks<'_, T> {
    rows.chunks(ROWS_PER_STATEMENT)
}

/// Notifies listeners when the transaction commits.
async fn announce_catalog(connection: &mut Connection) -> Result<(), SqlError> {
    diesel::sql_query(format!("NOTIFY {CHANNEL}"))
        .execute(connection)
        .await?;
    Ok(())
}

/// Appends the records of a management write: when, who, in which request, and a JSON array of changed objects.
const MANAGEMENT_ROWS: &str = "INSERT INTO audit_log
    (kind, at, principal, request_id, outcome, part, object_key, pseudonym, changes)
    SELECT 'management', $1, $2, $3, outcome, part, object_key, pseudonym, changes
    FROM json_to_recordset($4::json)
        AS changed (outcome text, part text, object_key text, pseudonym text, changes text)";

/// An arbitrary advisory lock, held by the process that seals the audit log. Locks with two numbers are distinct from
/// those with one.
const SEALING_LOCK: &str = "1346458196, 1";

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    is_taken: bool,
}

/// Tries to take the sealing lock until the transaction ends.
async fn has_sealing_lock(connection: &mut Connection) -> Result<bool, SqlError> {
    let lock = format!("SELECT pg_try_advisory_xact_lock({SEALING_LOCK}) AS is_taken");
    let taken: Taken = diesel::sql_query(lock).get_result(connection).await?;
    Ok(taken.is_taken)
}

/// Waits for the sealing lock.
async fn lock_sealing(connection: &mut Connection) -> Result<(), SqlError> {
    diesel::sql_query(format!("SELECT pg_advisory_xact_lock({SEALING_LOCK})"))
        .execute(connection)
        .await?;
    Ok(())
}

/// Permits deletions from the audit log in this transaction, if the role may.
async fn begin_pruning(connection: &mut Connection) -> Result<(), SqlError> {
    diesel::sql_query("SET LOCAL payments.audit_pruning = 'on'")
        .execute(connection)
        .await?;
    Ok(())
}

async fn end_pruning(connection: &mut Connection) -> Result<(), SqlError> {
    diesel::sql_query("SET LOCAL payments.audit_pruning = 'off'")
        .execute(connection)
        .await?;
    Ok(())
}
