//! Session digests, from their column.

use payments_core::session::SessionDigest;

use crate::sql_error::SqlError;

/// The digest of 64 hexadecimal digits.
pub(crate) fn read(table: &'static str, hex: &str) -> Result<SessionDigest, SqlError> {
    let broken = || SqlError::row(table, "not a digest");
    let bytes = hex.as_bytes();
    let mut digest = [0; 32];
    if bytes.len() != 64 {
        return Err(broken());
    }
    for (byte, pair) in digest.iter_mut().zip(bytes.chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| broken())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| broken())?;
    }
    Ok(SessionDigest(digest))
}
