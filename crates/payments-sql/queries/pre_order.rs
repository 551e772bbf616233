//! Pre-orders.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::id::{BasketId, PreOrderId};
use payments_core::slug::Slug;
use payments_core::store_data::PreOrder;

use payments_sql::column;
use payments_sql::schema::pre_orders;
use payments_sql::sql_error::SqlError;

use super::table::{FromNoun, Table};
use super::table_impl::table;
use super::{Backend, Connection};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = pre_orders, check_for_backend(Backend))]
pub(super) struct Row {
    pk: i64,
    basket: i64,
    state: String,
    total_minor: i64,
    currency: String,
}

table! {
    PreOrders: pre_orders, Record::PreOrder(PreOrder);
    key pk: i64;
    columns basket, state, total_minor, currency;
    filters Basket: basket;
    pk pk;
}

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("pre_orders", error)
}

impl FromNoun<PreOrder> for Row {
    fn of(pre_order: &PreOrder) -> Result<Self, SqlError> {
        Ok(Self {
            pk: pre_order.pk.get(),
            basket: pre_order.basket.get(),
            state: pre_order.state.to_string(),
            total_minor: pre_order.total.minor,
            currency: pre_order.total.currency.code().to_owned(),
        })
    }
}

impl Row {
    pub(super) fn read(self) -> Result<PreOrder, SqlError> {
        Ok(PreOrder {
            pk: PreOrderId::new(self.pk).map_err(broken)?,
            basket: BasketId::new(self.basket).map_err(broken)?,
            state: Slug::parse(&self.state).map_err(broken)?,
            total: column::read_money("pre_orders", self.total_minor, &self.currency)?,
        })
    }
}

/// The first pre-orders of a basket.
pub(super) async fn of_basket(
    connection: &mut Connection,
    basket: i64,
    limit: i64,
) -> Result<Vec<i64>, SqlError> {
    let found = pre_orders::table
        .filter(pre_orders::basket.eq(basket))
        .select(pre_orders::pk);
    Ok(found
        .order(pre_orders::pk)
        .limit(limit)
        .load(connection)
        .await?)
}
