//! The tries of codes of each customer.

use async_trait::async_trait;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::audit::{AuditOutcome, AuditRecord};
use payments_core::flow::IntentId;
use payments_core::id::CustomerId;
use payments_core::otp::{AttemptTag, CodeTry, Reservation, TryLimits, UsedCode};
use payments_core::ports::{CodeTries, Unavailable};

use payments_sql::column::instant;
use payments_sql::prepared::Prepare as _;
use payments_sql::schema::{audit_endings, code_tries, intents};
use payments_sql::sql_error::SqlError;

use super::{Connection, Database, audit, sms_limits};

/// The columns of a row that are needed for counting.
#[derive(Queryable)]
struct Counted {
    day: NaiveDate,
    attempt: String,
    code: Option<String>,
    is_shared: bool,
    is_right: bool,
    replay: Option<String>,
}

/// The tries of a customer on a day and the day before: a code may be sent before midnight and tried after.
async fn recent(connection: &mut Connection, one: &CodeTry) -> Result<Vec<Counted>, SqlError> {
    let since = one.day.checked_sub_days(Days::new(1)).unwrap_or(one.day);
    let rows = code_tries::table
        .filter(code_tries::customer.eq(one.customer.get()))
        .filter(code_tries::day.between(since, one.day))
        .select((
            code_tries::day,
            code_tries::attempt,
            code_tries::code,
            code_tries::is_shared,
            code_tries::is_right,
            code_tries::replay,
        ));
    Ok(rows.load(connection).await?)
}

async fn reserve(
    connection: &mut Connection,
    one: &CodeTry,
    limits: TryLimits,
) -> Result<Reservation, SqlError> {
    // No row may be added to those counted below.
    super::lock_tries(connection, one.customer.get()).await?;
    let (attempt, code) = (one.attempt.to_string(), one.code.to_string());
    let rows = recent(connection, one).await?;
    let is_same =
        |row: &&Counted| row.attempt == attempt || row.replay.as_deref() == Some(&*attempt);
    let mut same = rows.iter().filter(is_same).peekable();
    if same.peek().is_some() {
        if same.any(|row| !row.is_shared && !row.is_right) {
            share(connection, one).await?;
        }
        return Ok(Reservation::Known);
    }
    let wrong = || rows.iter().filter(|row| !row.is_right);
    let of_code = wrong().filter(|row| row.code.as_ref() == Some(&code));
    if of_code.count() >= at_most(limits.per_code) {
        return Ok(Reservation::CodeExhausted);
    }
    if wrong().filter(|row| row.day == one.day).count() >= at_most(limits.per_day) {
        return Ok(Reservation::DayExhausted);
    }
    let row = (
        code_tries::customer.eq(one.customer.get()),
        code_tries::day.eq(one.day),
        code_tries::attempt.eq(attempt),
        code_tries::code.eq(code),
    );
    diesel::insert_into(code_tries::table)
        .values(row)
        .execute(connection)
        .await?;
    Ok(Reservation::Reserved)
}

fn at_most(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Prevents the release of a try: another request relies on it.
async fn share(connection: &mut Connection, one: &CodeTry) -> Result<(), SqlError> {
    let same = code_tries::table
        .filter(code_tries::customer.eq(one.customer.get()))
        .filter(code_tries::attempt.eq(one.attempt.to_string()));
    diesel::update(same)
        .set(code_tries::is_shared.eq(true))
        .execute(connection)
        .await?;
    Ok(())
}

async fn mark_right(
    connection: &mut Connection,
    one: &CodeTry,
    used: Option<&UsedCode>,
) -> Result<(), SqlError> {
    super::lock_tries(connection, one.customer.get()).await?;
    sms_limits::verify(connection, one.customer.get(), one.code).await?;
    let row = (
        code_tries::customer.eq(one.customer.get()),
        code_tries::day.eq(one.day),
        code_tries::attempt.eq(one.attempt.to_string()),
        code_tries::code.eq(one.code.to_string()),
        code_tries::is_right.eq(true),
    );
    let key = (code_tries::customer, code_tries::day, code_tries::attempt);
    diesel::insert_into(code_tries::table)
        .values(row)
        .on_conflict(key)
        .do_update()
        .set(code_tries::is_right.eq(true))
        .prepared()
        .execute(connection)
        .await?;
    let Some(used) = used else {
        return Ok(());
    };
    let found = code_tries::table.find((one.customer.get(), one.day, one.attempt.to_string()));
    diesel::update(found)
        .set((
            code_tries::replay.eq(used.replay.to_string()),
            code_tries::intent.eq(&used.intent.0),
            code_tries::used_at.eq(instant(used.at)),
        ))
        .prepared()
        .execute(connection)
        .await?;
    Ok(())
}

async fn release(connection: &mut Connection, one: &CodeTry) -> Result<(), SqlError> {
    super::lock_tries(connection, one.customer.get()).await?;
    let mine = code_tries::table
        .filter(code_tries::customer.eq(one.customer.get()))
        .filter(code_tries::day.eq(one.day))
        .filter(code_tries::attempt.eq(one.attempt.to_string()))
        .filter(code_tries::is_shared.eq(false))
        .filter(code_tries::is_right.eq(false));
    diesel::delete(mine).execute(connection).await?;
    Ok(())
}

async fn used(
    connection: &mut Connection,
    customer: CustomerId,
    since: DateTime<Utc>,
) -> Result<Vec<UsedCode>, SqlError> {
    type Columns = (Option<String>, Option<String>, Option<NaiveDateTime>);
    let day = since.date_naive();
    let rows: Vec<Columns> = code_tries::table
        .filter(code_tries::customer.eq(customer.get()))
        .filter(code_tries::day.ge(day.checked_sub_days(Days::new(1)).unwrap_or(day)))
        .filter(code_tries::used_at.ge(instant(since)))
        .select((code_tries::replay, code_tries::intent, code_tries::used_at))
        .load(connection)
        .await?;
    let typed = rows.into_iter().map(|row| {
        let (Some(replay), Some(intent), Some(at)) = row else {
            return Err(SqlError::row("code_tries", "half a used code"));
        };
        let replay = AttemptTag::from_hex(&replay);
        Ok(UsedCode {
            replay: replay.ok_or_else(|| SqlError::row("code_tries", "no such tag"))?,
            intent: IntentId(intent),
            at: at.and_utc(),
        })
    });
    typed.collect()
}

/// Flows whose code was used in this period, without an intent and without a recorded end: customer and intent id.
async fn unrecorded(
    connection: &mut Connection,
    (since, until): (DateTime<Utc>, DateTime<Utc>),
    limit: u32,
) -> Result<Vec<(i64, Option<String>)>, SqlError> {
    let has_intent = exists(intents::table.filter(intents::id.nullable().eq(code_tries::intent)));
    let has_end = exists(audit_endings::table.filter(audit_endings::ending.eq(code_tries::intent)));
    let rows = code_tries::table
        .filter(code_tries::intent.is_not_null())
        .filter(code_tries::used_at.ge(instant(since)))
        .filter(code_tries::used_at.lt(instant(until)))
        .filter(not(has_intent))
        .filter(not(has_end))
        .order(code_tries::used_at)
        .limit(i64::from(limit))
        .select((code_tries::customer, code_tries::intent));
    Ok(rows.load(connection).await?)
}

/// Records the end of a flow, unless its intent has been recorded.
async fn end(
    connection: &mut Connection,
    customer: i64,
    intent: IntentId,
    at: DateTime<Utc>,
) -> Result<(), SqlError> {
    let customer = CustomerId::new(customer);
    let record = AuditRecord {
        intent: Some(intent),
        customer: customer.map_err(|error| SqlError::row("code_tries", error))?,
        pos: None,
        outcome: AuditOutcome::CardLost,
        gateway_code: None,
        consent: None,
        instrument: None,
        author: None,
        at,
    };
    audit::append_without_intent(connection, &record).await
}

/// Deletes a customer's tries of days before `day`.
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
    async fn reserve(&self, one: &CodeTry, limits: TryLimits) -> Result<Reservation, Unavailable> {
        let reserved = self.write(async |connection| reserve(connection, one, limits).await);
        Ok(reserved.await?)
    }

    async fn mark_right(&self, one: &CodeTry, used: Option<UsedCode>) -> Result<(), Unavailable> {
        let used = used.as_ref();
        let marked = self.write(async |connection| mark_right(connection, one, used).await);
        Ok(marked.await?)
    }

    async fn release(&self, one: &CodeTry) -> Result<(), Unavailable> {
        let released = self.write(async |connection| release(connection, one).await);
        Ok(released.await?)
    }

    async fn used(
        &self,
        customer: CustomerId,
        since: DateTime<Utc>,
    ) -> Result<Vec<UsedCode>, Unavailable> {
        let found = self.read(async |connection| used(connection, customer, since).await);
        Ok(found.await?)
    }

    async fn end_unrecorded(
        &self,
        since: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: u32,
        at: DateTime<Utc>,
    ) -> Result<u32, Unavailable> {
        let span = (since, until);
        let found = self.read(async |connection| unrecorded(connection, span, limit).await);
        let mut ended = 0;
        for (customer, intent) in found.await? {
            let intent = IntentId(intent.unwrap_or_default());
            self.write(async |connection| end(connection, customer, intent.clone(), at).await)
                .await?;
            ended += 1;
        }
        Ok(ended)
    }
}
