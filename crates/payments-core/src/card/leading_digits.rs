//! The first digits of a number, as they are stored with a saved card.

use crate::catalog::LeadingDigits;

use super::mask::MaskedPan;
use super::pan::Pan;

/// From this length on, 8 digits may be stored together with the last 4 (PCI SSC FAQ 1091).
const LENGTH_WITH_EIGHT_DIGITS: usize = 16;

impl Pan {
    /// The digits that may be stored with the last four: the first 8 of a number of 16 digits or more, the first 6 of a
    /// shorter one (PCI DSS 3.4.1, PCI SSC FAQ 1091).
    pub fn leading_digits(&self) -> LeadingDigits {
        self.expose(|number| {
            let count = if number.len() < LENGTH_WITH_EIGHT_DIGITS {
                LeadingDigits::MIN
            } else {
                LeadingDigits::MAX
            };
            LeadingDigits::of(&number.as_bytes()[..count])
        })
    }
}

impl MaskedPan {
    /// The six digits before the asterisks.
    pub fn leading_digits(&self) -> LeadingDigits {
        LeadingDigits::of(&self.as_str().as_bytes()[..LeadingDigits::MIN])
    }
}
