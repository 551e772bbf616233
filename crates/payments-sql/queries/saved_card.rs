//! Customers' saved cards.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::audit::{AuditOutcome, AuditRecord, Author};
use payments_core::card::{Brand, CardHolder, CardName, Expiry, MaskedPan, StatedName};
use payments_core::id::{CustomerId, PosId, SavedCardId};
use payments_core::ports::{SavedCards, Unavailable};
use payments_core::saved_card::{NewSavedCard, RemovedCard, SavedCard};

use payments_sql::column::instant;
use payments_sql::leading_digits;
use payments_sql::prepared::Prepare as _;
use payments_sql::schema::{pos, saved_cards};
use payments_sql::sql_error::SqlError;

use super::gateway_account::AccountColumns;
use super::token_deletion::{self, Orphan};
use super::{Backend, Connection, Database, audit, gateway_account};

/// A card as its owner sees it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = saved_cards, check_for_backend(Backend))]
struct Row {
    pk: i64,
    pos: i64,
    gateway: String,
    account: String,
    masked_number: String,
    bin: Option<String>,
    expiry_month: i32,
    expiry_year: i32,
    brand: String,
    family: Option<String>,
    bank: Option<String>,
    holder: String,
    name: Option<String>,
    created_at: NaiveDateTime,
    consented_at: NaiveDateTime,
}

/// The columns that saving a card again replaces: all but its owner, point of sale, fingerprint and first saving.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = saved_cards)]
struct Contents {
    gateway: String,
    account: String,
    token: String,
    #[diesel(treat_none_as_null = true)]
    provider_customer_key: Option<String>,
    masked_number: String,
    bin: String,
    expiry_month: i32,
    expiry_year: i32,
    brand: &'static str,
    #[diesel(treat_none_as_null = true)]
    family: Option<String>,
    #[diesel(treat_none_as_null = true)]
    bank: Option<String>,
    holder: String,
    // A card saved again without a name keeps its name.
    name: Option<String>,
    consented_at: NaiveDateTime,
    #[diesel(treat_none_as_null = true)]
    consent_version: Option<String>,
    updated_at: NaiveDateTime,
}

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("saved_cards", error)
}

fn stated(text: Option<&str>) -> Result<Option<StatedName>, SqlError> {
    text.map(StatedName::parse).transpose().map_err(broken)
}

impl Row {
    fn read(self) -> Result<SavedCard, SqlError> {
        let month = u32::try_from(self.expiry_month).map_err(broken)?;
        let mask = MaskedPan::parse(&self.masked_number).map_err(broken)?;
        Ok(SavedCard {
            pk: SavedCardId::new(self.pk).map_err(broken)?,
            pos: PosId::new(self.pos).map_err(broken)?,
            account: gateway_account::read("saved_cards", &self.gateway, &self.account)?,
            leading_digits: leading_digits::read("saved_cards", self.bin.as_deref(), &mask)?,
            masked_number: mask,
            expiry: Expiry::new(month, self.expiry_year).map_err(broken)?,
            brand: Brand::from_word(&self.brand).ok_or_else(|| broken("an unknown brand"))?,
            family: stated(self.family.as_deref())?,
            bank: stated(self.bank.as_deref())?,
            holder: CardHolder::parse(&self.holder).map_err(broken)?,
            name: self
                .name
                .as_deref()
                .map(CardName::parse)
                .transpose()
                .map_err(broken)?,
            created_at: self.created_at.and_utc(),
            consented_at: self.consented_at.and_utc(),
        })
    }
}

/// Saves a card, or replaces the same card; queues a replaced token for deletion. The caller
/// has locked the customer: otherwise, two concurrent transactions would both find no earlier token to queue.
pub(super) async fn save(
    connection: &mut Connection,
    card: &NewSavedCard,
    now: DateTime<Utc>,
) -> Result<SavedCardId, SqlError> {
    let same = saved_cards::table.filter(
        saved_cards::customer
            .eq(card.customer.get())
            .and(saved_cards::pos.eq(card.pos.get()))
            .and(saved_cards::fingerprint.eq(card.fingerprint.to_hex())),
    );
    let columns = (
        saved_cards::pk,
        (saved_cards::gateway, saved_cards::account),
        saved_cards::token,
        saved_cards::provider_customer_key,
    );
    let earlier: Option<(i64, AccountColumns, String, Option<String>)> =
        same.select(columns).first(connection).await.optional()?;
    let pk = match earlier {
        Some((pk, (gateway, label), token, provider_customer_key)) => {
            let account = gateway_account::read("saved_cards", &gateway, &label)?;
            let own = saved_cards::customer.eq(card.customer.get());
            let row = saved_cards::table.filter(own.and(saved_cards::pk.eq(pk)));
            diesel::update(row)
                .set(contents(card, now))
                .execute(connection)
                .await?;
            if (&account, token.as_str()) != (&card.account, card.token.as_str()) {
                let orphan = Orphan {
                    customer: Some(card.customer.get()),
                    pos: card.pos.get(),
                    account,
                    token,
                    provider_customer_key,
                };
                token_deletion::queue(connection, &orphan, None).await?;
            }
            pk
        }
        None => insert(connection, card, now).await?,
    };
    SavedCardId::new(pk).map_err(broken)
}

async fn insert(
    connection: &mut Connection,
    card: &NewSavedCard,
    now: DateTime<Utc>,
) -> Result<i64, SqlError> {
    let row = (
        saved_cards::customer.eq(card.customer.get()),
        saved_cards::pos.eq(card.pos.get()),
        saved_cards::fingerprint.eq(card.fingerprint.to_hex()),
        saved_cards::created_at.eq(instant(now)),
        contents(card, now),
    );
    let inserted = diesel::insert_into(saved_cards::table)
        .values(row)
        .returning(saved_cards::pk);
    Ok(inserted.prepared().get_result(connection).await?)
}

fn contents(card: &NewSavedCard, now: DateTime<Utc>) -> Contents {
    Contents {
        gateway: card.account.gateway.to_string(),
        account: card.account.label.to_string(),
        token: card.token.as_str().to_owned(),
        provider_customer_key: card
            .provider_customer_key
            .as_ref()
            .map(|key| key.as_str().to_owned()),
        masked_number: card.masked_number.as_str().to_owned(),
        bin: card.leading_digits.as_str().to_owned(),
        // 1 to 12.
        expiry_month: i32::try_from(card.expiry.month()).unwrap_or_default(),
        expiry_year: card.expiry.year(),
        brand: card.brand.as_str(),
        family: card.family.as_ref().map(|name| name.as_str().to_owned()),
        bank: card.bank.as_ref().map(|name| name.as_str().to_owned()),
        holder: card.holder.as_str().to_owned(),
        name: card.name.as_ref().map(|name| name.as_str().to_owned()),
        consented_at: instant(card.consented_at),
        consent_version: card
            .consent_version
            .as_ref()
            .map(|version| version.as_str().to_owned()),
        updated_at: instant(now),
    }
}

async fn all(connection: &mut Connection, customer: i64) -> Result<Vec<SavedCard>, SqlError> {
    let rows: Vec<Row> = saved_cards::table
        .filter(saved_cards::customer.eq(customer))
        .order((saved_cards::created_at.desc(), saved_cards::pk.desc()))
        .select(Row::as_select())
        .load(connection)
        .await?;
    rows.into_iter().map(Row::read).collect()
}

async fn list(connection: &mut Connection, customer: i64) -> Result<Vec<SavedCard>, SqlError> {
    let rows: Vec<Row> = saved_cards::table
        .inner_join(pos::table)
        .filter(saved_cards::customer.eq(customer))
        .filter(saved_cards::gateway.eq(pos::gateway))
        .filter(saved_cards::account.eq(pos::account))
        .order((saved_cards::created_at.desc(), saved_cards::pk.desc()))
        .select(Row::as_select())
        .load(connection)
        .await?;
    rows.into_iter().map(Row::read).collect()
}

async fn find(
    connection: &mut Connection,
    customer: i64,
    pk: i64,
) -> Result<Option<SavedCard>, SqlError> {
    let row: Option<Row> = saved_cards::table
        .inner_join(pos::table)
        .filter(saved_cards::customer.eq(customer))
        .filter(saved_cards::pk.eq(pk))
        .filter(saved_cards::gateway.eq(pos::gateway))
        .filter(saved_cards::account.eq(pos::account))
        .select(Row::as_select())
        .first(connection)
        .await
        .optional()?;
    row.map(Row::read).transpose()
}

async fn rename(
    connection: &mut Connection,
    customer: i64,
    pk: i64,
    name: Option<&str>,
) -> Result<Option<SavedCard>, SqlError> {
    let own = saved_cards::table.filter(
        saved_cards::customer
            .eq(customer)
            .and(saved_cards::pk.eq(pk)),
    );
    let present = pos::table.filter(
        pos::pk
            .eq(saved_cards::pos)
            .and(pos::gateway.eq(saved_cards::gateway))
            .and(pos::account.eq(saved_cards::account)),
    );
    let own = own.filter(diesel::dsl::exists(present));
    let renamed = diesel::update(own)
        .set(saved_cards::name.eq(name))
        .returning(Row::as_returning());
    renamed
        .get_result(connection)
        .await
        .optional()?
        .map(Row::read)
        .transpose()
}

async fn remove(
    connection: &mut Connection,
    customer: CustomerId,
    pk: i64,
    lease_until: DateTime<Utc>,
    now: DateTime<Utc>,
    author: Option<&Author>,
) -> Result<Option<RemovedCard>, SqlError> {
    super::lock_customer(connection, customer.get()).await?;
    let own = saved_cards::table.filter(
        saved_cards::customer
            .eq(customer.get())
            .and(saved_cards::pk.eq(pk)),
    );
    let columns = (
        saved_cards::pos,
        (saved_cards::gateway, saved_cards::account),
        saved_cards::token,
        saved_cards::provider_customer_key,
    );
    let gone: Option<(i64, AccountColumns, String, Option<String>)> = diesel::delete(own)
        .returning(columns)
        .get_result(connection)
        .await
        .optional()?;
    let Some((pos, (gateway, label), token, provider_customer_key)) = gone else {
        return Ok(None);
    };
    let orphan = Orphan {
        customer: Some(customer.get()),
        pos,
        account: gateway_account::read("saved_cards", &gateway, &label)?,
        token,
        provider_customer_key,
    };
    let deletion = token_deletion::queue(connection, &orphan, Some(lease_until)).await?;
    let record = AuditRecord {
        intent: None,
        customer,
        pos: Some(PosId::new(pos).map_err(broken)?),
        outcome: AuditOutcome::Deleted,
        gateway_code: None,
        consent: None,
        instrument: None,
        author: author.cloned(),
        at: now,
    };
    audit::append(connection, &record).await?;
    Ok(Some(RemovedCard { deletion }))
}

#[async_trait]
impl SavedCards for Database {
    async fn list(&self, customer: CustomerId) -> Result<Vec<SavedCard>, Unavailable> {
        Ok(self
            .read(async |connection| list(connection, customer.get()).await)
            .await?)
    }

    async fn find(
        &self,
        customer: CustomerId,
        pk: SavedCardId,
    ) -> Result<Option<SavedCard>, Unavailable> {
        Ok(self
            .read(async |connection| find(connection, customer.get(), pk.get()).await)
            .await?)
    }

    async fn all(&self, customer: CustomerId) -> Result<Vec<SavedCard>, Unavailable> {
        Ok(self
            .read(async |connection| all(connection, customer.get()).await)
            .await?)
    }

    async fn rename(
        &self,
        customer: CustomerId,
        pk: SavedCardId,
        name: Option<CardName>,
    ) -> Result<Option<SavedCard>, Unavailable> {
        let name = name.as_ref().map(CardName::as_str);
        let renamed =
            self.write(async |connection| rename(connection, customer.get(), pk.get(), name).await);
        Ok(renamed.await?)
    }

    async fn remove(
        &self,
        customer: CustomerId,
        pk: SavedCardId,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
        author: Option<Author>,
    ) -> Result<Option<RemovedCard>, Unavailable> {
        let removed = self.write(async |connection| {
            remove(
                connection,
                customer,
                pk.get(),
                lease_until,
                now,
                author.as_ref(),
            )
            .await
        });
        Ok(removed.await?)
    }
}
