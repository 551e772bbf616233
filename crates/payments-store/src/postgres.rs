//! PostgreSQL: the production database.

use diesel::prelude::*;
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, RunQueryDsl};

use crate::schema::{catalog_version, customers, pos as pos_table};
use crate::sql_error::SqlError;

#[path = "sql/apply.rs"]
mod apply;
#[path = "sql/audit.rs"]
mod audit;
#[path = "sql/backlog.rs"]
mod backlog;
#[path = "sql/bank.rs"]
mod bank;
#[path = "sql/basket.rs"]
mod basket;
#[path = "sql/card.rs"]
mod card;
#[path = "sql/card_type.rs"]
mod card_type;
#[path = "sql/catalog.rs"]
mod catalog;
#[path = "sql/code_tries.rs"]
mod code_tries;
#[path = "sql/customer.rs"]
mod customer;
#[path = "sql/customer_key.rs"]
mod customer_key;
#[path = "sql/database.rs"]
mod database;
#[path = "sql/deletion.rs"]
mod deletion;
#[path = "sql/erasure.rs"]
mod erasure;
#[path = "sql/gateway_account.rs"]
mod gateway_account;
#[path = "sql/intent.rs"]
mod intent;
#[path = "sql/intents.rs"]
mod intents;
#[path = "sql/payment_option.rs"]
mod payment_option;
#[path = "sql/plan.rs"]
mod plan;
#[path = "sql/pos.rs"]
mod pos;
#[path = "sql/pre_order.rs"]
mod pre_order;
#[path = "sql/product.rs"]
mod product;
#[path = "sql/purchase.rs"]
mod purchase;
#[path = "sql/records.rs"]
mod records;
#[path = "sql/rule.rs"]
mod rule;
#[path = "sql/saved_card.rs"]
mod saved_card;
#[path = "sql/session.rs"]
mod session;
#[path = "sql/sms_send.rs"]
mod sms_send;
#[path = "sql/token_deletion.rs"]
mod token_deletion;
#[path = "sql/upkeep.rs"]
mod upkeep;

mod following;
mod listening;
mod migrating;
mod opening;
mod tidying;
mod tls;

pub(crate) use database::Database;
pub(crate) use opening::{open, open_later};
pub(crate) use purchase::GatheredPurchases;

use database::Kind;
use listening::Source;
use migrating::{MIGRATIONS, has_table, migrate};

/// The present in UTC by the database's clock.
const NOW: &str = "(clock_timestamp() AT TIME ZONE 'utc')";

type Backend = diesel::pg::Pg;
type Connection = AsyncPgConnection;

/// The channel on which writers of the catalog tell.
const CHANNEL: &str = "payments_catalog";

async fn begin(connection: &mut Connection, kind: Kind) -> Result<(), SqlError> {
    let sql = match kind {
        Kind::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        Kind::Write => "BEGIN ISOLATION LEVEL READ COMMITTED",
    };
    Ok(AnsiTransactionManager::begin_transaction_sql(connection, sql).await?)
}

/// Makes writers of the catalog wait for each other before they look at it.
async fn lock_catalog(connection: &mut Connection) -> Result<(), SqlError> {
    catalog_version::table
        .select(catalog_version::version)
        .for_update()
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes writers of one customer's saved cards wait for each other.
async fn lock_customer(connection: &mut Connection, customer: i64) -> Result<(), SqlError> {
    let row = customers::table
        .filter(customers::pk.eq(customer))
        .select(customers::pk);
    row.for_no_key_update().execute(connection).await?;
    Ok(())
}

/// Keeps everybody from beginning to refer to a point of sale, and waits for those who have begun.
async fn lock_pos(connection: &mut Connection, pos: i64) -> Result<(), SqlError> {
    let row = pos_table::table
        .filter(pos_table::pk.eq(pos))
        .select(pos_table::pk);
    row.for_update().execute(connection).await?;
    Ok(())
}

/// The gateway and the present account of a point of sale, as they are until the transaction ends: whoever takes one of
/// them away waits for it ([`lock_pos`]).
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

/// Makes those who count one customer's tries wait for each other: there may be no row yet to lock.
async fn lock_tries(connection: &mut Connection, customer: i64) -> Result<(), SqlError> {
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
        .bind::<diesel::sql_types::BigInt, _>(customer)
        .execute(connection)
        .await?;
    Ok(())
}

/// Few enough for a statement's parameters.
const ROWS_AT_ONCE: usize = 1_000;

/// What each statement writes of these rows: many, as each is a round trip to the server.
fn by_statement<T>(rows: &[T]) -> std::slice::Chunks<'_, T> {
    rows.chunks(ROWS_AT_ONCE)
}

/// Tells listeners, when the transaction commits.
async fn announce_catalog(connection: &mut Connection) -> Result<(), SqlError> {
    diesel::sql_query(format!("NOTIFY {CHANNEL}"))
        .execute(connection)
        .await?;
    Ok(())
}
