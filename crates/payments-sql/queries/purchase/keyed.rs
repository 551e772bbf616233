//! Purchases for quotes, with their keys and customers.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::id::CustomerId;
use payments_core::purchase::{Buyer, Context, KeyedPurchase, PurchaseKey};

use payments_sql::schema::{basket_items, baskets, customers, pre_orders, products, sessions};
use payments_sql::sql_error::SqlError;

use super::super::{Connection, product};
use super::{Line, broken, fold, of_product};

/// The key of a basket or pre-order, the customer that the basket belongs to, the active customer who buys, and a line.
pub(super) type KeyedLine = (i64, Option<i64>, Option<i64>, Line);

/// The columns of a [`KeyedLine`] of `$whole`.
macro_rules! keyed_line_of {
    ($whole:ident) => {
        (
            $whole::pk,
            baskets::customer,
            customers::pk.nullable(),
            line_of!($whole),
        )
    };
}

/// Defines a query for `$columns`: those of `$source` where `$filter` holds, bought by the active customer for whom `$buys`
/// holds.
macro_rules! keyed_lines {
    ($name:ident($($argument:ident: $type:ty),+) -> $row:ty: $columns:expr, from $source:expr, where $filter:expr, bought by $buys:expr) => {
        async fn $name(
            connection: &mut Connection,
            $($argument: $type),+
        ) -> Result<Vec<$row>, SqlError> {
            Ok($source
                .left_join(customers::table.on(customers::is_active.and($buys)))
                .left_join(basket_items::table.on(basket_items::basket.eq(baskets::pk)))
                .left_join(products::table.on(products::pk.eq(basket_items::product)))
                .filter($filter)
                .order(basket_items::position)
                .select($columns)
                .load(connection)
                .await?)
        }
    };
}

keyed_lines!(of_session_baskets(digests: &[String], now: NaiveDateTime) -> (String, KeyedLine):
    (sessions::digest, keyed_line_of!(baskets)), from sessions::table
        .inner_join(baskets::table.on(sessions::basket.eq(baskets::pk.nullable()))),
    where sessions::digest.eq_any(digests).and(sessions::expires_at.gt(now)),
    bought by sessions::customer.eq(customers::pk.nullable()));

keyed_lines!(of_session_pre_orders(digests: &[String], now: NaiveDateTime) -> (String, KeyedLine):
    (sessions::digest, keyed_line_of!(pre_orders)), from sessions::table
        .inner_join(pre_orders::table.on(sessions::pre_order.eq(pre_orders::pk.nullable())))
        .inner_join(baskets::table.on(baskets::pk.eq(pre_orders::basket))),
    where sessions::digest.eq_any(digests).and(sessions::expires_at.gt(now)),
    bought by sessions::customer.eq(customers::pk.nullable()));

keyed_lines!(of_owners_baskets(pks: &[i64]) -> KeyedLine:
    keyed_line_of!(baskets), from baskets::table,
    where baskets::pk.eq_any(pks),
    bought by baskets::customer.eq(customers::pk.nullable()));

keyed_lines!(of_customers_basket(pk: i64, customer: i64) -> KeyedLine:
    keyed_line_of!(baskets), from baskets::table,
    where baskets::pk.eq(pk),
    bought by customers::pk.eq(customer));

keyed_lines!(of_owners_pre_orders(pks: &[i64]) -> KeyedLine:
    keyed_line_of!(pre_orders), from pre_orders::table
        .inner_join(baskets::table.on(baskets::pk.eq(pre_orders::basket))),
    where pre_orders::pk.eq_any(pks),
    bought by baskets::customer.eq(customers::pk.nullable()));

keyed_lines!(of_customers_pre_order(pk: i64, customer: i64) -> KeyedLine:
    keyed_line_of!(pre_orders), from pre_orders::table
        .inner_join(baskets::table.on(baskets::pk.eq(pre_orders::basket))),
    where pre_orders::pk.eq(pk),
    bought by customers::pk.eq(customer));

/// The baskets or pre-orders of sessions.
pub(super) async fn of_sessions(
    connection: &mut Connection,
    context: Context,
    digests: &[String],
    now: NaiveDateTime,
) -> Result<Vec<(String, KeyedLine)>, SqlError> {
    match context {
        Context::Basket => of_session_baskets(connection, digests, now).await,
        Context::PreOrder => of_session_pre_orders(connection, digests, now).await,
        Context::Product => Ok(Vec::new()),
    }
}

/// The purchase with a key, as a buyer sees it.
pub(super) async fn of_key(
    connection: &mut Connection,
    key: PurchaseKey,
    buyer: Buyer,
) -> Result<Option<KeyedPurchase>, SqlError> {
    let (context, pk) = (key.context(), key.pk());
    let found = match (key, buyer) {
        (PurchaseKey::Basket(_), Buyer::Customer(customer)) => {
            let lines = of_customers_basket(connection, pk, customer.get()).await?;
            folded(context, &lines)?
        }
        (PurchaseKey::PreOrder(_), Buyer::Customer(customer)) => {
            let lines = of_customers_pre_order(connection, pk, customer.get()).await?;
            folded(context, &lines)?
        }
        (PurchaseKey::Product(_), Buyer::Customer(_)) | (_, Buyer::Owner | Buyer::Unknown) => {
            of_owners(connection, context, &[pk]).await?.pop()
        }
    };
    if context == Context::Product {
        return Ok(found);
    }
    Ok(match buyer {
        Buyer::Owner => found,
        Buyer::Customer(customer) => found.filter(|found| found.customer == Some(customer)),
        Buyer::Unknown => found.map(|mut found| {
            found.customer = None;
            found.purchase.customer_segments.clear();
            found
        }),
    })
}

/// The purchases with these keys, in any order, as their owners see them.
pub(crate) async fn of_owners(
    connection: &mut Connection,
    context: Context,
    pks: &[i64],
) -> Result<Vec<KeyedPurchase>, SqlError> {
    let lines = match context {
        Context::Basket => of_owners_baskets(connection, pks).await?,
        Context::PreOrder => of_owners_pre_orders(connection, pks).await?,
        Context::Product => return of_products(connection, pks).await,
    };
    let mut by_pk: BTreeMap<i64, Vec<KeyedLine>> = BTreeMap::new();
    for line in lines {
        by_pk.entry(line.0).or_default().push(line);
    }
    let found = by_pk.values().map(|lines| folded(context, lines));
    found.filter_map(Result::transpose).collect()
}

async fn of_products(
    connection: &mut Connection,
    pks: &[i64],
) -> Result<Vec<KeyedPurchase>, SqlError> {
    let rows = product::some(connection, pks).await?;
    let keyed = rows.into_iter().map(|(row, _)| {
        let product = row.read()?;
        let key = PurchaseKey::Product(product.pk);
        Ok(of_product(product).map(|purchase| KeyedPurchase {
            key,
            customer: None,
            purchase,
        }))
    });
    keyed.filter_map(Result::transpose).collect()
}

/// The purchase of its lines; `None` without lines, and if the basket belongs to another customer than the buyer.
pub(super) fn folded(
    context: Context,
    lines: &[KeyedLine],
) -> Result<Option<KeyedPurchase>, SqlError> {
    let Some((pk, owner, buyer, _)) = lines.first() else {
        return Ok(None);
    };
    let key = PurchaseKey::new(context, *pk).map_err(broken)?;
    let customer = buyer.map(CustomerId::new).transpose().map_err(broken)?;
    let is_of_another = matches!((owner, buyer), (Some(owner), Some(buyer)) if owner != buyer);
    let lines = lines.iter().map(|(.., line)| line);
    let purchase = fold(context, lines)?.filter(|_| !is_of_another);
    Ok(purchase.map(|purchase| KeyedPurchase {
        key,
        customer,
        purchase,
    }))
}
