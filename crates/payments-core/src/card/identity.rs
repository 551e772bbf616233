//! Knowing a card again in what a gateway says, after its number is gone.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::keys::Keys;

use super::fingerprint::Fingerprint;
use super::mask::MaskedPan;
use super::pan::Pan;

/// What is kept of a card to find its number in a text: neither part gives the number back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardIdentity {
    /// Identifies the same card without its number.
    pub fingerprint: Fingerprint,
    /// First six, stars, last four.
    pub masked_number: MaskedPan,
}

impl CardIdentity {
    /// The identity of a number.
    pub fn of(pan: &Pan, keys: &Keys) -> Self {
        Self {
            fingerprint: pan.fingerprint(keys),
            masked_number: pan.mask(),
        }
    }

    /// Whether the card's number is anywhere in a text, also with spaces, dashes or dots between its digits.
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

    /// The mask alone decides where the lasting key was replaced after the fingerprint was taken.
    fn is_of(&self, pan: &Pan, keys: &Keys) -> bool {
        pan.fingerprint(keys) == self.fingerprint || pan.mask() == self.masked_number
    }
}
