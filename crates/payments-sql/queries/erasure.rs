//! Erases a customer: deletes all personal data in one transaction.

use async_trait::async_trait;
use chrono::{DateTime, Days, Utc};
use diesel::dsl::not;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::audit::{AuditOutcome, AuditRecord, Author};
use payments_core::erasure::{Erased, ErasureStatus};
use payments_core::id::CustomerId;
use payments_core::ports::{Erasure, Unavailable};
use payments_core::record::{Key, Part};
use payments_core::session::SessionDigest;

use payments_sql::schema::{intents, saved_cards};
use payments_sql::sql_error::SqlError;

use super::gateway_account::AccountColumns;
use super::token_deletion::{self, Orphan};
use super::{
    Connection, Database, audit, basket, card_action_cleanup, code_tries, customer,
    gateway_account, history, pseudonym, session, sms_limits,
};

/// Tries of codes of this many days before today (UTC) are kept: their day may not be over in some time zone, and an
/// erasure must not give a returning customer more tries than a day's limit.
const DAYS_OF_TRIES_KEPT: u64 = 1;

async fn erase(
    connection: &mut Connection,
    customer: CustomerId,
    author: &Author,
) -> Result<Option<Erased>, SqlError> {
    let (pk, now) = (customer.get(), author.at);
    // Before locking the customer's row, as saving a card locks its intent first.
    mark_open_intents(connection, pk).await?;
    super::lock_customer(connection, pk).await?;
    let Some(profile) = customer::erasable(connection, pk).await? else {
        return Ok(None);
    };
    // From here on, no further intent can be recorded.
    mark_open_intents(connection, pk).await?;
    card_action_cleanup::clear_cards(connection, pk).await?;
    let cards = remove_cards(connection, pk).await?;
    let sessions = session::end_all(connection, pk).await?;
    let baskets = basket::detach_customer(connection, pk).await?;
    delete_tries(connection, pk, now).await?;
    sms_limits::forget_customer(connection, pk).await?;
    let is_new = !profile.is_erased || cards + baskets > 0 || !sessions.is_empty();
    if is_new {
        customer::erase(connection, pk, now).await?;
        audit::append(connection, &record(customer, author)).await?;
    }
    // Last, as appending a record draws a pseudonym if there is none.
    pseudonym::forget(connection, pk).await?;
    Ok(Some(Erased {
        cards,
        baskets,
        sessions,
        status: status(connection, pk).await?.unwrap_or_default(),
    }))
}

fn record(customer: CustomerId, author: &Author) -> AuditRecord {
    AuditRecord {
        intent: None,
        customer,
        pos: None,
        outcome: AuditOutcome::Erased,
        gateway_code: None,
        consent: None,
        instrument: None,
        author: Some(author.clone()),
        at: author.at,
    }
}

/// Deletes all of a customer's cards and queues their tokens; returns the number of cards.
async fn remove_cards(connection: &mut Connection, customer: i64) -> Result<u64, SqlError> {
    let columns = (
        saved_cards::pos,
        (saved_cards::gateway, saved_cards::account),
        saved_cards::token,
        saved_cards::provider_customer_key,
    );
    let own = diesel::delete(saved_cards::table.filter(saved_cards::customer.eq(customer)));
    let deleted: Vec<(i64, AccountColumns, String, Option<String>)> =
        own.returning(columns).get_results(connection).await?;
    let count = deleted.len() as u64;
    for (pos, (gateway, label), token, provider_customer_key) in deleted {
        let orphan = Orphan {
            customer: Some(customer),
            pos,
            account: gateway_account::read("saved_cards", &gateway, &label)?,
            token,
            provider_customer_key,
        };
        token_deletion::queue(connection, &orphan, None).await?;
    }
    Ok(count)
}

/// Marks a customer's open intents, so that no card is saved under them.
async fn mark_open_intents(connection: &mut Connection, customer: i64) -> Result<(), SqlError> {
    let open = intents::table.filter(
        intents::customer
            .eq(customer)
            .and(intents::outcome.is_null())
            .and(not(intents::is_of_erased)),
    );
    diesel::update(open)
        .set(intents::is_of_erased.eq(true))
        .execute(connection)
        .await?;
    Ok(())
}

async fn open_intents(connection: &mut Connection, customer: i64) -> Result<u64, SqlError> {
    let open = intents::table.filter(
        intents::customer
            .eq(customer)
            .and(intents::outcome.is_null()),
    );
    let count: i64 = open.count().get_result(connection).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

async fn delete_tries(
    connection: &mut Connection,
    customer: i64,
    now: DateTime<Utc>,
) -> Result<(), SqlError> {
    let today = now.date_naive();
    let first_kept = today.checked_sub_days(Days::new(DAYS_OF_TRIES_KEPT));
    code_tries::delete_of_customer_before(connection, customer, first_kept.unwrap_or(today)).await
}

async fn status(
    connection: &mut Connection,
    customer: i64,
) -> Result<Option<ErasureStatus>, SqlError> {
    let Some(profile) = customer::erasable(connection, customer).await? else {
        return Ok(None);
    };
    Ok(Some(ErasureStatus {
        erased_at: profile.erased_at,
        has_returned: profile.erased_at.is_some() && !profile.is_erased,
        tokens: token_deletion::count_of_customer(connection, customer).await?,
        open_intents: open_intents(connection, customer).await?,
    }))
}

async fn end_sessions(
    connection: &mut Connection,
    customer: i64,
    author: &Author,
) -> Result<Option<Vec<SessionDigest>>, SqlError> {
    if customer::erasable(connection, customer).await?.is_none() {
        return Ok(None);
    }
    let ended = session::end_all(connection, customer).await?;
    for digest in &ended {
        let key = Key::Session(*digest);
        history::deleted(connection, Part::Sessions, &key, None, author).await?;
    }
    Ok(Some(ended))
}

#[async_trait]
impl Erasure for Database {
    async fn end_sessions(
        &self,
        customer: CustomerId,
        author: &Author,
    ) -> Result<Option<Vec<SessionDigest>>, Unavailable> {
        let pk = customer.get();
        let ended = self.write(async |connection| end_sessions(connection, pk, author).await);
        Ok(ended.await?)
    }

    async fn erase(
        &self,
        customer: CustomerId,
        author: &Author,
    ) -> Result<Option<Erased>, Unavailable> {
        let erased = self.write(async |connection| erase(connection, customer, author).await);
        Ok(erased.await?)
    }

    async fn status(&self, customer: CustomerId) -> Result<Option<ErasureStatus>, Unavailable> {
        let status = self.snapshot(async |connection| status(connection, customer.get()).await);
        Ok(status.await?)
    }
}
