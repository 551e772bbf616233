//! Counts of BINs.

use async_trait::async_trait;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text};
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use payments_core::catalog::LeadingDigits;
use payments_core::ports::Unavailable;

use payments_sql::bin_counts::BinCounts;
use payments_sql::schema::bin_counts;
use payments_sql::sql_error::SqlError;

use super::{Connection, Database, by_statement};

#[derive(Insertable)]
#[diesel(table_name = bin_counts)]
struct Row {
    bin: String,
    day: NaiveDate,
    count: i64,
}

#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = Text)]
    bin: String,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("bin_counts", error)
}

async fn add(connection: &mut Connection, rows: &[Row]) -> Result<(), SqlError> {
    for some in by_statement(rows) {
        diesel::insert_into(bin_counts::table)
            .values(some)
            .on_conflict((bin_counts::bin, bin_counts::day))
            .do_update()
            .set(bin_counts::count.eq(bin_counts::count + excluded(bin_counts::count)))
            .execute(connection)
            .await?;
    }
    Ok(())
}

async fn since(
    connection: &mut Connection,
    day: NaiveDate,
    limit: u32,
) -> Result<Vec<(LeadingDigits, u64)>, SqlError> {
    let sums = diesel::sql_query(
        "SELECT bin, CAST(sum(count) AS BIGINT) AS total FROM bin_counts WHERE day >= $1 \
         GROUP BY bin ORDER BY total DESC, bin LIMIT $2",
    );
    let sums: Vec<Sum> = sums
        .bind::<Date, _>(day)
        .bind::<BigInt, _>(i64::from(limit))
        .load(connection)
        .await?;
    let read = |sum: Sum| {
        let bin = LeadingDigits::parse(&sum.bin).map_err(broken)?;
        Ok((bin, u64::try_from(sum.total).map_err(broken)?))
    };
    sums.into_iter().map(read).collect()
}

#[async_trait]
impl BinCounts for Database {
    async fn add(
        &self,
        day: NaiveDate,
        counts: &[(LeadingDigits, u64)],
    ) -> Result<(), Unavailable> {
        let row = |(bin, count): &(LeadingDigits, u64)| Row {
            bin: bin.as_str().to_owned(),
            day,
            count: i64::try_from(*count).unwrap_or(i64::MAX),
        };
        let rows: Vec<Row> = counts.iter().map(row).collect();
        Ok(self
            .write(async |connection| add(connection, &rows).await)
            .await?)
    }

    async fn since(
        &self,
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<(LeadingDigits, u64)>, Unavailable> {
        Ok(self
            .read(async |connection| since(connection, day, limit).await)
            .await?)
    }
}
