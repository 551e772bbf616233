//! Delivery states of sent messages.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use payments_core::ports::{SmsSends, Unavailable};
use payments_core::sms::{DeliveryState, SentMessage};

use payments_sql::column::instant;
use payments_sql::schema::{sms_report_turns, sms_sends};
use payments_sql::sql_error::SqlError;

use super::{Connection, Database};

const ON_ITS_WAY: &str = DeliveryState::OnItsWay.as_str();

/// A literal: the server uses the partial index of messages on their way only if it can prove the condition, which
/// a generic plan with a parameter does not allow.
fn is_on_its_way() -> SqlLiteral<Bool> {
    sql("sms_sends.state = 'on_its_way'")
}

async fn note(
    connection: &mut Connection,
    message: &SentMessage,
    state: DeliveryState,
    now: DateTime<Utc>,
) -> Result<bool, SqlError> {
    let row = (
        sms_sends::sender.eq(message.sender()),
        sms_sends::message.eq(message.id()),
        sms_sends::state.eq(state.as_str()),
        sms_sends::sent_at.eq(instant(now)),
        sms_sends::noted_at.eq(instant(now)),
    );
    let added = diesel::insert_into(sms_sends::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    if added > 0 {
        return Ok(true);
    }
    let open = sms_sends::table
        .find((message.sender(), message.id()))
        .filter(sms_sends::state.eq(ON_ITS_WAY))
        .filter(sms_sends::state.ne(state.as_str()));
    let changed = diesel::update(open)
        .set((
            sms_sends::state.eq(state.as_str()),
            sms_sends::noted_at.eq(instant(now)),
        ))
        .execute(connection)
        .await?;
    Ok(changed > 0)
}

async fn on_their_way(
    connection: &mut Connection,
    sender: &str,
    since: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<String>, SqlError> {
    let open = sms_sends::table
        .filter(sms_sends::sender.eq(sender))
        .filter(is_on_its_way())
        .filter(sms_sends::sent_at.gt(instant(since)))
        .order((sms_sends::sent_at, sms_sends::message))
        .limit(i64::from(limit))
        .select(sms_sends::message);
    Ok(open.load(connection).await?)
}

async fn take_turn(
    connection: &mut Connection,
    sender: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool, SqlError> {
    let row = (
        sms_report_turns::sender.eq(sender),
        sms_report_turns::taken_until.eq(instant(until)),
    );
    let first = diesel::insert_into(sms_report_turns::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    if first > 0 {
        return Ok(true);
    }
    let over = sms_report_turns::table
        .find(sender)
        .filter(sms_report_turns::taken_until.le(instant(now)));
    let taken = diesel::update(over)
        .set(sms_report_turns::taken_until.eq(instant(until)))
        .execute(connection)
        .await?;
    Ok(taken > 0)
}

async fn counts(
    connection: &mut Connection,
    since: DateTime<Utc>,
) -> Result<Vec<(String, DeliveryState, u64)>, SqlError> {
    let counted = sms_sends::table
        .filter(sms_sends::sent_at.gt(instant(since)))
        .group_by((sms_sends::sender, sms_sends::state))
        .select((
            sms_sends::sender,
            sms_sends::state,
            diesel::dsl::count_star(),
        ));
    let counted: Vec<(String, String, i64)> = counted.load(connection).await?;
    let typed = counted.into_iter().map(|(sender, word, count)| {
        let mut states = DeliveryState::ALL.into_iter();
        let state = states.find(|state| state.as_str() == word);
        let state = state.ok_or_else(|| SqlError::row("sms_sends", "no such state"))?;
        Ok((sender, state, u64::try_from(count).unwrap_or_default()))
    });
    typed.collect()
}

#[async_trait]
impl SmsSends for Database {
    async fn note(
        &self,
        message: &SentMessage,
        state: DeliveryState,
        now: DateTime<Utc>,
    ) -> Result<bool, Unavailable> {
        let noted = self.write(async |connection| note(connection, message, state, now).await);
        Ok(noted.await?)
    }

    async fn on_their_way(
        &self,
        sender: &str,
        since: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<String>, Unavailable> {
        let open =
            self.read(async |connection| on_their_way(connection, sender, since, limit).await);
        Ok(open.await?)
    }

    async fn take_turn(
        &self,
        sender: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, Unavailable> {
        let taken = self.write(async |connection| take_turn(connection, sender, now, until).await);
        Ok(taken.await?)
    }

    async fn counts(
        &self,
        since: DateTime<Utc>,
    ) -> Result<Vec<(String, DeliveryState, u64)>, Unavailable> {
        let counted = self.read(async |connection| counts(connection, since).await);
        Ok(counted.await?)
    }
}
