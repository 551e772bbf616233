//! What a store has: recent purchases by their keys, and the facts that rules may test.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::money::Currency;
use payments_core::ports::Unavailable;
use payments_core::purchase::{Context, KeyedPurchase};
use payments_core::rules::lint::StoreFacts;
use payments_core::serde_json::Value;
use payments_core::slug::Slug;
use payments_core::store_data::CategoryPath;
use serde::de::DeserializeOwned;

use payments_sql::column;
use payments_sql::schema::{baskets, customers, pre_orders, products};
use payments_sql::sql_error::SqlError;
use payments_sql::store_sample::{Facts, MAX_DISTINCT, RecentKeys, StoreSample};

use super::{Connection, Database, purchase};

/// The baskets, and the pre-orders, whose states and currencies are facts.
const RECENT: i64 = 10_000;

/// Reads keys of `$table` by `$order`, one more than the limit.
macro_rules! keys {
    ($connection:ident, $limit:ident, $from:expr, $table:ident, $($order:expr),+) => {
        $from
            .order(($($order,)+))
            .limit(i64::from($limit) + 1)
            .select($table::pk)
            .load($connection)
            .await?
    };
}

async fn recent(
    connection: &mut Connection,
    context: Context,
    limit: u32,
) -> Result<Vec<i64>, SqlError> {
    use baskets::table as of_baskets;
    use pre_orders::table as of_pre_orders;
    Ok(match context {
        Context::Basket => {
            keys!(
                connection,
                limit,
                of_baskets,
                baskets,
                baskets::updated_at.desc(),
                baskets::pk.desc()
            )
        }
        Context::PreOrder => {
            keys!(
                connection,
                limit,
                of_pre_orders,
                pre_orders,
                pre_orders::updated_at.desc(),
                pre_orders::pk.desc()
            )
        }
        Context::Product => {
            let active = products::table.filter(products::is_active);
            keys!(connection, limit, active, products, products::pk.desc())
        }
    })
}

/// The values of JSON texts. `None` if there are too many.
fn values<T: DeserializeOwned>(
    table: &'static str,
    texts: &[String],
) -> Result<Option<Vec<T>>, SqlError> {
    if texts.len() > MAX_DISTINCT as usize {
        return Ok(None);
    }
    let read = texts.iter().map(|text| column::read_json(table, text));
    read.collect::<Result<_, _>>().map(Some)
}

/// The different texts of a column, one more than the limit.
macro_rules! distinct {
    ($connection:ident, $table:ident::$column:ident) => {
        $table::table
            .select($table::$column)
            .distinct()
            .limit(i64::from(MAX_DISTINCT) + 1)
            .load::<String>($connection)
            .await?
    };
}

async fn categories(
    connection: &mut Connection,
) -> Result<Option<BTreeSet<CategoryPath>>, SqlError> {
    let texts = distinct!(connection, products::categories);
    let lists: Option<Vec<Vec<CategoryPath>>> = values("products", &texts)?;
    Ok(lists.map(|lists| lists.into_iter().flatten().collect()))
}

type Attributes = BTreeMap<String, BTreeSet<String>>;

async fn attributes(connection: &mut Connection) -> Result<Option<Attributes>, SqlError> {
    let texts = distinct!(connection, products::attributes);
    let Some(objects) = values::<BTreeMap<String, Value>>("products", &texts)? else {
        return Ok(None);
    };
    let mut attributes = Attributes::new();
    for (name, value) in objects.into_iter().flatten() {
        let values = attributes.entry(name).or_default();
        values.extend(StoreFacts::attribute_text(&value));
    }
    Ok(Some(attributes))
}

async fn segments(connection: &mut Connection) -> Result<Option<BTreeSet<Slug>>, SqlError> {
    let texts = distinct!(connection, customers::segments);
    let lists: Option<Vec<Vec<Slug>>> = values("customers", &texts)?;
    Ok(lists.map(|lists| lists.into_iter().flatten().collect()))
}

/// States and currencies of the latest rows of `$table`.
macro_rules! latest {
    ($connection:ident, $table:ident) => {
        $table::table
            .order(($table::updated_at.desc(), $table::pk.desc()))
            .limit(RECENT)
            .select(($table::state, $table::currency))
            .load::<(String, String)>($connection)
            .await?
    };
}

type StatesAndCurrencies = (BTreeSet<Slug>, Vec<Currency>);

/// The states of recent baskets and pre-orders, and their currencies and those of products, the most frequent one first.
async fn states_and_currencies(
    connection: &mut Connection,
) -> Result<StatesAndCurrencies, SqlError> {
    let mut rows = latest!(connection, baskets);
    rows.extend(latest!(connection, pre_orders));
    let mut states = BTreeSet::new();
    let mut counts: BTreeMap<Currency, usize> = BTreeMap::new();
    for (state, currency) in rows {
        states.insert(Slug::parse(&state).map_err(|error| SqlError::row("baskets", error))?);
        let currency = Currency::from_code(&currency);
        let currency = currency.map_err(|error| SqlError::row("baskets", error))?;
        *counts.entry(currency).or_default() += 1;
    }
    for code in distinct!(connection, products::currency) {
        let currency = Currency::from_code(&code);
        let currency = currency.map_err(|error| SqlError::row("products", error))?;
        counts.entry(currency).or_default();
    }
    let mut currencies: Vec<_> = counts.into_iter().collect();
    currencies.sort_by_key(|(currency, count)| (std::cmp::Reverse(*count), *currency));
    let currencies = currencies.into_iter().map(|(currency, _)| currency);
    Ok((states, currencies.collect()))
}

#[async_trait]
impl StoreSample for Database {
    async fn recent_keys(&self, context: Context, limit: u32) -> Result<RecentKeys, Unavailable> {
        let pks = self.read(async |connection| recent(connection, context, limit).await);
        let keys = RecentKeys::of(context, pks.await?, limit);
        Ok(keys.map_err(|error| SqlError::row(context.as_str(), error))?)
    }

    async fn purchases(
        &self,
        context: Context,
        pks: &[i64],
    ) -> Result<Vec<KeyedPurchase>, Unavailable> {
        let found =
            self.read(async |connection| purchase::of_owners(connection, context, pks).await);
        Ok(found.await?)
    }

    async fn facts(&self) -> Facts {
        let mut unavailable = Vec::new();
        let categories = self.read(async |connection| categories(connection).await);
        let categories = known(categories.await, &mut unavailable).flatten();
        let attributes = self.read(async |connection| attributes(connection).await);
        let attributes = known(attributes.await, &mut unavailable).flatten();
        let segments = self.read(async |connection| segments(connection).await);
        let segments = known(segments.await, &mut unavailable).flatten();
        let recent = self.read(async |connection| states_and_currencies(connection).await);
        let (basket_states, currencies) = known(recent.await, &mut unavailable).unzip();
        let known = StoreFacts {
            categories,
            attributes,
            segments,
            basket_states,
            currencies,
        };
        Facts { known, unavailable }
    }
}

fn known<T>(read: Result<T, SqlError>, unavailable: &mut Vec<Unavailable>) -> Option<T> {
    read.map_err(|error| unavailable.push(error.into())).ok()
}
