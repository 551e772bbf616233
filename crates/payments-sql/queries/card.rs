//! Cards, with their BINs and plans.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::catalog::{Bin, Card, CardPaymentType, Plan};
use payments_core::id::{BankId, CardId, CardTypeId, PosId};
use payments_core::slug::Slug;

use payments_sql::schema::{card_bins, cards};
use payments_sql::sql_error::SqlError;

use super::table::{FromNoun, KEYS_PER_QUERY, Table};
use super::table_impl::table;
use super::{Backend, Connection, plan};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = cards, check_for_backend(Backend))]
pub(super) struct Row {
    pk: i64,
    name: String,
    slug: String,
    card_payment_type: String,
    bank: i64,
    card_type: i64,
    pos: i64,
    sort_order: i64,
    is_active: bool,
    is_commercial: bool,
    is_fallback: bool,
}

/// A BIN with its position in the card's list.
#[derive(Insertable)]
#[diesel(table_name = card_bins)]
pub(super) struct BinRow {
    bin: String,
    card: i64,
    position: i32,
}

table! {
    Cards: cards, Record::Card(Card);
    key pk: i64;
    columns name, slug, card_payment_type, bank, card_type, pos, sort_order, is_active, is_commercial, is_fallback;
    filters Slug: slug, Bank: bank, CardType: card_type, Pos: pos, CardPaymentType: card_payment_type;
    active is_active;
    pk pk;
    unique slug;
    children with_children, replace_children;
}

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("cards", error)
}

impl FromNoun<Card> for Row {
    fn of(card: &Card) -> Result<Self, SqlError> {
        Ok(Self {
            pk: card.pk.get(),
            name: card.name.clone(),
            slug: card.slug.to_string(),
            card_payment_type: card.card_payment_type.as_str().to_owned(),
            bank: card.bank.get(),
            card_type: card.card_type.get(),
            pos: card.pos.get(),
            sort_order: card.sort_order,
            is_active: card.is_active,
            is_commercial: card.is_commercial,
            is_fallback: card.is_fallback,
        })
    }
}

impl Row {
    fn read(self, bins: Vec<Bin>, installments: Vec<Plan>) -> Result<Card, SqlError> {
        let card_payment_type = CardPaymentType::from_word(&self.card_payment_type);
        Ok(Card {
            pk: CardId::new(self.pk).map_err(broken)?,
            name: self.name,
            slug: Slug::parse(&self.slug).map_err(broken)?,
            card_payment_type: card_payment_type
                .ok_or_else(|| broken("an unknown card payment type"))?,
            bank: BankId::new(self.bank).map_err(broken)?,
            card_type: CardTypeId::new(self.card_type).map_err(broken)?,
            pos: PosId::new(self.pos).map_err(broken)?,
            sort_order: self.sort_order,
            is_active: self.is_active,
            is_commercial: self.is_commercial,
            is_fallback: self.is_fallback,
            bins,
            installments,
        })
    }
}

impl BinRow {
    fn of_card(card: &Card) -> impl Iterator<Item = Self> {
        (0_i32..).zip(&card.bins).map(|(position, bin)| Self {
            bin: bin.as_str().to_owned(),
            card: card.pk.get(),
            position,
        })
    }
}

/// Reads cards with their BINs and plans.
async fn with_children(connection: &mut Connection, rows: Vec<Row>) -> Result<Vec<Card>, SqlError> {
    let keys: Vec<i64> = rows.iter().map(|row| row.pk).collect();
    let mut bins = bins_of(connection, &keys).await?;
    let mut plans = plan::of_cards(connection, &keys).await?;
    let whole = |row: Row| {
        let bins = bins.remove(&row.pk).unwrap_or_default();
        let plans = plans.remove(&row.pk).unwrap_or_default();
        row.read(bins, plans)
    };
    rows.into_iter().map(whole).collect()
}

async fn bins_of(
    connection: &mut Connection,
    keys: &[i64],
) -> Result<BTreeMap<i64, Vec<Bin>>, SqlError> {
    let mut bins: BTreeMap<i64, Vec<Bin>> = BTreeMap::new();
    for some in keys.chunks(KEYS_PER_QUERY) {
        let found = card_bins::table
            .filter(card_bins::card.eq_any(some))
            .select((card_bins::card, card_bins::bin));
        let found: Vec<(i64, String)> = found
            .order((card_bins::card, card_bins::position))
            .load(connection)
            .await?;
        for (card, bin) in found {
            bins.entry(card)
                .or_default()
                .push(Bin::parse(&bin).map_err(broken)?);
        }
    }
    Ok(bins)
}

pub(super) async fn bin_owners(
    connection: &mut Connection,
    bins: &[String],
) -> Result<Vec<(String, i64)>, SqlError> {
    let mut owners = Vec::new();
    for some in bins.chunks(KEYS_PER_QUERY) {
        let found = card_bins::table
            .filter(card_bins::bin.eq_any(some))
            .select((card_bins::bin, card_bins::card));
        owners.extend(found.load::<(String, i64)>(connection).await?);
    }
    Ok(owners)
}

/// The fallback cards of points of sale: the point of sale and the card.
pub(super) async fn fallbacks(
    connection: &mut Connection,
    pos: &[i64],
) -> Result<Vec<(i64, i64)>, SqlError> {
    let mut fallbacks = Vec::new();
    for some in pos.chunks(KEYS_PER_QUERY) {
        let found = cards::table
            .filter(cards::pos.eq_any(some).and(cards::is_fallback))
            .select((cards::pos, cards::pk));
        fallbacks.extend(found.load::<(i64, i64)>(connection).await?);
    }
    Ok(fallbacks)
}

async fn replace_children(connection: &mut Connection, nouns: &[&Card]) -> Result<(), SqlError> {
    // All children are deleted before any is inserted: a plan or BIN may move from one card to another.
    let keys: Vec<i64> = nouns.iter().map(|card| card.pk.get()).collect();
    for some in keys.chunks(KEYS_PER_QUERY) {
        diesel::delete(card_bins::table.filter(card_bins::card.eq_any(some)))
            .execute(connection)
            .await?;
        plan::delete_of_cards(connection, some).await?;
    }
    let bins: Vec<BinRow> = nouns
        .iter()
        .flat_map(|card| BinRow::of_card(card))
        .collect();
    for some in super::by_statement(&bins) {
        let inserted = diesel::insert_into(card_bins::table).values(some);
        inserted.execute(connection).await?;
    }
    plan::insert(connection, nouns).await
}

/// An object a card refers to.
#[derive(Clone, Copy)]
pub(super) enum Refers {
    Bank(i64),
    CardType(i64),
    Pos(i64),
}

/// The first cards that refer to something.
pub(super) async fn referring(
    connection: &mut Connection,
    to: Refers,
    limit: i64,
) -> Result<Vec<i64>, SqlError> {
    let keys = cards::table.select(cards::pk).order(cards::pk).limit(limit);
    Ok(match to {
        Refers::Bank(pk) => keys.filter(cards::bank.eq(pk)).load(connection).await?,
        Refers::CardType(pk) => {
            keys.filter(cards::card_type.eq(pk))
                .load(connection)
                .await?
        }
        Refers::Pos(pk) => keys.filter(cards::pos.eq(pk)).load(connection).await?,
    })
}
