//! Limits on the number of messages.

use std::fmt::Write as _;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text, Timestamp};
use diesel_async::RunQueryDsl;
use payments_core::otp::CodeTag;
use payments_core::phone::DestinationPrefix;
use payments_core::ports::{SmsLimits, Unavailable};
use payments_core::sms::{
    PausedPrefix, SmsAnswer, SmsBreaker, SmsCounter, SmsGrant, SmsLimit, SmsRequest, sms_refusal,
    sms_refused,
};

use payments_sql::column::instant;
use payments_sql::prepared::Prepare as _;
use payments_sql::schema::{sms_codes, sms_counters, sms_pauses, verified_customers};
use payments_sql::sql_error::SqlError;

use super::{Backend, Connection, Database};

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Timestamp)]
    ends_at: NaiveDateTime,
}

/// The refusal of a request whose limit is already exceeded: a flood of them takes no lock and writes nothing.
async fn foresee(
    connection: &mut Connection,
    request: &SmsRequest,
) -> Result<Option<SmsAnswer>, SqlError> {
    let is_verified = is_verified(connection, request.customer.get()).await?;
    if request.breaker.is_some() && !is_verified {
        let paused = paused_until(connection, &request.prefix).await?;
        if let Some(until) = paused.filter(|until| *until > request.now) {
            return Ok(Some(sms_refused(SmsLimit::Breaker, until, request.now)));
        }
    }
    refusal(connection, &counting(request, is_verified), request.now).await
}

/// The counters of a customer.
fn counting(request: &SmsRequest, is_verified: bool) -> Vec<&SmsCounter> {
    let counters = request.counters.iter();
    counters
        .filter(|one| !(one.of_unverified && is_verified))
        .collect()
}

async fn take(connection: &mut Connection, request: &SmsRequest) -> Result<SmsAnswer, SqlError> {
    let is_verified = is_verified(connection, request.customer.get()).await?;
    if let (Some(breaker), false) = (&request.breaker, is_verified)
        && let Some(until) = pause(connection, &request.prefix, breaker, request.now).await?
    {
        return Ok(sms_refused(SmsLimit::Breaker, until, request.now));
    }
    let counters = counting(request, is_verified);
    let counted = count(connection, &counters, request.now).await?;
    let is_counted = |counter: &SmsCounter| counted.iter().any(|one| one.key == counter.key);
    let Some(full) = counters.iter().find(|one| !is_counted(one)) else {
        return Ok(SmsAnswer::Granted(granted(counted)));
    };
    // Other transactions have reached the limit since that check.
    uncount(connection, counted).await?;
    let refused = refusal(connection, &counters, request.now).await?;
    Ok(refused.unwrap_or_else(|| sms_refused(full.limit, full.ends_at, request.now)))
}

async fn is_verified(connection: &mut Connection, customer: i64) -> Result<bool, SqlError> {
    let found = verified_customers::table.find(customer);
    let found = found.select(verified_customers::customer);
    let found: Option<i64> = found.first(connection).await.optional()?;
    Ok(found.is_some())
}

/// The end of a prefix's last pause, which may be in the past.
async fn paused_until(
    connection: &mut Connection,
    prefix: &DestinationPrefix,
) -> Result<Option<DateTime<Utc>>, SqlError> {
    let row = sms_pauses::table.find(prefix.as_str());
    let row = row.select(sms_pauses::paused_until);
    let until: Option<NaiveDateTime> = row.first(connection).await.optional()?;
    Ok(until.map(|until| until.and_utc()))
}

/// The end of a prefix's pause, which may begin now.
async fn pause(
    connection: &mut Connection,
    prefix: &DestinationPrefix,
    breaker: &SmsBreaker,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, SqlError> {
    let paused = paused_until(connection, prefix).await?;
    if let Some(until) = paused.filter(|until| *until > now) {
        return Ok(Some(until));
    }
    let span = breaker.span(now, paused);
    let last = sms_codes::table
        .filter(sms_codes::prefix.eq(prefix.as_str()))
        .filter(sms_codes::sent_at.gt(instant(span.from)))
        .filter(sms_codes::sent_at.le(instant(span.until)))
        .order(sms_codes::sent_at.desc())
        .limit(i64::from(breaker.codes))
        .select(sms_codes::is_verified);
    let last: Vec<bool> = last.load(connection).await?;
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let verified = last.iter().filter(|one| **one).count();
    if !breaker.is_failing(count(last.len()), count(verified)) {
        return Ok(None);
    }
    let until = breaker.paused_until(now);
    diesel::insert_into(sms_pauses::table)
        .values((
            sms_pauses::prefix.eq(prefix.as_str()),
            sms_pauses::paused_until.eq(instant(until)),
        ))
        .on_conflict(sms_pauses::prefix)
        .do_update()
        .set(sms_pauses::paused_until.eq(instant(until)))
        .execute(connection)
        .await?;
    Ok(Some(until))
}

/// The refusal by exceeded counters, if there are any.
async fn refusal(
    connection: &mut Connection,
    counters: &[&SmsCounter],
    now: DateTime<Utc>,
) -> Result<Option<SmsAnswer>, SqlError> {
    let keys = counters.iter().map(|counter| counter.key.as_str());
    let present = sms_counters::table
        .filter(sms_counters::key.eq_any(keys))
        .filter(sms_counters::ends_at.gt(instant(now)))
        .select((sms_counters::key, sms_counters::used, sms_counters::ends_at));
    let present: Vec<(String, i32, NaiveDateTime)> = present.load(connection).await?;
    let exhausted = counters.iter().filter_map(|counter| {
        let window = present.iter().find(|(key, ..)| *key == counter.key);
        let (used, ends_at) = window.map_or((0, counter.ends_at), |(_, used, ends_at)| {
            (*used, ends_at.and_utc())
        });
        (used >= most(counter)).then_some((*counter, ends_at))
    });
    Ok(sms_refusal(exhausted, now))
}

fn most(counter: &SmsCounter) -> i32 {
    i32::try_from(counter.most).unwrap_or(i32::MAX)
}

/// Increments each counter below its limit, in their order, in one statement: counters that all requests share are locked last.
async fn count(
    connection: &mut Connection,
    counters: &[&SmsCounter],
    now: DateTime<Utc>,
) -> Result<Vec<Counted>, SqlError> {
    if counters.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = String::new();
    for place in 0..counters.len() {
        let comma = if place == 0 { "" } else { ", " };
        let (key, most, ends_at) = (3 * place + 1, 3 * place + 2, 3 * place + 3);
        // Writing to a string does not fail.
        let _ = write!(rows, "{comma}(${key}, 1, ${most}, ${ends_at})");
    }
    let now_at = 3 * counters.len() + 1;
    let sql = format!(
        "INSERT INTO sms_counters (key, used, most, ends_at) VALUES {rows}
         ON CONFLICT (key) DO UPDATE SET
             used = CASE WHEN sms_counters.ends_at <= ${now_at} THEN 1 ELSE sms_counters.used + 1 END,
             ends_at = CASE WHEN sms_counters.ends_at <= ${now_at} THEN excluded.ends_at ELSE sms_counters.ends_at END,
             most = excluded.most
         WHERE sms_counters.ends_at <= ${now_at} OR sms_counters.used < excluded.most
         RETURNING key, ends_at"
    );
    let mut query = diesel::sql_query(sql).into_boxed::<Backend>();
    for counter in counters {
        query = query
            .bind::<Text, _>(counter.key.clone())
            .bind::<Integer, _>(most(counter))
            .bind::<Timestamp, _>(instant(counter.ends_at));
    }
    let query = query.bind::<Timestamp, _>(instant(now));
    Ok(query.prepared().load(connection).await?)
}

fn granted(counted: Vec<Counted>) -> SmsGrant {
    let counted = counted.into_iter();
    SmsGrant {
        counted: counted
            .map(|one| (one.key, one.ends_at.and_utc()))
            .collect(),
    }
}

/// Undoes the increments of this transaction.
async fn uncount(connection: &mut Connection, counted: Vec<Counted>) -> Result<(), SqlError> {
    let keys = counted.into_iter().map(|one| one.key);
    let mine = sms_counters::table.filter(sms_counters::key.eq_any(keys));
    diesel::update(mine)
        .set(sms_counters::used.eq(sms_counters::used - 1))
        .execute(connection)
        .await?;
    Ok(())
}

async fn give_back(connection: &mut Connection, grant: &SmsGrant) -> Result<(), SqlError> {
    // In the same order, so that transactions do not deadlock.
    for (key, ends_at) in &grant.counted {
        let window = sms_counters::table
            .find(key)
            .filter(sms_counters::ends_at.eq(instant(*ends_at)))
            .filter(sms_counters::used.gt(0));
        diesel::update(window)
            .set(sms_counters::used.eq(sms_counters::used - 1))
            .execute(connection)
            .await?;
    }
    Ok(())
}

async fn note_sent(
    connection: &mut Connection,
    code: CodeTag,
    prefix: &DestinationPrefix,
    now: DateTime<Utc>,
) -> Result<(), SqlError> {
    diesel::insert_into(sms_codes::table)
        .values((
            sms_codes::code.eq(code.to_string()),
            sms_codes::prefix.eq(prefix.as_str()),
            sms_codes::sent_at.eq(instant(now)),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(())
}

/// Marks a code as verified, and its customer.
pub(super) async fn verify(
    connection: &mut Connection,
    customer: i64,
    code: CodeTag,
) -> Result<(), SqlError> {
    diesel::insert_into(verified_customers::table)
        .values(verified_customers::customer.eq(customer))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    diesel::update(sms_codes::table.find(code.to_string()))
        .set(sms_codes::is_verified.eq(true))
        .prepared()
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes the record that the customer has verified a code.
pub(super) async fn forget_customer(
    connection: &mut Connection,
    customer: i64,
) -> Result<(), SqlError> {
    diesel::delete(verified_customers::table.find(customer))
        .execute(connection)
        .await?;
    Ok(())
}

async fn used(
    connection: &mut Connection,
    keys: &[String],
    now: DateTime<Utc>,
) -> Result<Vec<u32>, SqlError> {
    let present = sms_counters::table
        .filter(sms_counters::key.eq_any(keys))
        .filter(sms_counters::ends_at.gt(instant(now)))
        .select((sms_counters::key, sms_counters::used));
    let present: Vec<(String, i32)> = present.load(connection).await?;
    let used = |key: &String| {
        let window = present.iter().find(|(one, _)| one == key);
        window.map_or(0, |(_, used)| u32::try_from(*used).unwrap_or_default())
    };
    Ok(keys.iter().map(used).collect())
}

async fn paused(
    connection: &mut Connection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<PausedPrefix>, SqlError> {
    let rows = sms_pauses::table
        .filter(sms_pauses::paused_until.gt(instant(now)))
        .order(sms_pauses::prefix)
        .limit(i64::from(limit));
    let rows: Vec<(String, NaiveDateTime)> = rows.load(connection).await?;
    let typed = rows.into_iter().map(|(prefix, until)| {
        let prefix = DestinationPrefix::parse(&prefix);
        Ok(PausedPrefix {
            prefix: prefix.ok_or_else(|| SqlError::row("sms_pauses", "no such prefix"))?,
            until: until.and_utc(),
        })
    });
    typed.collect()
}

#[async_trait]
impl SmsLimits for Database {
    async fn take(&self, request: &SmsRequest) -> Result<SmsAnswer, Unavailable> {
        let foreseen = self.read(async |connection| foresee(connection, request).await);
        if let Some(refused) = foreseen.await? {
            return Ok(refused);
        }
        let taken = self.write(async |connection| take(connection, request).await);
        Ok(taken.await?)
    }

    async fn give_back(&self, grant: &SmsGrant) -> Result<(), Unavailable> {
        let given = self.write(async |connection| give_back(connection, grant).await);
        Ok(given.await?)
    }

    async fn note_sent(
        &self,
        code: CodeTag,
        prefix: &DestinationPrefix,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        let noted = self.write(async |connection| note_sent(connection, code, prefix, now).await);
        Ok(noted.await?)
    }

    async fn used(&self, keys: &[String], now: DateTime<Utc>) -> Result<Vec<u32>, Unavailable> {
        let used = self.read(async |connection| used(connection, keys, now).await);
        Ok(used.await?)
    }

    async fn paused(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<PausedPrefix>, Unavailable> {
        let paused = self.read(async |connection| paused(connection, now, limit).await);
        Ok(paused.await?)
    }
}
