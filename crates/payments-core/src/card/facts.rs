//! What a gateway states about a card that it made a token for.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::{Brand, Expiry};

/// A name of a card family or a bank, as a gateway states it: 1 to 64 characters, with too few digits to
/// contain a card number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedName(String);

/// The text is not such a name. Does not contain the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a usable name")]
pub struct InvalidStatedName;

/// The maximum number of digits in a stated name. The shortest card and phone numbers have more.
const MAX_DIGITS: usize = 9;

impl StatedName {
    /// Trims and accepts 1 to 64 characters, with at most nine digits and without control characters.
    ///
    /// # Errors
    /// [`InvalidStatedName`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidStatedName> {
        let text = text.trim();
        let is_digit = |character: &char| character.is_numeric();
        let is_short = (1..=64).contains(&text.chars().count());
        if is_short
            && text.chars().filter(is_digit).count() <= MAX_DIGITS
            && !text.contains(char::is_control)
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidStatedName)
        }
    }

    /// The name as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The facts that a gateway states about a card. The number is never taken from it: the mask is made from the number
/// that the customer typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardFacts {
    /// The card scheme.
    pub brand: Option<Brand>,
    /// Card family, such as Bonus or World.
    pub family: Option<StatedName>,
    /// The issuing bank.
    pub bank: Option<StatedName>,
    /// The last month in which the card is valid.
    pub expiry: Option<Expiry>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let name = StatedName::parse(text).ok();
        assert_eq!(name.as_ref().map(StatedName::as_str), expected, "{text:?}");
    }

    #[test]
    fn a_name_is_short_and_plain_and_contains_no_card_number() {
        check(" Bankkart Combo ", Some("Bankkart Combo"));
        check(
            "YAPI VE KREDİ BANKASI A.Ş.",
            Some("YAPI VE KREDİ BANKASI A.Ş."),
        );
        check(&"ş".repeat(64), Some(&"ş".repeat(64)));
        check("Card 123456789", Some("Card 123456789"));
        check("", None);
        check("  ", None);
        check(&"x".repeat(65), None);
        check("World\u{0}", None);
        check("World\nGold", None);
        check("5528790000000008", None);
        check("5528 7900 0000 0008", None);
        check("tel. 0555 123 45 67", None);
        check("٥٥٢٨٧٩٠٠٠٠٠٠٠٠٠٨", None);
    }
}
