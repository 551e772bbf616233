//! Recognizes a card in a gateway's response after its number is gone.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::keys::Keys;

use super::fingerprint::Fingerprint;
use super::mask::MaskedPan;
use super::pan::Pan;

/// What is stored of a card to find its number in a text. The number cannot be derived from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardIdentity {
    /// Recognizes the same card without its number.
    pub fingerprint: Fingerprint,
    /// The first six digits, asterisks, and the last four digits.
    pub masked_number: MaskedPan,
}

impl CardIdentity {
    /// Computes the identity of a number.
    pub fn of(pan: &Pan, keys: &Keys) -> Self {
        Self {
            fingerprint: pan.fingerprint(keys),
            masked_number: pan.mask(),
        }
    }

    /// Whether the card's number occurs anywhere in a text, including with spaces, dashes or dots between its digits.
    pub fn is_in(&self, text: &str, keys: &Keys) -> bool {
        let length = self.masked_number.as_str().len();
        let characters = text.bytes().filter(u8::is_ascii_alphanumeric);
        let characters: Zeroizing<Vec<u8>> = Zeroizing::new(characters.collect());
        let number = |window: &[u8]| Pan::parse(core::str::from_utf8(window).ok()?).ok();
        characters
            .windows(length)
            .filter_map(number)
            .any(|pan| self.is_of(&pan, keys))
    }

    /// The mask alone decides if the lasting key was replaced after the fingerprint was computed.
    fn is_of(&self, pan: &Pan, keys: &Keys) -> bool {
        pan.fingerprint(keys) == self.fingerprint || pan.mask() == self.masked_number
    }
}
