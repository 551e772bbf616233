//! Baskets, with their items.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::id::{BasketId, CustomerId, ProductId};
use payments_core::money::Money;
use payments_core::slug::Slug;
use payments_core::store_data::{Basket, BasketItem};

use payments_sql::column;
use payments_sql::schema::{basket_items, baskets};
use payments_sql::sql_error::SqlError;

use super::table::{FromNoun, KEYS_PER_QUERY, Table};
use super::table_impl::table;
use super::{Backend, Connection};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = baskets, check_for_backend(Backend))]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct Row {
    pk: i64,
    customer: Option<i64>,
    state: String,
    total_minor: i64,
    currency: String,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = basket_items, check_for_backend(Backend))]
struct ItemRow {
    basket: i64,
    position: i32,
    product: i64,
    quantity: i64,
    price_minor: i64,
}

impl ItemRow {
    fn of_basket(basket: &Basket) -> impl Iterator<Item = Self> {
        let item = |(position, item): (i32, &BasketItem)| Self {
            basket: basket.pk.get(),
            position,
            product: item.product.get(),
            quantity: i64::from(item.quantity),
            price_minor: item.price.minor,
        };
        (0_i32..).zip(&basket.items).map(item)
    }
}

table! {
    Baskets: baskets, Record::Basket(Basket);
    key pk: i64;
    columns customer, state, total_minor, currency;
    filters Customer: customer;
    pk pk;
    children with_items, replace_items;
}

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("baskets", error)
}

impl FromNoun<Basket> for Row {
    fn of(basket: &Basket) -> Result<Self, SqlError> {
        Ok(Self {
            pk: basket.pk.get(),
            customer: basket.customer.map(CustomerId::get),
            state: basket.state.to_string(),
            total_minor: basket.total.minor,
            currency: basket.total.currency.code().to_owned(),
        })
    }
}

impl Row {
    fn read(self, items: Vec<ItemRow>) -> Result<Basket, SqlError> {
        let total = column::read_money("baskets", self.total_minor, &self.currency)?;
        let item = |row: ItemRow| {
            Ok(BasketItem {
                product: ProductId::new(row.product).map_err(broken)?,
                quantity: u32::try_from(row.quantity).map_err(broken)?,
                price: Money::new(row.price_minor, total.currency),
            })
        };
        Ok(Basket {
            pk: BasketId::new(self.pk).map_err(broken)?,
            customer: self
                .customer
                .map(CustomerId::new)
                .transpose()
                .map_err(broken)?,
            state: Slug::parse(&self.state).map_err(broken)?,
            total,
            items: items
                .into_iter()
                .map(item)
                .collect::<Result<_, SqlError>>()?,
        })
    }
}

/// Reads baskets with their items.
async fn with_items(connection: &mut Connection, rows: Vec<Row>) -> Result<Vec<Basket>, SqlError> {
    let keys: Vec<i64> = rows.iter().map(|row| row.pk).collect();
    let mut items: BTreeMap<i64, Vec<ItemRow>> = BTreeMap::new();
    for some in keys.chunks(KEYS_PER_QUERY) {
        let found = basket_items::table
            .filter(basket_items::basket.eq_any(some))
            .select(ItemRow::as_select());
        let found: Vec<ItemRow> = found
            .order((basket_items::basket, basket_items::position))
            .load(connection)
            .await?;
        for item in found {
            items.entry(item.basket).or_default().push(item);
        }
    }
    let whole = |row: Row| {
        let items = items.remove(&row.pk).unwrap_or_default();
        row.read(items)
    };
    rows.into_iter().map(whole).collect()
}

async fn replace_items(connection: &mut Connection, baskets: &[&Basket]) -> Result<(), SqlError> {
    let keys: Vec<i64> = baskets.iter().map(|basket| basket.pk.get()).collect();
    for some in keys.chunks(KEYS_PER_QUERY) {
        diesel::delete(basket_items::table.filter(basket_items::basket.eq_any(some)))
            .execute(connection)
            .await?;
    }
    let items = baskets.iter().flat_map(|basket| ItemRow::of_basket(basket));
    for some in super::by_statement(&items.collect::<Vec<_>>()) {
        let inserted = diesel::insert_into(basket_items::table).values(some);
        inserted.execute(connection).await?;
    }
    Ok(())
}

/// The first baskets of a customer.
pub(super) async fn of_customer(
    connection: &mut Connection,
    customer: i64,
    limit: i64,
) -> Result<Vec<i64>, SqlError> {
    let found = baskets::table
        .filter(baskets::customer.eq(customer))
        .select(baskets::pk);
    Ok(found
        .order(baskets::pk)
        .limit(limit)
        .load(connection)
        .await?)
}

/// The first baskets that hold a product.
pub(super) async fn holding(
    connection: &mut Connection,
    product: i64,
    limit: i64,
) -> Result<Vec<i64>, SqlError> {
    let found = basket_items::table
        .filter(basket_items::product.eq(product))
        .select(basket_items::basket);
    Ok(found
        .distinct()
        .order(basket_items::basket)
        .limit(limit)
        .load(connection)
        .await?)
}

/// Removes a customer from all baskets; returns how many.
pub(super) async fn detach_customer(
    connection: &mut Connection,
    customer: i64,
) -> Result<u64, SqlError> {
    let own = diesel::update(baskets::table.filter(baskets::customer.eq(customer)));
    let forgotten = own.set(baskets::customer.eq(None::<i64>));
    Ok(forgotten.execute(connection).await? as u64)
}
