//! Session digests, from their column.

use payments_core::session::SessionDigest;

use crate::sql_error::SqlError;

/// The digest of 64 hexadecimal digits.
pub(crate) fn read(table: &'static str, hex: &str) -> Result<SessionDigest, SqlError> {
    SessionDigest::from_hex(hex).ok_or_else(|| SqlError::row(table, "not a digest"))
}
