//! What a gateway states about a card it made a token of.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::{Brand, Expiry};

/// A name a gateway states, of a card family or a bank: 1 to 64 characters, too few digits to hide a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedName(String);

/// A text that is not such a name. The text itself is not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a usable name")]
pub struct InvalidStatedName;

/// Most digits a stated name may have, wherever in it: the shortest card and phone numbers have more.
const MAX_DIGITS: usize = 9;

impl StatedName {
    /// Takes 1 to 64 characters, trimmed; at most nine digits and no control characters.
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

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a gateway states about a card, as far as it does. The number is never taken from it: the mask is made of the
/// number the customer typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardFacts {
    /// Scheme.
    pub brand: Option<Brand>,
    /// Card family, such as Bonus or World.
    pub family: Option<StatedName>,
    /// The bank that issued it.
    pub bank: Option<StatedName>,
    /// Last month of validity.
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
    fn a_name_is_short_plain_and_hides_no_number() {
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
