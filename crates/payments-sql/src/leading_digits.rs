//! The column `bin`: the first digits of a saved card's number.

use payments_core::card::MaskedPan;
use payments_core::catalog::LeadingDigits;

use crate::sql_error::SqlError;

/// Reads the digits. A row of an earlier release has none, and those of its mask count.
///
/// # Errors
/// [`SqlError::Row`] for anything but six to eight digits.
pub fn read(
    table: &'static str,
    bin: Option<&str>,
    mask: &MaskedPan,
) -> Result<LeadingDigits, SqlError> {
    match bin {
        Some(text) => LeadingDigits::parse(text).map_err(|error| SqlError::row(table, error)),
        None => Ok(mask.leading_digits()),
    }
}
