//! The day's tries of each customer.

use async_trait::async_trait;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::ports::{CodeTries, CodeTry, Reservation, Unavailable};

use crate::schema::code_tries;
use crate::sql_error::SqlError;

use super::{Connection, Database};

async fn reserve(
    connection: &mut Connection,
    one: &CodeTry,
    limit: usize,
) -> Result<Reservation, SqlError> {
    // The rows counted below must not become more meanwhile.
    super::lock_tries(connection, one.customer.get()).await?;
    let (customer, attempt) = (one.customer.get(), one.attempt.to_string());
    let counted: Vec<String> = code_tries::table
        .filter(code_tries::customer.eq(customer))
        .filter(code_tries::day.eq(one.day))
        .select(code_tries::attempt)
        .load(connection)
        .await?;
    if counted.contains(&attempt) {
        return Ok(Reservation::Known);
    }
    if counted.len() >= limit {
        return Ok(Reservation::Exhausted);
    }
    let row = (
        code_tries::customer.eq(customer),
        code_tries::day.eq(one.day),
        code_tries::attempt.eq(attempt),
    );
    diesel::insert_into(code_tries::table)
        .values(row)
        .execute(connection)
        .await?;
    Ok(Reservation::Reserved)
}

async fn release(connection: &mut Connection, one: &CodeTry) -> Result<(), SqlError> {
    let key = (one.customer.get(), one.day, one.attempt.to_string());
    diesel::delete(code_tries::table.find(key))
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets a customer's tries of days before `day`.
pub(super) async fn delete_of_customer_before(
    connection: &mut Connection,
    customer: i64,
    day: NaiveDate,
) -> Result<(), SqlError> {
    let over = code_tries::table.filter(
        code_tries::customer
            .eq(customer)
            .and(code_tries::day.lt(day)),
    );
    diesel::delete(over).execute(connection).await?;
    Ok(())
}

#[async_trait]
impl CodeTries for Database {
    async fn reserve(&self, one: &CodeTry, limit: u32) -> Result<Reservation, Unavailable> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let reserved = self.write(async |connection| reserve(connection, one, limit).await);
        Ok(reserved.await?)
    }

    async fn release(&self, one: &CodeTry) -> Result<(), Unavailable> {
        let released = self.write(async |connection| release(connection, one).await);
        Ok(released.await?)
    }
}
