//! Card numbers.

use alloc::boxed::Box;

use zeroize::Zeroizing;

use crate::keys::Keys;

use super::brand::Brand;
use super::fingerprint::Fingerprint;
use super::mask::MaskedPan;

/// A primary account number: 12 to 19 ASCII digits that pass the Luhn check (ISO/IEC 7812-1, annex B).
///
/// The digits stay at one address in memory, which is wiped on drop; moving a number copies only a pointer to them.
pub struct Pan {
    digits: Box<Zeroizing<[u8; Self::MAX_LENGTH]>>,
    length: usize,
}

/// The text is not a card number. Does not contain the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a card number")]
pub struct InvalidPan;

impl Pan {
    /// The maximum number of digits.
    pub const MAX_LENGTH: usize = 19;

    /// Parses 12 to 19 ASCII digits that pass the Luhn check, after removing the separators that documents put around
    /// groups of digits: spaces, dashes and directional marks.
    ///
    /// # Errors
    /// [`InvalidPan`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidPan> {
        let mut pan = Self {
            digits: Box::default(),
            length: 0,
        };
        for character in text.chars() {
            match u8::try_from(character) {
                Ok(digit @ b'0'..=b'9') if pan.length < Self::MAX_LENGTH => {
                    pan.digits[pan.length] = digit;
                    pan.length += 1;
                }
                _ if is_between_groups(character) => {}
                _ => return Err(InvalidPan),
            }
        }
        if pan.length >= 12 && passes_luhn(&pan.digits[..pan.length]) {
            Ok(pan)
        } else {
            Err(InvalidPan)
        }
    }

    /// Lends the digits to `use_it`: for a gateway's request, or for sealing.
    pub fn expose<T>(&self, use_it: impl FnOnce(&str) -> T) -> T {
        use_it(core::str::from_utf8(&self.digits[..self.length]).unwrap_or_default())
    }

    /// The first six digits, a `*` for each hidden digit, and the last four.
    pub fn mask(&self) -> MaskedPan {
        MaskedPan::of_digits(&self.digits[..self.length])
    }

    /// The card scheme, derived from the leading digits.
    pub fn brand(&self) -> Brand {
        Brand::of_digits(&self.digits[..self.length])
    }

    /// Recognizes the same card without storing its number.
    pub fn fingerprint(&self, keys: &Keys) -> Fingerprint {
        Fingerprint(keys.fingerprint_key().tag(&[&self.digits[..self.length]]))
    }
}

/// Spaces (including non-breaking ones), dashes, and the directional marks that keep digits in
/// order within right-to-left text.
const fn is_between_groups(character: char) -> bool {
    matches!(
        character,
        ' ' | '-' | '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' | '\u{2010}'..='\u{2013}'
            | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// The Luhn check over ASCII digits.
pub(crate) fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit - b'0');
            match (place % 2, value * 2) {
                (0, _) => value,
                (_, doubled) if doubled > 9 => doubled - 9,
                (_, doubled) => doubled,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}
