//! One-time codes: issuing, parsing and comparing them.

mod tries;

use alloc::boxed::Box;
use core::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::flow::{FlowId, FlowKey};
use crate::id::CustomerId;
use crate::keys::{KeyId, Keys};
use crate::phone::PhoneDigest;
use crate::session::SessionDigest;

pub use tries::{AttemptTag, CodeTag, CodeTry, Reservation, TryLimits, UsedCode};

/// A one-time code: 4 to 8 ASCII digits. Secret: only lent to a closure, and wiped on drop. Moving a code copies only a
/// pointer to its digits.
pub struct OtpCode {
    digits: Box<Zeroizing<[u8; Self::MAX_LENGTH]>>,
    length: usize,
}

/// The text is not a code. Does not contain the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use 4 to 8 digits")]
pub struct InvalidOtp;

/// The number of digits of issued codes: 4 to 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeLength(usize);

/// Everything a code is bound to besides its digits. It is valid in this context only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeContext {
    /// The flow that the code belongs to.
    pub flow: FlowId,
    /// The customer who requested the code.
    pub customer: CustomerId,
    /// The session that requested the code.
    pub session: SessionDigest,
    /// The phone that the code was sent to.
    pub phone: PhoneDigest,
}

/// An HMAC of a code and its context. Compared in constant time.
#[derive(Clone, Copy, Debug, Eq, Serialize, Deserialize)]
pub struct CodeDigest(#[serde(with = "crate::hex")] pub [u8; 32]);

impl CodeLength {
    /// A length of six digits.
    pub const SIX: Self = Self(6);

    /// Accepts 4 to 8 digits.
    ///
    /// # Errors
    /// [`InvalidOtp`] for any other number.
    pub const fn new(digits: usize) -> Result<Self, InvalidOtp> {
        if digits >= OtpCode::MIN_LENGTH && digits <= OtpCode::MAX_LENGTH {
            Ok(Self(digits))
        } else {
            Err(InvalidOtp)
        }
    }

    /// The number of digits.
    pub const fn get(self) -> usize {
        self.0
    }
}

impl CodeDigest {
    /// A digest that no code has.
    pub(crate) const NONE: Self = Self([0; 32]);

    /// The tag under which tries refer to this code as the sent one.
    pub fn code_tag(&self) -> CodeTag {
        CodeTag(tries::first_eight(&self.0))
    }

    /// The tag under which tries refer to this code as an answer to `sent`. The same digits entered for another
    /// code are another try.
    pub fn tag(&self, sent: &Self) -> AttemptTag {
        let both = Sha256::new().chain_update(sent.0).chain_update(self.0);
        AttemptTag(tries::first_eight(&both.finalize().into()))
    }
}

impl OtpCode {
    /// The minimum number of digits.
    pub const MIN_LENGTH: usize = 4;
    /// The maximum number of digits.
    pub const MAX_LENGTH: usize = 8;

    /// Draws a random code; every code of the length is equally likely, including those with leading zeros.
    /// `fill_random` fills its argument with unpredictable bytes.
    pub fn issue(length: CodeLength, mut fill_random: impl FnMut(&mut [u8])) -> Self {
        let mut code = Self {
            digits: Box::default(),
            length: 0,
        };
        // Enough for a code, although some are discarded.
        let mut bytes = Zeroizing::new([0; 16]);
        while code.length < length.0 {
            fill_random(bytes.as_mut());
            // 250 is the largest multiple of ten in a byte: larger values would favour the digits 0 to 5.
            for byte in bytes.iter().filter(|byte| **byte < 250) {
                if code.length < length.0 {
                    code.digits[code.length] = b'0' + byte % 10;
                    code.length += 1;
                }
            }
        }
        code
    }

    /// Parses 4 to 8 ASCII digits.
    ///
    /// # Errors
    /// [`InvalidOtp`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidOtp> {
        let bytes = text.as_bytes();
        let fits = (Self::MIN_LENGTH..=Self::MAX_LENGTH).contains(&bytes.len());
        if !fits || !bytes.iter().all(u8::is_ascii_digit) {
            return Err(InvalidOtp);
        }
        let mut code = Self {
            digits: Box::default(),
            length: bytes.len(),
        };
        code.digits[..bytes.len()].copy_from_slice(bytes);
        Ok(code)
    }

    /// Lends the digits to `use_it`, which sends the SMS or computes the digest.
    pub fn expose<T>(&self, use_it: impl FnOnce(&str) -> T) -> T {
        use_it(core::str::from_utf8(&self.digits[..self.length]).unwrap_or_default())
    }

    /// The code's HMAC under the pepper of `key`; `None` if that key has left the ring.
    pub fn digest(&self, keys: &Keys, key: KeyId, context: &CodeContext) -> Option<CodeDigest> {
        let tag = keys.code_pepper(key)?.tag(&[
            b"card storage",
            &context.flow.0,
            &context.customer.get().to_be_bytes(),
            &context.session.0,
            &context.phone.0,
            &self.digits[..self.length],
        ]);
        Some(CodeDigest(tag))
    }

    /// Recognizes a repeated code of the flow. Made with the lasting key, so it outlives the flow's state
    /// and the ring's keys.
    pub fn replay_tag(&self, keys: &Keys, flow: &FlowKey) -> AttemptTag {
        let tag = keys
            .replay_key()
            .tag(&[flow.0.as_bytes(), &self.digits[..self.length]]);
        AttemptTag(tries::first_eight(&tag))
    }
}

impl PartialEq for CodeDigest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Hash for CodeDigest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issued(length: usize, bytes: &[u8]) -> String {
        let length = CodeLength::new(length).expect("a length of codes");
        let repeat = |random: &mut [u8]| {
            for (byte, given) in random.iter_mut().zip(bytes.iter().cycle()) {
                *byte = *given;
            }
        };
        OtpCode::issue(length, repeat).expose(str::to_owned)
    }

    #[test]
    fn leading_zeros_are_kept() {
        assert_eq!(issued(6, &[0, 10, 20, 1, 2, 3]), "000123");
    }

    #[test]
    fn bytes_that_would_favour_low_digits_are_discarded() {
        assert_eq!(issued(4, &[255, 250, 249, 251, 7]), "9797");
    }

    #[test]
    fn every_digit_has_equally_many_bytes() {
        let mut counts = [0; 10];
        for byte in 0..=255_u8 {
            let digit = issued(4, &[byte, 0, 0, 0, 0]);
            if byte < 250 {
                counts[usize::from(digit.as_bytes()[0] - b'0')] += 1;
            }
        }
        assert_eq!(counts, [25; 10]);
    }

    #[test]
    fn only_lengths_from_four_to_eight_are_issued() {
        for length in 4..=8 {
            assert_eq!(issued(length, &[5]).len(), length);
            assert_eq!(CodeLength::new(length).map(CodeLength::get), Ok(length));
        }
        assert_eq!(CodeLength::new(3), Err(InvalidOtp));
        assert_eq!(CodeLength::new(9), Err(InvalidOtp));
    }

    #[test]
    fn only_four_to_eight_ascii_digits_are_parsed() {
        for text in [
            "",
            "123",
            "123456789",
            "12345a",
            " 123456",
            "+12345",
            "١٢٣٤٥٦",
            "12\u{0}456",
        ] {
            assert!(OtpCode::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(
            OtpCode::parse("0042")
                .expect("a code")
                .expose(str::to_owned),
            "0042"
        );
    }
}
