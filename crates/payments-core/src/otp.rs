//! One-time codes.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A one-time code: 4 to 8 ASCII digits. Secret: lent to a closure, wiped on drop.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct OtpCode {
    digits: [u8; 8],
    length: usize,
}

/// A text that cannot be a code. The text itself is not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use 4 to 8 digits")]
pub struct InvalidOtp;

impl OtpCode {
    /// Reads 4 to 8 ASCII digits.
    ///
    /// # Errors
    /// [`InvalidOtp`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidOtp> {
        let bytes = text.as_bytes();
        if !(4..=8).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_digit) {
            return Err(InvalidOtp);
        }
        let mut code = Self { digits: [0; 8], length: bytes.len() };
        code.digits[..bytes.len()].copy_from_slice(bytes);
        Ok(code)
    }

    /// Lends the digits to `use_it`: the SMS, or the digest.
    pub fn expose<T>(&self, use_it: impl FnOnce(&str) -> T) -> T {
        use_it(std::str::from_utf8(&self.digits[..self.length]).unwrap_or_default())
    }
}
