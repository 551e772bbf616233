//! Instruments of saved cards, and the orders that quotes were used for.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::card::{CardToken, Expiry, MaskedPan, ProviderCustomerKey};
use payments_core::id::{CustomerId, PosId};
use payments_core::instrument::{Instrument, InstrumentRequest, NoInstrument, QuoteUse};
use payments_core::order::OrderReference;
use payments_core::ports::{Instruments, Unavailable};

use payments_sql::column::instant;
use payments_sql::schema::{customers, pos, quote_uses, saved_cards};
use payments_sql::sql_error::SqlError;

use super::{Backend, Connection, Database, audit, gateway_account, token_deletion};

/// A card with its token.
#[derive(Queryable, Selectable)]
#[diesel(table_name = saved_cards, check_for_backend(Backend))]
struct Row {
    pos: i64,
    gateway: String,
    account: String,
    token: String,
    provider_customer_key: Option<String>,
    masked_number: String,
    expiry_month: i32,
    expiry_year: i32,
}

/// A card's point of sale.
#[derive(Queryable, Selectable)]
#[diesel(table_name = pos, check_for_backend(Backend))]
struct PosRow {
    gateway: String,
    account: String,
    is_active: bool,
}

/// A card, its point of sale, and whether its owner is active.
type Found = (Row, PosRow, bool);

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("saved_cards", error)
}

impl Row {
    fn read(self) -> Result<Instrument, SqlError> {
        let key = self.provider_customer_key.as_deref();
        let month = u32::try_from(self.expiry_month).map_err(broken)?;
        Ok(Instrument {
            account: gateway_account::read("saved_cards", &self.gateway, &self.account)?,
            pos: PosId::new(self.pos).map_err(broken)?,
            token: CardToken::parse(&self.token).map_err(broken)?,
            customer_key: key
                .map(ProviderCustomerKey::parse)
                .transpose()
                .map_err(broken)?,
            masked_number: MaskedPan::parse(&self.masked_number).map_err(broken)?,
            expiry: Expiry::new(month, self.expiry_year).map_err(broken)?,
        })
    }
}

async fn give(
    connection: &mut Connection,
    request: &InstrumentRequest,
) -> Result<Result<Instrument, NoInstrument>, SqlError> {
    let Some(owner) = owner(connection, request).await? else {
        return Ok(Err(NoInstrument::NotFound));
    };
    super::lock_customer(connection, owner.get()).await?;
    let Some((row, pos, owner_is_active)) = find(connection, owner, request).await? else {
        return Ok(Err(NoInstrument::NotFound));
    };
    if !owner_is_active {
        return Ok(Err(NoInstrument::CustomerInactive));
    }
    let instrument = row.read()?;
    if let Some(reason) = refusal(connection, &instrument, &pos, request).await? {
        return Ok(Err(reason));
    }
    if let Some(quote) = &request.quote {
        if quote.pos != instrument.pos {
            return Ok(Err(NoInstrument::QuoteOfOtherPos));
        }
        if let Err(reason) = use_quote(connection, quote, &request.order).await? {
            return Ok(Err(reason));
        }
    }
    audit::append_new(connection, &request.record(owner, instrument.pos)).await?;
    Ok(Ok(instrument))
}

/// The customer of the request; if it names none, the card's owner.
async fn owner(
    connection: &mut Connection,
    request: &InstrumentRequest,
) -> Result<Option<CustomerId>, SqlError> {
    if request.customer.is_some() {
        return Ok(request.customer);
    }
    let row = saved_cards::table.filter(saved_cards::pk.eq(request.saved_card.get()));
    let owner: Option<i64> = row
        .select(saved_cards::customer)
        .first(connection)
        .await
        .optional()?;
    owner.map(CustomerId::new).transpose().map_err(broken)
}

async fn find(
    connection: &mut Connection,
    owner: CustomerId,
    request: &InstrumentRequest,
) -> Result<Option<Found>, SqlError> {
    let joined = saved_cards::table
        .inner_join(pos::table)
        .inner_join(customers::table);
    let own = joined.filter(
        saved_cards::customer
            .eq(owner.get())
            .and(saved_cards::pk.eq(request.saved_card.get())),
    );
    let columns = (Row::as_select(), PosRow::as_select(), customers::is_active);
    Ok(own.select(columns).first(connection).await.optional()?)
}

async fn refusal(
    connection: &mut Connection,
    card: &Instrument,
    pos: &PosRow,
    request: &InstrumentRequest,
) -> Result<Option<NoInstrument>, SqlError> {
    let account = &card.account;
    let is_current = (pos.gateway.as_str(), pos.account.as_str())
        == (account.gateway.as_str(), account.label.as_str());
    if card.expiry.is_past(request.today) {
        return Ok(Some(NoInstrument::Expired));
    }
    if !pos.is_active {
        return Ok(Some(NoInstrument::PosInactive));
    }
    if !is_current {
        return Ok(Some(NoInstrument::OtherAccount));
    }
    let (pos, token) = (card.pos.get(), card.token.as_str());
    super::lock_token(connection, pos, token).await?;
    let is_dead = token_deletion::is_queued(connection, pos, account, token).await?;
    Ok(is_dead.then_some(NoInstrument::DeadToken))
}

/// Binds a valid quote to an order, unless it is bound already: then only to the same one.
async fn use_quote(
    connection: &mut Connection,
    used: &QuoteUse,
    order: &OrderReference,
) -> Result<Result<(), NoInstrument>, SqlError> {
    if used.is_valid && bind(connection, used, order).await? {
        return Ok(Ok(()));
    }
    let stored = quote_uses::table.find(used.quote.to_string());
    let stored = stored.select(quote_uses::order_ref).first(connection).await;
    let stored: Option<String> = stored.optional()?;
    Ok(match stored {
        Some(stored) if stored == order.as_str() => Ok(()),
        Some(_) => Err(NoInstrument::QuoteUsed),
        None => Err(NoInstrument::QuoteNotValid),
    })
}

/// Returns false if the quote is bound already. A concurrent transaction that binds it is waited for.
async fn bind(
    connection: &mut Connection,
    used: &QuoteUse,
    order: &OrderReference,
) -> Result<bool, SqlError> {
    let row = (
        quote_uses::jti.eq(used.quote.to_string()),
        quote_uses::order_ref.eq(order.as_str()),
        quote_uses::expires_at.eq(instant(used.expires_at)),
    );
    let bound = diesel::insert_into(quote_uses::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(bound > 0)
}

#[async_trait]
impl Instruments for Database {
    async fn give(
        &self,
        request: &InstrumentRequest,
    ) -> Result<Result<Instrument, NoInstrument>, Unavailable> {
        Ok(self
            .write(async |connection| give(connection, request).await)
            .await?)
    }
}
