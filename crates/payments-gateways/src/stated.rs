//! Cleans what gateways state about a card. It is parsed leniently: a token must not be lost over it.

use payments_core::card::{Brand, Expiry, StatedName};
use serde_json::Value;

/// Parses a gateway's name of a scheme (`MASTER_CARD`, `American Express`, `visa`); `None` if it is unknown.
pub(crate) fn brand(word: &Value) -> Option<Brand> {
    let letters = word.as_str()?.chars().filter(char::is_ascii_alphabetic);
    let word: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    match word.as_str() {
        "visa" => Some(Brand::Visa),
        "mastercard" => Some(Brand::Mastercard),
        "amex" | "americanexpress" => Some(Brand::Amex),
        "troy" => Some(Brand::Troy),
        "maestro" => Some(Brand::Maestro),
        "discover" | "diners" | "dinersclub" | "jcb" | "unionpay" => Some(Brand::Other),
        _ => None,
    }
}

/// The name of a family or a bank; `None` if it must not be stored.
pub(crate) fn name(text: &Value) -> Option<StatedName> {
    StatedName::parse(text.as_str()?).ok()
}

/// Parses a month and a four-digit year; `None` if they are not a valid expiry.
pub(crate) fn expiry(month: &Value, year: &Value) -> Option<Expiry> {
    let month = u32::try_from(month.as_u64()?).ok()?;
    Expiry::new(month, i32::try_from(year.as_i64()?).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use payments_core::card::{Brand, Expiry};
    use serde_json::{Value, json};

    use super::{brand, expiry, name};

    #[test]
    fn the_words_of_all_gateways_are_understood() {
        for (word, expected) in [
            ("MASTER_CARD", Some(Brand::Mastercard)),
            ("mastercard", Some(Brand::Mastercard)),
            ("VISA", Some(Brand::Visa)),
            ("AMERICAN_EXPRESS", Some(Brand::Amex)),
            ("amex", Some(Brand::Amex)),
            ("TROY", Some(Brand::Troy)),
            ("MAESTRO", Some(Brand::Maestro)),
            ("discover", Some(Brand::Other)),
            ("unknown", None),
            ("", None),
        ] {
            assert_eq!(brand(&json!(word)), expected, "{word}");
        }
    }

    #[test]
    fn what_is_oddly_stated_is_not_taken() {
        for odd in [Value::Null, json!(7), json!(["visa"]), json!({"visa": 1})] {
            assert_eq!((brand(&odd), name(&odd)), (None, None), "{odd}");
        }
        for dirty in ["", "5528790000000008", "World\u{7}", &"x".repeat(65)] {
            assert_eq!(name(&json!(dirty)), None, "{dirty}");
        }
        let in_2030 = Expiry::new(12, 2030).ok();
        assert_eq!(expiry(&json!(12), &json!(2030)), in_2030);
        for (month, year) in [
            (json!(13), json!(2030)),
            (json!("12"), json!(2030)),
            (json!(-1), json!(30)),
        ] {
            assert_eq!(expiry(&month, &year), None, "{month} {year}");
        }
    }
}
