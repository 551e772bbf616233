//! The table of each part: the only list of nouns.

use std::collections::BTreeSet;

use payments_core::record::{Filter, Key, Part, Record};

use payments_sql::sql_error::SqlError;

use super::Connection;
use super::bank::Banks;
use super::basket::Baskets;
use super::card::Cards;
use super::card_type::CardTypes;
use super::customer::Customers;
use super::payment_option::PaymentOptions;
use super::pos::PointsOfSale;
use super::pre_order::PreOrders;
use super::product::Products;
use super::rule::Rules;
use super::session::SessionRows;
use super::table::{KeyColumn as _, Span, Stored, Table as _};

macro_rules! table_of {
    ($part:expr, $function:ident($($argument:expr),+)) => {
        match $part {
            Part::Banks => Banks::$function($($argument),+).await,
            Part::CardTypes => CardTypes::$function($($argument),+).await,
            Part::Pos => PointsOfSale::$function($($argument),+).await,
            Part::Cards => Cards::$function($($argument),+).await,
            Part::PaymentOptions => PaymentOptions::$function($($argument),+).await,
            Part::Rules => Rules::$function($($argument),+).await,
            Part::Products => Products::$function($($argument),+).await,
            Part::Customers => Customers::$function($($argument),+).await,
            Part::Baskets => Baskets::$function($($argument),+).await,
            Part::PreOrders => PreOrders::$function($($argument),+).await,
            Part::Sessions => SessionRows::$function($($argument),+).await,
        }
    };
}

pub(super) async fn count(
    connection: &mut Connection,
    part: Part,
    filters: &[Filter],
) -> Result<i64, SqlError> {
    table_of!(part, count(connection, filters))
}

pub(super) async fn has_more_than(
    connection: &mut Connection,
    part: Part,
    rows: i64,
    filters: &[Filter],
) -> Result<bool, SqlError> {
    table_of!(part, has_more_than(connection, rows, filters))
}

pub(super) async fn records(
    connection: &mut Connection,
    part: Part,
    span: &Span,
    filters: &[Filter],
) -> Result<Vec<Record>, SqlError> {
    table_of!(part, records(connection, span, filters))
}

pub(super) async fn find(
    connection: &mut Connection,
    part: Part,
    key: &Key,
) -> Result<Option<Record>, SqlError> {
    table_of!(part, find(connection, key))
}

pub(super) async fn stored(
    connection: &mut Connection,
    part: Part,
    keys: &[&Key],
) -> Result<Stored, SqlError> {
    table_of!(part, stored(connection, keys))
}

pub(super) async fn present(
    connection: &mut Connection,
    part: Part,
    pks: &[i64],
) -> Result<BTreeSet<i64>, SqlError> {
    table_of!(part, present(connection, pks))
}

pub(super) async fn slug_owners(
    connection: &mut Connection,
    part: Part,
    slugs: &[String],
) -> Result<Vec<(String, i64)>, SqlError> {
    table_of!(part, slug_owners(connection, slugs))
}

/// Frees the unique slugs of objects that the transaction deletes.
pub(super) async fn free_slugs(
    connection: &mut Connection,
    part: Part,
    keys: &[&Key],
) -> Result<(), SqlError> {
    let pks: Vec<i64> = keys.iter().filter_map(|key| i64::of(key)).collect();
    table_of!(part, free_slugs_of(connection, &pks))
}

pub(super) async fn upsert(
    connection: &mut Connection,
    part: Part,
    records: &[&Record],
) -> Result<(), SqlError> {
    table_of!(part, upsert(connection, records))
}

pub(super) async fn delete(
    connection: &mut Connection,
    part: Part,
    key: &Key,
) -> Result<bool, SqlError> {
    table_of!(part, delete(connection, key))
}
