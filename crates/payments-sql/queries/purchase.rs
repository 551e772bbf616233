//! Purchases: one query for all concurrent callers, whose rows are folded here.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::id::ProductId;
use payments_core::ports::{Purchases, Unavailable};
use payments_core::purchase::{Buyer, Context, KeyedPurchase, Purchase, PurchaseItem, PurchaseKey};
use payments_core::session::SessionDigest;
use payments_core::slug::Slug;
use payments_core::store_data::{Product, ProductsVersion};

use payments_sql::batching::{Batcher, Found, Query};
use payments_sql::column::{self, instant};
use payments_sql::schema::{basket_items, baskets, customers, pre_orders, products, sessions};
use payments_sql::sql_error::SqlError;

use super::{Connection, Database, product};

/// A basket or pre-order, with one of its items, if it has any.
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

mod keyed;

pub(super) use keyed::of_owners;

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
            categories: column::read_json("products", categories)?,
            attributes: column::read_json("products", attributes)?,
        }))
    }
}

fn fold<'a>(
    context: Context,
    lines: impl Iterator<Item = &'a Line> + Clone,
) -> Result<Option<Purchase>, SqlError> {
    let Some(first) = lines.clone().next() else {
        return Ok(None);
    };
    let items = lines
        .filter_map(|line| line.item().transpose())
        .collect::<Result<_, _>>()?;
    let segments = first.segments.as_deref();
    Ok(Some(Purchase {
        context,
        amount: column::read_money("baskets", first.total_minor, &first.currency)?,
        state: Some(Slug::parse(&first.state).map_err(broken)?),
        items,
        customer_segments: segments
            .map(|segments| column::read_json("customers", segments))
            .transpose()?
            .unwrap_or_default(),
    }))
}

/// Defines a query for what sessions pay for: `$whole`, named by their column `$key`, with the items of the basket `$basket`.
macro_rules! of_sessions {
    ($name:ident: $whole:ident by $key:ident, $basket:expr) => {
        async fn $name(
            connection: &mut Connection,
            digests: &[String],
            now: NaiveDateTime,
        ) -> Result<Vec<(String, Line)>, SqlError> {
            let is_theirs = sessions::customer
                .eq(customers::pk.nullable())
                .and(customers::is_active);
            Ok(sessions::table
                .inner_join($whole::table.on(sessions::$key.eq($whole::pk.nullable())))
                .left_join(customers::table.on(is_theirs))
                .left_join(basket_items::table.on(basket_items::basket.eq($basket)))
                .left_join(products::table.on(products::pk.eq(basket_items::product)))
                .filter(
                    sessions::digest
                        .eq_any(digests)
                        .and(sessions::expires_at.gt(now)),
                )
                .order(basket_items::position)
                .select((sessions::digest, line_of!($whole)))
                .load(connection)
                .await?)
        }
    };
}

of_sessions!(of_session_baskets: baskets by basket, baskets::pk);
of_sessions!(of_session_pre_orders: pre_orders by pre_order, pre_orders::basket);

/// What `fold` makes of the lines of each session.
fn by_session<L, V>(
    digests: &[String],
    lines: Vec<(String, L)>,
    fold: impl Fn(&[L]) -> Found<V>,
) -> Vec<Found<V>> {
    let mut by_session: HashMap<String, Vec<L>> = HashMap::with_capacity(digests.len());
    for (digest, line) in lines {
        by_session.entry(digest).or_default().push(line);
    }
    let lines_of = |digest| by_session.get(digest).map_or(&[][..], Vec::as_slice);
    digests
        .iter()
        .map(|digest| fold(lines_of(digest)))
        .collect()
}

fn of_product(product: Product) -> Option<Purchase> {
    product.is_active.then_some(Purchase {
        context: Context::Product,
        amount: product.price,
        state: None,
        items: vec![PurchaseItem {
            quantity: 1,
            categories: product.categories,
            attributes: product.attributes,
        }],
        customer_segments: Vec::new(),
    })
}

/// A requested session, and when it was requested.
type AskedSession = (SessionDigest, DateTime<Utc>);

/// The digests as stored, and the latest instant: a session that expires between the first caller and the last
/// has expired for all of them.
fn columns(sessions: &[AskedSession]) -> (Vec<String>, NaiveDateTime) {
    let digests = sessions.iter().map(|(digest, _)| digest.to_hex()).collect();
    let latest = sessions.iter().map(|(_, now)| *now).max();
    (digests, instant(latest.unwrap_or(DateTime::UNIX_EPOCH)))
}

struct SessionBaskets(Arc<Database>);

impl Query for SessionBaskets {
    type Key = AskedSession;
    type Value = Purchase;

    async fn run(&self, sessions: &[AskedSession]) -> Result<Vec<Found<Purchase>>, SqlError> {
        let (digests, now) = columns(sessions);
        let lines = self
            .0
            .read(async |connection| of_session_baskets(connection, &digests, now).await)
            .await?;
        Ok(by_session(&digests, lines, |lines| {
            fold(Context::Basket, lines.iter())
        }))
    }
}

struct SessionPreOrders(Arc<Database>);

impl Query for SessionPreOrders {
    type Key = AskedSession;
    type Value = Purchase;

    async fn run(&self, sessions: &[AskedSession]) -> Result<Vec<Found<Purchase>>, SqlError> {
        let (digests, now) = columns(sessions);
        let lines = self
            .0
            .read(async |connection| of_session_pre_orders(connection, &digests, now).await)
            .await?;
        Ok(by_session(&digests, lines, |lines| {
            fold(Context::PreOrder, lines.iter())
        }))
    }
}

/// Baskets or pre-orders with their keys.
struct KeyedOfSessions(Arc<Database>, Context);

impl Query for KeyedOfSessions {
    type Key = AskedSession;
    type Value = KeyedPurchase;

    async fn run(&self, sessions: &[AskedSession]) -> Result<Vec<Found<KeyedPurchase>>, SqlError> {
        let (Self(database, context), (digests, now)) = (self, columns(sessions));
        let lines = database
            .read(async |connection| keyed::of_sessions(connection, *context, &digests, now).await)
            .await?;
        Ok(by_session(&digests, lines, |lines| {
            keyed::folded(*context, lines)
        }))
    }
}

struct Products(Arc<Database>);

async fn rows(
    database: &Database,
    pks: &[i64],
) -> Result<Vec<(product::Row, ProductsVersion)>, SqlError> {
    database
        .read(async |connection| product::some(connection, pks).await)
        .await
}

impl Query for Products {
    type Key = i64;
    type Value = (ProductsVersion, Purchase);

    async fn run(&self, pks: &[i64]) -> Result<Vec<Found<Self::Value>>, SqlError> {
        let rows = rows(&self.0, pks).await?;
        let by_pk: HashMap<i64, _> = rows.into_iter().map(|found| (found.0.pk, found)).collect();
        let purchase = |pk| match by_pk.get(pk) {
            Some((row, version)) => {
                let purchase = of_product(row.clone().read()?);
                Ok(purchase.map(|purchase| (*version, purchase)))
            }
            None => Ok(None),
        };
        Ok(pks.iter().map(purchase).collect())
    }
}

/// Reads purchases by one query for all concurrent callers.
pub struct BatchedPurchases {
    database: Arc<Database>,
    baskets: Batcher<SessionBaskets>,
    pre_orders: Batcher<SessionPreOrders>,
    products: Batcher<Products>,
    keyed_baskets: Batcher<KeyedOfSessions>,
    keyed_pre_orders: Batcher<KeyedOfSessions>,
}

impl BatchedPurchases {
    /// Reads from this database.
    pub fn new(database: Arc<Database>) -> Self {
        let timeout = database.query_timeout();
        let keyed =
            |context| Batcher::new(KeyedOfSessions(Arc::clone(&database), context), timeout);
        Self {
            keyed_baskets: keyed(Context::Basket),
            keyed_pre_orders: keyed(Context::PreOrder),
            baskets: Batcher::new(SessionBaskets(Arc::clone(&database)), timeout),
            pre_orders: Batcher::new(SessionPreOrders(Arc::clone(&database)), timeout),
            products: Batcher::new(Products(Arc::clone(&database)), timeout),
            database,
        }
    }
}

#[async_trait]
impl Purchases for BatchedPurchases {
    async fn session_basket(
        &self,
        session: &SessionDigest,
        now: DateTime<Utc>,
    ) -> Result<Option<Purchase>, Unavailable> {
        self.baskets.get((*session, now)).await
    }

    async fn session_pre_order(
        &self,
        session: &SessionDigest,
        now: DateTime<Utc>,
    ) -> Result<Option<Purchase>, Unavailable> {
        self.pre_orders.get((*session, now)).await
    }

    async fn product(
        &self,
        pk: ProductId,
    ) -> Result<Option<(ProductsVersion, Purchase)>, Unavailable> {
        self.products.get(pk.get()).await
    }

    async fn products(
        &self,
        pks: &[ProductId],
    ) -> Result<BTreeMap<ProductId, (ProductsVersion, Purchase)>, Unavailable> {
        let pks: Vec<i64> = pks.iter().map(|pk| pk.get()).collect();
        let mut found = BTreeMap::new();
        for (row, version) in rows(&self.database, &pks).await? {
            let product = row.read()?;
            let pk = product.pk;
            found.extend(of_product(product).map(|purchase| (pk, (version, purchase))));
        }
        Ok(found)
    }

    async fn products_version(&self) -> Result<ProductsVersion, Unavailable> {
        Ok(self
            .database
            .read(async |connection| product::version(connection).await)
            .await?)
    }

    async fn keyed_of_session(
        &self,
        session: &SessionDigest,
        context: Context,
        now: DateTime<Utc>,
    ) -> Result<Option<KeyedPurchase>, Unavailable> {
        match context {
            Context::Basket => self.keyed_baskets.get((*session, now)).await,
            Context::PreOrder => self.keyed_pre_orders.get((*session, now)).await,
            Context::Product => Ok(None),
        }
    }

    async fn keyed(
        &self,
        key: PurchaseKey,
        buyer: Buyer,
    ) -> Result<Option<KeyedPurchase>, Unavailable> {
        Ok(self
            .database
            .read(async |connection| keyed::of_key(connection, key, buyer).await)
            .await?)
    }
}
