//! Random pseudonyms of customers in the audit log, which the database draws.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use payments_sql::schema::{customer_pseudonyms, customers};
use payments_sql::sql_error::SqlError;

use super::Connection;
use super::table::KEYS_PER_QUERY;

/// A customer's pseudonym, if one was drawn and the customer was not erased.
pub(super) async fn find(
    connection: &mut Connection,
    customer: i64,
) -> Result<Option<String>, SqlError> {
    let found = customer_pseudonyms::table
        .filter(customer_pseudonyms::customer.eq(customer))
        .select(customer_pseudonyms::pseudonym);
    Ok(found.first(connection).await.optional()?)
}

/// A customer's pseudonym, which is drawn if there is none.
pub(super) async fn of(connection: &mut Connection, customer: i64) -> Result<String, SqlError> {
    if let Some(pseudonym) = find(connection, customer).await? {
        return Ok(pseudonym);
    }
    // The no-op update returns the row even if another transaction inserted it.
    let drawn = diesel::insert_into(customer_pseudonyms::table)
        .values(customer_pseudonyms::customer.eq(customer))
        .on_conflict(customer_pseudonyms::customer)
        .do_update()
        .set(customer_pseudonyms::customer.eq(customer))
        .returning(customer_pseudonyms::pseudonym);
    Ok(drawn.get_result(connection).await?)
}

/// The pseudonym for a record about a customer's card. Events after an erasure, as when an open intent is
/// settled, get a pseudonym that belongs to no customer.
pub(super) async fn of_record(
    connection: &mut Connection,
    customer: i64,
) -> Result<String, SqlError> {
    if let Some(pseudonym) = find(connection, customer).await? {
        return Ok(pseudonym);
    }
    let drawn = of(connection, customer).await?;
    let erased = customers::table.filter(
        customers::pk
            .eq(customer)
            .and(customers::erased_at.is_not_null()),
    );
    let is_erased: Option<i64> = erased
        .select(customers::pk)
        .first(connection)
        .await
        .optional()?;
    if is_erased.is_some() {
        forget(connection, customer).await?;
    }
    Ok(drawn)
}

/// The pseudonyms of many customers; missing ones are drawn.
pub(super) async fn of_many(
    connection: &mut Connection,
    customers: &[i64],
) -> Result<BTreeMap<i64, String>, SqlError> {
    let mut pseudonyms = known(connection, customers).await?;
    let missing: Vec<i64> = customers
        .iter()
        .copied()
        .filter(|customer| !pseudonyms.contains_key(customer))
        .collect();
    let rows: Vec<_> = missing
        .iter()
        .map(|customer| customer_pseudonyms::customer.eq(*customer))
        .collect();
    for some in super::by_statement(&rows) {
        diesel::insert_into(customer_pseudonyms::table)
            .values(some)
            .on_conflict_do_nothing()
            .execute(connection)
            .await?;
    }
    pseudonyms.append(&mut known(connection, &missing).await?);
    Ok(pseudonyms)
}

async fn known(
    connection: &mut Connection,
    customers: &[i64],
) -> Result<BTreeMap<i64, String>, SqlError> {
    let mut known = BTreeMap::new();
    for some in customers.chunks(KEYS_PER_QUERY) {
        let found = customer_pseudonyms::table
            .filter(customer_pseudonyms::customer.eq_any(some))
            .select((
                customer_pseudonyms::customer,
                customer_pseudonyms::pseudonym,
            ));
        known.extend(found.load::<(i64, String)>(connection).await?);
    }
    Ok(known)
}

/// Deletes the mapping from a customer to the pseudonym: the records stay and can no longer be attributed. Part of an
/// erasure's transaction, its last step, as a record written after it draws a new pseudonym.
pub(super) async fn forget(connection: &mut Connection, customer: i64) -> Result<(), SqlError> {
    diesel::delete(customer_pseudonyms::table.filter(customer_pseudonyms::customer.eq(customer)))
        .execute(connection)
        .await?;
    Ok(())
}
