//! The tokens of all saved cards.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::card::{CardToken, ProviderCustomerKey, StatedToken};
use payments_core::catalog::GatewayAccount;
use payments_core::id::{CustomerId, PosId, SavedCardId};
use payments_core::ports::{StoredTokens, Unavailable};
use payments_core::saved_card::{OrphanToken, StoredToken};

use payments_sql::schema::{pos, saved_cards, token_deletions};
use payments_sql::sql_error::SqlError;

use super::gateway_account::AccountColumns;
use super::token_deletion::{self, Orphan};
use super::{Backend, Connection, Database, gateway_account};

#[derive(Queryable, Selectable)]
#[diesel(table_name = saved_cards, check_for_backend(Backend))]
struct Row {
    pk: i64,
    customer: i64,
    token: String,
    provider_customer_key: Option<String>,
}

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("saved_cards", error)
}

impl Row {
    fn read(self) -> Result<StoredToken, SqlError> {
        let key = self.provider_customer_key.as_deref();
        let key = key.map(ProviderCustomerKey::parse).transpose();
        Ok(StoredToken {
            card: SavedCardId::new(self.pk).map_err(broken)?,
            customer: CustomerId::new(self.customer).map_err(broken)?,
            token: CardToken::parse(&self.token).map_err(broken)?,
            provider_customer_key: key.map_err(broken)?,
        })
    }
}

async fn accounts(connection: &mut Connection) -> Result<Vec<(PosId, GatewayAccount)>, SqlError> {
    let columns = (
        saved_cards::pos,
        (saved_cards::gateway, saved_cards::account),
    );
    let all = saved_cards::table.select(columns).distinct();
    let all: Vec<(i64, AccountColumns)> = all.load(connection).await?;
    let read = |(pos, (gateway, label)): (i64, AccountColumns)| {
        let account = gateway_account::read("saved_cards", &gateway, &label)?;
        Ok((PosId::new(pos).map_err(broken)?, account))
    };
    all.into_iter().map(read).collect()
}

async fn page(
    connection: &mut Connection,
    pos: PosId,
    account: &GatewayAccount,
    after: i64,
    limit: i64,
) -> Result<Vec<StoredToken>, SqlError> {
    let there = saved_cards::pos
        .eq(pos.get())
        .and(saved_cards::gateway.eq(account.gateway.as_str()))
        .and(saved_cards::account.eq(account.label.as_str()));
    let rows: Vec<Row> = saved_cards::table
        .filter(there.and(saved_cards::pk.gt(after)))
        .order(saved_cards::pk)
        .limit(limit)
        .select(Row::as_select())
        .load(connection)
        .await?;
    rows.into_iter().map(Row::read).collect()
}

/// Both tables have an index of points of sale and tokens.
async fn is_known(connection: &mut Connection, token: &str) -> Result<bool, SqlError> {
    let cards = saved_cards::table.filter(
        saved_cards::pos
            .eq_any(pos::table.select(pos::pk))
            .and(saved_cards::token.eq(token)),
    );
    if cards.count().get_result::<i64>(connection).await? > 0 {
        return Ok(true);
    }
    let queued = token_deletions::table.filter(
        token_deletions::pos
            .eq_any(pos::table.select(pos::pk))
            .and(token_deletions::token.eq(token)),
    );
    Ok(queued.count().get_result::<i64>(connection).await? > 0)
}

async fn queue(connection: &mut Connection, found: &OrphanToken) -> Result<bool, SqlError> {
    let (own, token) = (found.pos.get(), found.token.as_str());
    super::lock_token(connection, own, token).await?;
    if is_known(connection, token).await? {
        return Ok(false);
    }
    let key = found.provider_customer_key.as_ref();
    let orphan = Orphan {
        customer: None,
        pos: own,
        account: found.account.clone(),
        token: token.to_owned(),
        provider_customer_key: key.map(|key| key.as_str().to_owned()),
    };
    let queued = token_deletion::queue(connection, &orphan, None).await?;
    Ok(queued.is_some())
}

#[async_trait]
impl StoredTokens for Database {
    async fn accounts(&self) -> Result<Vec<(PosId, GatewayAccount)>, Unavailable> {
        Ok(self
            .read(async |connection| accounts(connection).await)
            .await?)
    }

    async fn page(
        &self,
        pos: PosId,
        account: &GatewayAccount,
        after: Option<SavedCardId>,
        limit: u32,
    ) -> Result<Vec<StoredToken>, Unavailable> {
        let (after, limit) = (after.map_or(0, SavedCardId::get), i64::from(limit));
        Ok(self
            .read(async |connection| page(connection, pos, account, after, limit).await)
            .await?)
    }

    async fn is_known(&self, token: &StatedToken) -> Result<bool, Unavailable> {
        Ok(self
            .snapshot(async |connection| is_known(connection, token.token()).await)
            .await?)
    }

    async fn queue(&self, orphan: &OrphanToken) -> Result<bool, Unavailable> {
        Ok(self
            .write(async |connection| queue(connection, orphan).await)
            .await?)
    }
}
