//! BINs, and ranges of them.

use alloc::borrow::ToOwned;
use alloc::string::String;

use serde::Serialize;

/// A bank identification number: the first 4 to 11 digits of card numbers (ISO/IEC 7812-1 issues 6 or 8).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Bin(String);

/// The text is not a [`Bin`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use 4 to 11 digits")]
pub struct InvalidBin;

impl Bin {
    /// Accepts 4 to 11 ASCII digits.
    ///
    /// # Errors
    /// [`InvalidBin`] for any other text.
    pub fn parse(text: &str) -> Result<Self, InvalidBin> {
        if (4..=11).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidBin)
        }
    }

    /// The digits of the BIN.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An inclusive range of BINs of one length, as in `55260000-55260499`. A single BIN is a range of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BinRange {
    first: u64,
    last: u64,
    digits: usize,
}

impl BinRange {
    /// Parses a BIN, or two of equal length, the smaller one first, joined by a dash.
    ///
    /// # Errors
    /// [`InvalidBin`] for any other text.
    pub fn parse(text: &str) -> Result<Self, InvalidBin> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let digits = first.len();
        let number = |text: &str| {
            let bin = Bin::parse(text)?;
            bin.as_str().parse().map_err(|_| InvalidBin)
        };
        let (first, last) = (number(first)?, number(last)?);
        if first > last || text.len() != digits && text.len() != 2 * digits + 1 {
            return Err(InvalidBin);
        }
        Ok(Self {
            first,
            last,
            digits,
        })
    }

    /// The number of BINs in the range, at least 1.
    pub const fn count(&self) -> u64 {
        self.last - self.first + 1
    }

    /// The BINs of the range, in order.
    pub fn bins(self) -> impl Iterator<Item = Bin> {
        let digits = self.digits;
        (self.first..=self.last).filter_map(move |bin| Bin::parse(&format!("{bin:0digits$}")).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::BinRange;

    fn bins(text: &str) -> Vec<String> {
        let range = BinRange::parse(text).unwrap();
        let bins: Vec<String> = range.bins().map(|bin| bin.as_str().to_owned()).collect();
        assert_eq!(bins.len() as u64, range.count());
        bins
    }

    #[test]
    fn a_range_contains_all_bins_of_its_length_and_keeps_leading_zeros() {
        assert_eq!(bins("554960"), ["554960"]);
        assert_eq!(bins("0099-0101"), ["0099", "0100", "0101"]);
        assert_eq!(bins("55260000-55260499").len(), 500);
        assert_eq!(bins("99999999998-99999999999").len(), 2);
    }

    #[test]
    fn a_range_has_two_ends_of_equal_length_in_order() {
        for text in [
            "",
            "-",
            "554960-",
            "-554960",
            "554961-554960",
            "55496-554960",
            "554960-55496",
            "554960-554961-554962",
            "554960 - 554961",
            "55496a-554961",
            "123-124",
            "+554960",
        ] {
            assert!(BinRange::parse(text).is_err(), "{text:?}");
        }
    }
}
