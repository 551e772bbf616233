//! SQLite: the embedded database.

use std::sync::Mutex;
use std::time::Duration;

use diesel::SqliteConnection;
use diesel::connection::AnsiTransactionManager;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
// Imported for its feature `bundled`: SQLite is compiled in, and needs no installation.
use libsqlite3_sys as _;

use payments_sql::changes::CatalogChanges;
use payments_sql::schema::pos as pos_table;
use payments_sql::sql_error::SqlError;

#[path = "../../payments-sql/queries/mount.rs"]
mod queries;

mod cleanup;
mod migrating;
mod opening;

pub use opening::open;
pub use queries::{BatchedPurchases, Database};

use migrating::{check_owner, has_table, keep_months, migrate, partition, pending};
use payments_sql::blocking::BlockingThreads;
use queries::Kind;

/// Now in UTC by the database's clock, in milliseconds, as instants are stored.
const NOW: &str = "strftime('%Y-%m-%d %H:%M:%f', 'now')";

/// The database's name in traces.
const SYSTEM: &str = "sqlite";

type Backend = diesel::sqlite::Sqlite;
/// SQLite has no notifications: the version is polled.
pub(crate) struct Source {
    /// Keeps an in-memory database alive; never used.
    _anchor: Option<Mutex<Connection>>,
}

impl Source {
    #[expect(
        clippy::unused_self,
        reason = "its counterpart listens on a connection"
    )]
    const fn changes(&self) -> CatalogChanges {
        CatalogChanges::new(POLL_INTERVAL, None)
    }
}

const POLL_INTERVAL: Duration = Duration::from_millis(500);

type Connection = SyncConnectionWrapper<SqliteConnection, BlockingThreads>;

/// A write takes the write lock immediately: a transaction that reads first could fail to upgrade to it.
async fn begin(connection: &mut Connection, kind: Kind) -> Result<(), SqlError> {
    let sql = match kind {
        Kind::Snapshot => "BEGIN",
        Kind::Write | Kind::ConditionalWrite => "BEGIN IMMEDIATE",
    };
    Ok(connection
        .spawn_blocking(move |inner| AnsiTransactionManager::begin_transaction_sql(inner, sql))
        .await?)
}

/// SQLite has one writer, which needs no further lock.
async fn lock_catalog(_connection: &mut Connection) -> Result<(), SqlError> {
    Ok(())
}

/// SQLite has one writer, which needs no further lock.
async fn lock_customer(_connection: &mut Connection, _customer: i64) -> Result<(), SqlError> {
    Ok(())
}

/// SQLite has one writer, which needs no further lock.
async fn lock_token(_connection: &mut Connection, _pos: i64, _token: &str) -> Result<(), SqlError> {
    Ok(())
}

/// SQLite has one writer, which needs no further lock.
async fn lock_pos(_connection: &mut Connection, _pos: i64) -> Result<(), SqlError> {
    Ok(())
}

/// The gateway and current account of a point of sale. SQLite has one writer, which needs no lock on them.
async fn present_account(
    connection: &mut Connection,
    pos: i64,
) -> Result<Option<(String, String)>, SqlError> {
    let columns = (pos_table::gateway, pos_table::account);
    let row = pos_table::table
        .filter(pos_table::pk.eq(pos))
        .select(columns);
    Ok(row.first(connection).await.optional()?)
}

/// SQLite has one writer, which needs no further lock.
async fn lock_tries(_connection: &mut Connection, _customer: i64) -> Result<(), SqlError> {
    Ok(())
}

/// Rows one by one, as statements in this process are cheap.
fn by_statement<T>(rows: &[T]) -> std::slice::Iter<'_, T> {
    rows.iter()
}

/// SQLite has no notifications: the version is polled.
async fn announce_catalog(_connection: &mut Connection) -> Result<(), SqlError> {
    Ok(())
}

/// Appends the records of a management write: when, who, in which request, and a JSON array of changed objects.
const MANAGEMENT_ROWS: &str = "INSERT INTO audit_log
    (kind, at, principal, request_id, outcome, part, object_key, pseudonym, changes)
    SELECT 'management', $1, $2, $3, value ->> 'outcome', value ->> 'part', value ->> 'object_key',
        value ->> 'pseudonym', value ->> 'changes'
    FROM json_each($4)";

/// SQLite has one writer, which needs no further lock.
async fn has_sealing_lock(_connection: &mut Connection) -> Result<bool, SqlError> {
    Ok(true)
}

/// SQLite has one writer, which needs no further lock.
async fn lock_sealing(_connection: &mut Connection) -> Result<(), SqlError> {
    Ok(())
}

/// Permits deletions from the audit log until [`end_pruning`], in this transaction.
async fn begin_pruning(connection: &mut Connection) -> Result<(), SqlError> {
    diesel::sql_query("INSERT INTO audit_pruning (is_under_way) VALUES (TRUE)")
        .execute(connection)
        .await?;
    Ok(())
}

async fn end_pruning(connection: &mut Connection) -> Result<(), SqlError> {
    diesel::sql_query("DELETE FROM audit_pruning")
        .execute(connection)
        .await?;
    Ok(())
}
