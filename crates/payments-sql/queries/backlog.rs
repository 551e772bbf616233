//! The reconciler's backlog: leases the next entries, counts them, and lists those that are stuck.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamp};
use diesel_async::RunQueryDsl;
use payments_core::id::PosId;
use payments_core::intent::{
    Backlog, EntryId, LeaseTerms, OpenIntent, Setback, StuckEntry, TokenDeletion,
};

use payments_sql::column::instant;
use payments_sql::sql_error::SqlError;

use super::lease::{Lease, now};
use super::{Connection, gateway_account, open_intent, token_deletion};

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("intents", error)
}

/// The keys of a table's next entries. They alternate between the points of sale, and at each between tried and new ones,
/// the least recently tried first.
macro_rules! due {
    ($table:literal, $id:literal, $since:literal, $is_due:literal) => {
        concat!(
            "SELECT ",
            $id,
            ", attempts FROM (SELECT ",
            $id,
            ", attempts, coalesce(tried_at, ",
            $since,
            ") AS turn, \
             row_number() OVER (PARTITION BY pos, attempts > 0 ORDER BY coalesce(tried_at, ",
            $since,
            "), ",
            $id,
            ") AS place \
             FROM ",
            $table,
            " WHERE ",
            $is_due,
            ") AS due ORDER BY place, turn, ",
            $id,
            " LIMIT "
        )
    };
}

#[derive(QueryableByName)]
struct DueIntent {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Integer)]
    attempts: i32,
}

pub(super) async fn lease_open(
    connection: &mut Connection,
    recorded_before: NaiveDateTime,
    terms: &LeaseTerms,
) -> Result<Vec<OpenIntent>, SqlError> {
    let due = diesel::sql_query(concat!(
        due!(
            "intents",
            "id",
            "created_at",
            "outcome IS NULL AND created_at < $1 AND (leased_until IS NULL OR leased_until <= $2)"
        ),
        "$3"
    ));
    let due: Vec<DueIntent> = due
        .bind::<Timestamp, _>(recorded_before)
        .bind::<Timestamp, _>(instant(terms.now))
        .bind::<BigInt, _>(i64::from(terms.limit))
        .load(connection)
        .await?;
    let mut leased = Vec::new();
    for DueIntent { id, attempts } in due {
        leased.extend(open_intent::take(connection, &id, &Lease::of(terms, attempts)).await?);
    }
    Ok(leased)
}

#[derive(QueryableByName)]
struct DueDeletion {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Integer)]
    attempts: i32,
}

pub(super) async fn lease_deletions(
    connection: &mut Connection,
    terms: &LeaseTerms,
) -> Result<Vec<TokenDeletion>, SqlError> {
    let due = diesel::sql_query(concat!(
        due!(
            "token_deletions",
            "id",
            "queued_at",
            "leased_until IS NULL OR leased_until <= $1"
        ),
        "$2"
    ));
    let due: Vec<DueDeletion> = due
        .bind::<Timestamp, _>(instant(terms.now))
        .bind::<BigInt, _>(i64::from(terms.limit))
        .load(connection)
        .await?;
    let mut leased = Vec::new();
    for DueDeletion { id, attempts } in due {
        let lease = Lease::of(terms, attempts);
        leased.extend(token_deletion::take(connection, id, &lease).await?);
    }
    Ok(leased)
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Nullable<Timestamp>)]
    oldest: Option<NaiveDateTime>,
}

/// Counts what is open and queued.
pub(super) async fn backlog(connection: &mut Connection) -> Result<Backlog, SqlError> {
    let now = now(connection).await?;
    let open = diesel::sql_query(
        "SELECT count(*) AS number, min(created_at) AS oldest FROM intents WHERE outcome IS NULL",
    );
    let open: Waiting = open.get_result(connection).await?;
    let queued = diesel::sql_query(
        "SELECT count(*) AS number, min(queued_at) AS oldest FROM token_deletions",
    );
    let queued: Waiting = queued.get_result(connection).await?;
    let oldest = |waiting: &Waiting| waiting.oldest.map(|since| age(since, now));
    Ok(Backlog {
        intents: u64::try_from(open.number).unwrap_or_default(),
        oldest_intent_seconds: oldest(&open),
        deletions: u64::try_from(queued.number).unwrap_or_default(),
        oldest_deletion_seconds: oldest(&queued),
    })
}

fn age(since: NaiveDateTime, now: DateTime<Utc>) -> u64 {
    u64::try_from((now - since.and_utc()).num_seconds()).unwrap_or_default()
}

/// The columns of an entry that both tables have, besides its key.
#[derive(QueryableByName)]
struct Stuck {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = BigInt)]
    pos: i64,
    #[diesel(sql_type = Text)]
    gateway: String,
    #[diesel(sql_type = Text)]
    account: String,
    #[diesel(sql_type = Timestamp)]
    since: NaiveDateTime,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Nullable<Timestamp>)]
    leased_until: Option<NaiveDateTime>,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
}

impl Stuck {
    fn read(self, id: EntryId, now: DateTime<Utc>) -> Result<StuckEntry, SqlError> {
        Ok(StuckEntry {
            id,
            pos: PosId::new(self.pos).map_err(broken)?,
            account: gateway_account::read("intents", &self.gateway, &self.account)?,
            age_seconds: age(self.since, now),
            attempts: u32::try_from(self.attempts).unwrap_or_default(),
            next_try: self.leased_until.map(|until| until.and_utc()),
            setback: self.last_error.as_deref().and_then(Setback::from_word),
        })
    }
}

/// Open intents and queued deletions that were tried, oldest first.
pub(super) async fn stuck(
    connection: &mut Connection,
    limit: i64,
) -> Result<Vec<StuckEntry>, SqlError> {
    let now = now(connection).await?;
    let open = diesel::sql_query(
        "SELECT id, pos, gateway, account, created_at AS since, attempts, leased_until, last_error FROM intents \
         WHERE outcome IS NULL AND attempts > 0 ORDER BY created_at, id LIMIT $1",
    );
    let open: Vec<Stuck> = open.bind::<BigInt, _>(limit).load(connection).await?;
    let queued = diesel::sql_query(
        "SELECT CAST(id AS TEXT) AS id, pos, gateway, account, queued_at AS since, attempts, leased_until, last_error \
         FROM token_deletions WHERE attempts > 0 ORDER BY queued_at, token_deletions.id LIMIT $1",
    );
    let queued: Vec<Stuck> = queued.bind::<BigInt, _>(limit).load(connection).await?;
    let mut all = Vec::new();
    for entry in open {
        let id = EntryId::Intent(entry.id.clone());
        all.push(entry.read(id, now)?);
    }
    for entry in queued {
        let id = EntryId::Deletion(entry.id.parse().map_err(broken)?);
        all.push(entry.read(id, now)?);
    }
    Ok(all)
}
