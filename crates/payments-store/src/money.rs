//! Amounts, from two columns: minor units and currency.

use payments_core::money::{Currency, Money};

use crate::sql_error::SqlError;

/// The amount of a row.
pub(crate) fn read(table: &'static str, minor: i64, currency: &str) -> Result<Money, SqlError> {
    let currency = Currency::from_code(currency).map_err(|error| SqlError::row(table, error))?;
    Ok(Money::new(minor, currency))
}
