//! What is being bought: one query each, its rows folded here.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::id::{BasketId, PreOrderId, ProductId};
use payments_core::ports::{Purchases, Unavailable};
use payments_core::purchase::{Context, Purchase, PurchaseItem};
use payments_core::session::SessionDigest;
use payments_core::slug::Slug;

use crate::instant::stored;
use crate::json;
use crate::money;
use crate::schema::{basket_items, baskets, customers, pre_orders, products, sessions};
use crate::sql_error::SqlError;

use super::{Connection, Database, product};

/// What is to be paid for, with one of its items, if it has any.
#[derive(Queryable)]
struct Line {
    state: String,
    total_minor: i64,
    currency: String,
    segments: Option<String>,
    quantity: Option<i64>,
    categories: Option<String>,
    attributes: Option<String>,
}

/// The columns of a [`Line`] whose own state and total are in table `$whole`.
macro_rules! line_of {
    ($whole:ident) => {
        (
            $whole::state,
            $whole::total_minor,
            $whole::currency,
            customers::segments.nullable(),
            basket_items::quantity.nullable(),
            products::categories.nullable(),
            products::attributes.nullable(),
        )
    };
}

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("basket_items", error)
}

impl Line {
    fn item(&self) -> Result<Option<PurchaseItem>, SqlError> {
        let (Some(quantity), Some(categories), Some(attributes)) =
            (self.quantity, &self.categories, &self.attributes)
        else {
            return Ok(None);
        };
        Ok(Some(PurchaseItem {
            quantity: u32::try_from(quantity).map_err(broken)?,
            categories: json::from_text("products", categories)?,
            attributes: json::from_text("products", attributes)?,
        }))
    }
}

fn fold(context: Context, lines: &[Line]) -> Result<Option<Purchase>, SqlError> {
    let Some(first) = lines.first() else {
        return Ok(None);
    };
    let items = lines
        .iter()
        .filter_map(|line| line.item().transpose())
        .collect::<Result<_, _>>()?;
    let segments = first.segments.as_deref();
    Ok(Some(Purchase {
        context,
        amount: money::read("baskets", first.total_minor, &first.currency)?,
        state: Some(Slug::parse(&first.state).map_err(broken)?),
        items,
        customer_segments: segments
            .map(|segments| json::from_text("customers", segments))
            .transpose()?
            .unwrap_or_default(),
    }))
}

async fn of_session_basket(
    connection: &mut Connection,
    digest: &str,
    now: NaiveDateTime,
) -> Result<Option<Purchase>, SqlError> {
    let is_theirs = sessions::customer
        .eq(customers::pk.nullable())
        .and(customers::is_active);
    let lines: Vec<Line> = sessions::table
        .inner_join(baskets::table.on(sessions::basket.eq(baskets::pk.nullable())))
        .left_join(customers::table.on(is_theirs))
        .left_join(basket_items::table.on(basket_items::basket.eq(baskets::pk)))
        .left_join(products::table.on(products::pk.eq(basket_items::product)))
        .filter(
            sessions::digest
                .eq(digest)
                .and(sessions::expires_at.gt(now)),
        )
        .order(basket_items::position)
        .select(line_of!(baskets))
        .load(connection)
        .await?;
    fold(Context::Basket, &lines)
}

async fn of_session_pre_order(
    connection: &mut Connection,
    digest: &str,
    now: NaiveDateTime,
) -> Result<Option<Purchase>, SqlError> {
    let is_theirs = sessions::customer
        .eq(customers::pk.nullable())
        .and(customers::is_active);
    let lines: Vec<Line> = sessions::table
        .inner_join(pre_orders::table.on(sessions::pre_order.eq(pre_orders::pk.nullable())))
        .left_join(customers::table.on(is_theirs))
        .left_join(basket_items::table.on(basket_items::basket.eq(pre_orders::basket)))
        .left_join(products::table.on(products::pk.eq(basket_items::product)))
        .filter(
            sessions::digest
                .eq(digest)
                .and(sessions::expires_at.gt(now)),
        )
        .order(basket_items::position)
        .select(line_of!(pre_orders))
        .load(connection)
        .await?;
    fold(Context::PreOrder, &lines)
}

async fn of_basket(connection: &mut Connection, pk: i64) -> Result<Option<Purchase>, SqlError> {
    let is_theirs = baskets::customer
        .eq(customers::pk.nullable())
        .and(customers::is_active);
    let lines: Vec<Line> = baskets::table
        .left_join(customers::table.on(is_theirs))
        .left_join(basket_items::table.on(basket_items::basket.eq(baskets::pk)))
        .left_join(products::table.on(products::pk.eq(basket_items::product)))
        .filter(baskets::pk.eq(pk))
        .order(basket_items::position)
        .select(line_of!(baskets))
        .load(connection)
        .await?;
    fold(Context::Basket, &lines)
}

async fn of_pre_order(connection: &mut Connection, pk: i64) -> Result<Option<Purchase>, SqlError> {
    let is_theirs = baskets::customer
        .eq(customers::pk.nullable())
        .and(customers::is_active);
    let lines: Vec<Line> = pre_orders::table
        .inner_join(baskets::table.on(baskets::pk.eq(pre_orders::basket)))
        .left_join(customers::table.on(is_theirs))
        .left_join(basket_items::table.on(basket_items::basket.eq(baskets::pk)))
        .left_join(products::table.on(products::pk.eq(basket_items::product)))
        .filter(pre_orders::pk.eq(pk))
        .order(basket_items::position)
        .select(line_of!(pre_orders))
        .load(connection)
        .await?;
    fold(Context::PreOrder, &lines)
}

async fn of_product(connection: &mut Connection, pk: i64) -> Result<Option<Purchase>, SqlError> {
    let Some(product) = product::row(connection, &pk).await? else {
        return Ok(None);
    };
    let product = product.read()?;
    let purchase = || Purchase {
        context: Context::Product,
        amount: product.price,
        state: None,
        items: vec![PurchaseItem {
            quantity: 1,
            categories: product.categories,
            attributes: product.attributes,
        }],
        customer_segments: Vec::new(),
    };
    Ok(product.is_active.then(purchase))
}

#[async_trait]
impl Purchases for Database {
    async fn session_basket(
        &self,
        session: &SessionDigest,
        now: DateTime<Utc>,
    ) -> Result<Option<Purchase>, Unavailable> {
        let digest = session.to_hex();
        Ok(self
            .read(async |connection| of_session_basket(connection, &digest, stored(now)).await)
            .await?)
    }

    async fn session_pre_order(
        &self,
        session: &SessionDigest,
        now: DateTime<Utc>,
    ) -> Result<Option<Purchase>, Unavailable> {
        let digest = session.to_hex();
        Ok(self
            .read(async |connection| of_session_pre_order(connection, &digest, stored(now)).await)
            .await?)
    }

    async fn product(&self, pk: ProductId) -> Result<Option<Purchase>, Unavailable> {
        Ok(self
            .read(async |connection| of_product(connection, pk.get()).await)
            .await?)
    }

    async fn basket(&self, pk: BasketId) -> Result<Option<Purchase>, Unavailable> {
        Ok(self
            .read(async |connection| of_basket(connection, pk.get()).await)
            .await?)
    }

    async fn pre_order(&self, pk: PreOrderId) -> Result<Option<Purchase>, Unavailable> {
        Ok(self
            .read(async |connection| of_pre_order(connection, pk.get()).await)
            .await?)
    }
}
