//! The day's tries of each customer.

use async_trait::async_trait;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl;
use diesel_async::RunQueryDsl;
use payments_core::id::CustomerId;
use payments_core::ports::{CodeTries, Reservation, Unavailable};

use crate::schema::code_tries;
use crate::sql_error::SqlError;

use super::{Connection, Database};

/// One statement: the row's lock makes concurrent tries wait for each other.
async fn reserve(
    connection: &mut Connection,
    customer: i64,
    day: NaiveDate,
    limit: i32,
) -> Result<bool, SqlError> {
    let row = (
        code_tries::customer.eq(customer),
        code_tries::day.eq(day),
        code_tries::tries.eq(1),
    );
    let counted = diesel::insert_into(code_tries::table)
        .values(row)
        .on_conflict((code_tries::customer, code_tries::day))
        .do_update()
        .set(code_tries::tries.eq(code_tries::tries + 1));
    let within_limit = FilterDsl::filter(counted, code_tries::tries.lt(limit));
    Ok(within_limit.execute(connection).await? > 0)
}

async fn release(
    connection: &mut Connection,
    customer: i64,
    day: NaiveDate,
) -> Result<(), SqlError> {
    let is_theirs = code_tries::customer
        .eq(customer)
        .and(code_tries::day.eq(day));
    diesel::update(QueryDsl::filter(
        code_tries::table,
        is_theirs.and(code_tries::tries.gt(0)),
    ))
    .set(code_tries::tries.eq(code_tries::tries - 1))
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets the tries of days before `day`; how many rows.
pub(super) async fn delete_before(
    connection: &mut Connection,
    day: NaiveDate,
) -> Result<usize, SqlError> {
    Ok(
        diesel::delete(QueryDsl::filter(code_tries::table, code_tries::day.lt(day)))
            .execute(connection)
            .await?,
    )
}

#[async_trait]
impl CodeTries for Database {
    async fn reserve(
        &self,
        customer: CustomerId,
        day: NaiveDate,
        limit: u32,
    ) -> Result<Reservation, Unavailable> {
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        if limit == 0 {
            return Ok(Reservation::Exhausted);
        }
        let counted = self
            .write(async |connection| reserve(connection, customer.get(), day, limit).await)
            .await?;
        Ok(if counted {
            Reservation::Reserved
        } else {
            Reservation::Exhausted
        })
    }

    async fn release(&self, customer: CustomerId, day: NaiveDate) -> Result<(), Unavailable> {
        Ok(self
            .write(async |connection| release(connection, customer.get(), day).await)
            .await?)
    }
}
