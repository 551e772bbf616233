//! Card brands (schemes).

/// The scheme of a card number, derived from its leading digits.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Brand {
    /// Visa.
    Visa,
    /// Mastercard.
    Mastercard,
    /// American Express.
    Amex,
    /// Troy.
    Troy,
    /// Maestro.
    Maestro,
    /// Any other scheme.
    Other,
}

/// Ranges of the first four digits (ISO/IEC 7812-1; the schemes' published ranges). The first matching range applies.
///
/// Troy issues 9792 itself, and numbers under 65 that are routed through Discover abroad: at a Turkish store a 65 is a
/// Troy card. Maestro has the rest of 50, 56 to 58, 60 to 63 and 66 to 69.
const RANGES: [(u16, u16, Brand); 14] = [
    (4000, 4999, Brand::Visa),
    (5100, 5599, Brand::Mastercard),
    (2221, 2720, Brand::Mastercard),
    (3400, 3499, Brand::Amex),
    (3700, 3799, Brand::Amex),
    (9792, 9792, Brand::Troy),
    (6500, 6599, Brand::Troy),
    // Discover's own.
    (6011, 6011, Brand::Other),
    (6440, 6499, Brand::Other),
    // UnionPay.
    (6200, 6299, Brand::Other),
    (5000, 5099, Brand::Maestro),
    (5600, 5899, Brand::Maestro),
    (6000, 6399, Brand::Maestro),
    (6600, 6999, Brand::Maestro),
];

impl Brand {
    /// The word used in the database and in responses, such as `mastercard`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visa => "visa",
            Self::Mastercard => "mastercard",
            Self::Amex => "amex",
            Self::Troy => "troy",
            Self::Maestro => "maestro",
            Self::Other => "other",
        }
    }

    /// Parses a word as [`Brand::as_str`] writes it.
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Visa,
            Self::Mastercard,
            Self::Amex,
            Self::Troy,
            Self::Maestro,
            Self::Other,
        ]
        .into_iter()
        .find(|one| one.as_str() == word)
    }

    /// The scheme of a number's ASCII digits.
    pub(super) fn of_digits(digits: &[u8]) -> Self {
        let leading = digits
            .iter()
            .take(4)
            .fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
        RANGES
            .into_iter()
            .find(|(from, until, _)| (*from..=*until).contains(&leading))
            .map_or(Self::Other, |(_, _, brand)| brand)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brand(leading: &str) -> Brand {
        Brand::of_digits(format!("{leading:0<16}").as_bytes())
    }

    #[test]
    fn brands_follow_the_published_ranges() {
        for (leading, expected) in [
            ("4", Brand::Visa),
            ("51", Brand::Mastercard),
            ("5599", Brand::Mastercard),
            ("2221", Brand::Mastercard),
            ("2720", Brand::Mastercard),
            ("2220", Brand::Other),
            ("2721", Brand::Other),
            ("34", Brand::Amex),
            ("37", Brand::Amex),
            ("36", Brand::Other),
            ("9792", Brand::Troy),
            ("9793", Brand::Other),
            ("65", Brand::Troy),
            ("50", Brand::Maestro),
            ("56", Brand::Maestro),
            ("58", Brand::Maestro),
            ("59", Brand::Other),
            ("6011", Brand::Other),
            ("6012", Brand::Maestro),
            ("62", Brand::Other),
            ("644", Brand::Other),
            ("67", Brand::Maestro),
            ("7", Brand::Other),
        ] {
            assert_eq!(brand(leading), expected, "{leading}");
        }
    }

    #[test]
    fn a_brand_round_trips_through_its_word() {
        assert_eq!(Brand::from_word(Brand::Troy.as_str()), Some(Brand::Troy));
        assert_eq!(Brand::from_word("discover"), None);
    }
}
