//! Card verification values.

use alloc::boxed::Box;

use zeroize::Zeroizing;

/// A card verification value: 3 or 4 ASCII digits. Only held sealed, for at most 5 minutes, and only for a
/// gateway that needs it.
///
/// The digits stay at one address in memory, which is wiped on drop; moving a value copies only a pointer to them.
pub struct Cvv {
    digits: Box<Zeroizing<[u8; Self::MAX_LENGTH]>>,
    length: usize,
}

/// The text is not a CVV. Does not contain the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a card verification value")]
pub struct InvalidCvv;

impl Cvv {
    /// The maximum number of digits.
    pub const MAX_LENGTH: usize = 4;

    /// Parses 3 or 4 ASCII digits.
    ///
    /// # Errors
    /// [`InvalidCvv`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidCvv> {
        let bytes = text.as_bytes();
        if !(3..=Self::MAX_LENGTH).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_digit) {
            return Err(InvalidCvv);
        }
        let mut cvv = Self {
            digits: Box::default(),
            length: bytes.len(),
        };
        cvv.digits[..bytes.len()].copy_from_slice(bytes);
        Ok(cvv)
    }

    /// Lends the digits to `use_it`: for a gateway's request, or for sealing.
    pub fn expose<T>(&self, use_it: impl FnOnce(&str) -> T) -> T {
        use_it(core::str::from_utf8(&self.digits[..self.length]).unwrap_or_default())
    }
}
