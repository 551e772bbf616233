//! The queue of tokens to delete at their gateways.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Timestamp};
use diesel_async::RunQueryDsl;
use payments_core::card::{CardToken, ProviderCustomerKey};
use payments_core::catalog::GatewayAccount;
use payments_core::id::{CustomerId, PosId};
use payments_core::intent::{Setback, TokenDeletion};

use payments_sql::column::instant;
use payments_sql::schema::{saved_cards, token_deletions};
use payments_sql::sql_error::SqlError;

use super::gateway_account::AccountColumns;
use super::lease::Lease;
use super::{Backend, Connection, dead_token, gateway_account};

#[derive(Queryable, Selectable)]
#[diesel(table_name = token_deletions, check_for_backend(Backend))]
struct Row {
    id: i64,
    pos: i64,
    gateway: String,
    account: String,
    token: String,
    provider_customer_key: Option<String>,
}

/// A token without a card row.
pub(super) struct Orphan {
    /// `None` if it is not known who the token was made for.
    pub(super) customer: Option<i64>,
    pub(super) pos: i64,
    pub(super) account: GatewayAccount,
    pub(super) token: String,
    pub(super) provider_customer_key: Option<String>,
}

impl Orphan {
    pub(super) fn of(
        customer: CustomerId,
        pos: PosId,
        account: &GatewayAccount,
        token: &CardToken,
        provider_customer_key: Option<&ProviderCustomerKey>,
    ) -> Self {
        Self {
            customer: Some(customer.get()),
            pos: pos.get(),
            account: account.clone(),
            token: token.as_str().to_owned(),
            provider_customer_key: provider_customer_key.map(|key| key.as_str().to_owned()),
        }
    }
}

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("token_deletions", error)
}

impl Row {
    fn read(self) -> Result<TokenDeletion, SqlError> {
        let key = self
            .provider_customer_key
            .as_deref()
            .map(ProviderCustomerKey::parse)
            .transpose();
        Ok(TokenDeletion {
            id: self.id,
            pos: PosId::new(self.pos).map_err(broken)?,
            account: gateway_account::read("token_deletions", &self.gateway, &self.account)?,
            token: CardToken::parse(&self.token).map_err(broken)?,
            provider_customer_key: key.map_err(broken)?,
        })
    }
}

/// Queues a token, unless a card row has it (some gateways give the same card the same token), or it is
/// queued already. A lease means that the caller deletes it immediately.
pub(super) async fn queue(
    connection: &mut Connection,
    orphan: &Orphan,
    leased_until: Option<DateTime<Utc>>,
) -> Result<Option<TokenDeletion>, SqlError> {
    let (pos, account, token) = (orphan.pos, &orphan.account, &orphan.token);
    super::lock_token(connection, pos, token).await?;
    if has_card(connection, pos, account, token).await?
        || is_queued(connection, pos, account, token).await?
    {
        return Ok(None);
    }
    let tried_at = leased_until.map(|_| sql::<Nullable<Timestamp>>(super::NOW));
    let row = (
        token_deletions::customer.eq(orphan.customer),
        token_deletions::pos.eq(orphan.pos),
        token_deletions::gateway.eq(orphan.account.gateway.as_str()),
        token_deletions::account.eq(orphan.account.label.as_str()),
        token_deletions::token.eq(&orphan.token),
        token_deletions::provider_customer_key.eq(orphan.provider_customer_key.as_deref()),
        token_deletions::queued_at.eq(sql::<Timestamp>(super::NOW)),
        token_deletions::attempts.eq(i32::from(leased_until.is_some())),
        tried_at.map(|now| token_deletions::tried_at.eq(now)),
        token_deletions::leased_until.eq(leased_until.map(instant)),
    );
    let queued = diesel::insert_into(token_deletions::table)
        .values(row)
        .returning(Row::as_returning());
    let queued: Row = queued.get_result(connection).await?;
    queued.read().map(Some)
}

/// Whether a card row has a token.
async fn has_card(
    connection: &mut Connection,
    pos: i64,
    account: &GatewayAccount,
    token: &str,
) -> Result<bool, SqlError> {
    let rows = saved_cards::table.filter(
        saved_cards::pos
            .eq(pos)
            .and(saved_cards::token.eq(token))
            .and(saved_cards::gateway.eq(account.gateway.as_str()))
            .and(saved_cards::account.eq(account.label.as_str())),
    );
    Ok(rows.count().get_result::<i64>(connection).await? > 0)
}

/// Whether a token is queued.
pub(super) async fn is_queued(
    connection: &mut Connection,
    pos: i64,
    account: &GatewayAccount,
    token: &str,
) -> Result<bool, SqlError> {
    let rows = token_deletions::table.filter(
        token_deletions::pos
            .eq(pos)
            .and(token_deletions::gateway.eq(account.gateway.as_str()))
            .and(token_deletions::account.eq(account.label.as_str()))
            .and(token_deletions::token.eq(token)),
    );
    Ok(rows.count().get_result::<i64>(connection).await? > 0)
}

/// Removes a token from the queue for a card row that has it again: some gateways give the same card the same token.
/// Returns false if its deletion may have begun: once leased, the token may be deleted.
pub(super) async fn reclaim(
    connection: &mut Connection,
    pos: i64,
    account: &GatewayAccount,
    token: &str,
) -> Result<bool, SqlError> {
    super::lock_token(connection, pos, token).await?;
    let untouched = token_deletions::table.filter(
        token_deletions::pos
            .eq(pos)
            .and(token_deletions::gateway.eq(account.gateway.as_str()))
            .and(token_deletions::account.eq(account.label.as_str()))
            .and(token_deletions::token.eq(token))
            .and(token_deletions::leased_until.is_null()),
    );
    diesel::delete(untouched).execute(connection).await?;
    Ok(!is_queued(connection, pos, account, token).await?)
}

/// Leases a deletion, unless it is leased already.
pub(super) async fn take(
    connection: &mut Connection,
    id: i64,
    lease: &Lease,
) -> Result<Option<TokenDeletion>, SqlError> {
    let is_free = token_deletions::leased_until
        .is_null()
        .or(token_deletions::leased_until.le(lease.now));
    let row = token_deletions::table.filter(token_deletions::id.eq(id).and(is_free));
    let tried = (
        token_deletions::leased_until.eq(lease.until),
        token_deletions::tried_at.eq(lease.now),
        token_deletions::attempts.eq(token_deletions::attempts + 1),
    );
    let taken: Option<Row> = diesel::update(row)
        .set(tried)
        .returning(Row::as_returning())
        .get_result(connection)
        .await
        .optional()?;
    taken.map(Row::read).transpose()
}

/// Records why a deletion is still queued.
pub(super) async fn stuck(
    connection: &mut Connection,
    id: i64,
    setback: Setback,
) -> Result<(), SqlError> {
    diesel::update(token_deletions::table.filter(token_deletions::id.eq(id)))
        .set(token_deletions::last_error.eq(setback.as_str()))
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes a deletion from the queue, and prevents intents that may have got the same token before from saving it.
pub(super) async fn done(connection: &mut Connection, id: i64) -> Result<(), SqlError> {
    let row = diesel::delete(token_deletions::table.filter(token_deletions::id.eq(id)));
    let columns = (
        token_deletions::pos,
        (token_deletions::gateway, token_deletions::account),
        token_deletions::token,
    );
    let gone: Option<(i64, AccountColumns, String)> = row
        .returning(columns)
        .get_result(connection)
        .await
        .optional()?;
    match gone {
        Some((pos, account, token)) => dead_token::note(connection, pos, &account, &token).await,
        None => Ok(()),
    }
}

/// The first queued deletions at a point of sale.
pub(super) async fn at_pos(
    connection: &mut Connection,
    pos: i64,
    limit: i64,
) -> Result<Vec<i64>, SqlError> {
    let found = token_deletions::table
        .filter(token_deletions::pos.eq(pos))
        .select(token_deletions::id);
    Ok(found
        .order(token_deletions::id)
        .limit(limit)
        .load(connection)
        .await?)
}

/// The number of a customer's tokens that are queued for deletion.
pub(super) async fn count_of_customer(
    connection: &mut Connection,
    customer: i64,
) -> Result<u64, SqlError> {
    let own = token_deletions::table.filter(token_deletions::customer.eq(customer));
    let count: i64 = own.count().get_result(connection).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}
