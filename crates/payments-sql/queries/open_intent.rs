//! Open intents, for the reconciler.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::card::{CardIdentity, Fingerprint, MaskedPan, ProviderCustomerKey};
use payments_core::catalog::GatewayAccount;
use payments_core::flow::IntentId;
use payments_core::id::{CustomerId, PosId};
use payments_core::intent::{Intent, OpenIntent, Setback};
use payments_core::tokenization::CalledWith;

use payments_sql::schema::intents;
use payments_sql::sql_error::SqlError;

use super::lease::Lease;
use super::{Backend, Connection, customer_key, gateway_account};

/// An intent that is open.
#[derive(Queryable, Selectable)]
#[diesel(table_name = intents, check_for_backend(Backend))]
struct Row {
    id: String,
    customer: i64,
    pos: i64,
    gateway: String,
    account: String,
    created_at: NaiveDateTime,
    looks: i32,
    provider_customer_key: Option<String>,
    fingerprint: Option<String>,
    masked_number: Option<String>,
}

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("intents", error)
}

impl Row {
    fn account(&self) -> Result<GatewayAccount, SqlError> {
        gateway_account::read("intents", &self.gateway, &self.account)
    }

    fn read(self, latest: Option<ProviderCustomerKey>) -> Result<OpenIntent, SqlError> {
        let account = self.account()?;
        let card = match (self.fingerprint, self.masked_number) {
            (Some(fingerprint), Some(mask)) => Some(CardIdentity {
                fingerprint: Fingerprint::from_hex(&fingerprint)
                    .ok_or_else(|| broken("no fingerprint"))?,
                masked_number: MaskedPan::parse(&mask).map_err(broken)?,
            }),
            (None, _) | (_, None) => None,
        };
        let called_with = match self.provider_customer_key {
            Some(key) => CalledWith::Key(ProviderCustomerKey::parse(&key).map_err(broken)?),
            None if card.is_some() => CalledWith::NoKey,
            None => CalledWith::Unknown,
        };
        Ok(OpenIntent {
            intent: Intent::new(
                IntentId(self.id),
                CustomerId::new(self.customer).map_err(broken)?,
                PosId::new(self.pos).map_err(broken)?,
                account,
                card,
            ),
            recorded_at: self.created_at.and_utc(),
            looks: u32::try_from(self.looks).unwrap_or_default(),
            later_customer_key: latest.filter(|key| called_with.key() != Some(key)),
            called_with,
        })
    }
}

/// Leases an intent, unless another reconciler has leased it.
pub(super) async fn take(
    connection: &mut Connection,
    id: &str,
    lease: &Lease,
) -> Result<Option<OpenIntent>, SqlError> {
    let is_free = intents::outcome.is_null().and(
        intents::leased_until
            .is_null()
            .or(intents::leased_until.le(lease.now)),
    );
    let tried = (
        intents::leased_until.eq(lease.until),
        intents::tried_at.eq(lease.now),
        intents::attempts.eq(intents::attempts + 1),
    );
    let taken: Option<Row> = diesel::update(intents::table.filter(intents::id.eq(id).and(is_free)))
        .set(tried)
        .returning(Row::as_returning())
        .get_result(connection)
        .await
        .optional()?;
    let Some(row) = taken else {
        return Ok(None);
    };
    let account = row.account()?;
    let latest = customer_key::present(connection, row.customer, row.pos, &account).await?;
    row.read(latest).map(Some)
}

/// Resets the number of tries after a useful response of the gateway: it does not know the intent, which counts as
/// one more look, or its customer still has time.
pub(super) async fn answered(
    connection: &mut Connection,
    id: &IntentId,
    not_before: NaiveDateTime,
    looks: i32,
) -> Result<(), SqlError> {
    let open = intents::table.filter(intents::id.eq(&id.0).and(intents::outcome.is_null()));
    let seen = (
        intents::looks.eq(intents::looks + looks),
        intents::leased_until.eq(not_before),
        intents::attempts.eq(0),
        intents::last_error.eq(None::<String>),
    );
    diesel::update(open).set(seen).execute(connection).await?;
    Ok(())
}

/// Records why an intent is still open.
pub(super) async fn stuck(
    connection: &mut Connection,
    id: &IntentId,
    setback: Setback,
) -> Result<(), SqlError> {
    let open = intents::table.filter(intents::id.eq(&id.0).and(intents::outcome.is_null()));
    diesel::update(open)
        .set(intents::last_error.eq(setback.as_str()))
        .execute(connection)
        .await?;
    Ok(())
}
