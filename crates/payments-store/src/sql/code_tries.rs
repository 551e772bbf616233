//! The day's tries of each customer.

use async_trait::async_trait;
use chrono::NaiveDate;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use payments_core::ports::{AttemptTag, CodeTries, CodeTry, Reservation, Unavailable};

use crate::schema::code_tries;
use crate::sql_error::SqlError;

use super::{Connection, Database};

define_sql_function! {
    /// The text without every occurrence of another.
    fn replace(text: Text, what: Text, with: Text) -> Text;
}

fn written(attempt: AttemptTag) -> String {
    format!(" {attempt}")
}

/// One statement counts: the row's lock makes concurrent tries wait for each other. Only a try that was not counted is
/// looked for.
async fn reserve(
    connection: &mut Connection,
    one: &CodeTry,
    limit: i32,
) -> Result<Reservation, SqlError> {
    let (customer, attempt) = (one.customer.get(), written(one.attempt));
    let row = (
        code_tries::customer.eq(customer),
        code_tries::day.eq(one.day),
        code_tries::tries.eq(1),
        code_tries::attempts.eq(&attempt),
    );
    let is_new = code_tries::attempts.not_like(format!("%{attempt}%"));
    let counted = diesel::insert_into(code_tries::table)
        .values(row)
        .on_conflict((code_tries::customer, code_tries::day))
        .do_update()
        .set((
            code_tries::tries.eq(code_tries::tries + 1),
            code_tries::attempts.eq(code_tries::attempts.concat(&attempt)),
        ));
    let counted = FilterDsl::filter(counted, code_tries::tries.lt(limit).and(is_new));
    if counted.execute(connection).await? > 0 {
        return Ok(Reservation::Reserved);
    }
    let its_day = (code_tries::customer.eq(customer)).and(code_tries::day.eq(one.day));
    let attempts: Option<String> = QueryDsl::filter(code_tries::table, its_day)
        .select(code_tries::attempts)
        .first(connection)
        .await
        .optional()?;
    let is_known = attempts.is_some_and(|attempts| attempts.contains(&attempt));
    Ok(if is_known {
        Reservation::Known
    } else {
        Reservation::Exhausted
    })
}

async fn release(connection: &mut Connection, one: &CodeTry) -> Result<(), SqlError> {
    let attempt = written(one.attempt);
    let its_day = code_tries::customer
        .eq(one.customer.get())
        .and(code_tries::day.eq(one.day));
    let is_there = code_tries::attempts.like(format!("%{attempt}%"));
    diesel::update(QueryDsl::filter(code_tries::table, its_day.and(is_there)))
        .set((
            code_tries::tries.eq(code_tries::tries - 1),
            code_tries::attempts.eq(replace(code_tries::attempts, attempt, "")),
        ))
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
    async fn reserve(&self, one: &CodeTry, limit: u32) -> Result<Reservation, Unavailable> {
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        if limit == 0 {
            return Ok(Reservation::Exhausted);
        }
        Ok(self
            .write(async |connection| reserve(connection, one, limit).await)
            .await?)
    }

    async fn release(&self, one: &CodeTry) -> Result<(), Unavailable> {
        Ok(self
            .write(async |connection| release(connection, one).await)
            .await?)
    }
}
