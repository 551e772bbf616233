//! Amounts as text, as the scripts format them in each language.

use payments_core::language::Language;
use payments_core::money::Money;

const NO_BREAK: char = '\u{a0}';
const NARROW_NO_BREAK: char = '\u{202f}';
const RIGHT_TO_LEFT: char = '\u{200f}';

/// An amount with its currency: `₺32.749,00`.
pub(crate) fn text(language: Language, amount: Money) -> String {
    let decimal = amount.to_string();
    let (sign, decimal) = match decimal.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", decimal.as_str()),
    };
    let (group, point) = match language {
        Language::Tr | Language::De => ('.', ','),
        Language::En | Language::Ar => (',', '.'),
        Language::Ru => (NO_BREAK, ','),
        Language::Fr => (NARROW_NO_BREAK, ','),
    };
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let mut number = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            number.push(group);
        }
        number.push(digit);
    }
    if !fraction.is_empty() {
        number.push(point);
        number.push_str(fraction);
    }
    let code = amount.currency.code();
    let symbol = match code {
        "TRY" => "₺",
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        other => other,
    };
    match language {
        Language::Tr | Language::En if symbol == code => format!("{symbol}{NO_BREAK}{number}"),
        Language::Tr | Language::En => format!("{symbol}{number}"),
        Language::De | Language::Ru | Language::Fr => format!("{number}{NO_BREAK}{symbol}"),
        Language::Ar => format!("{RIGHT_TO_LEFT}{number}{NO_BREAK}{symbol}"),
    }
}

#[cfg(test)]
mod tests {
    use payments_core::language::Language;
    use payments_core::money::{Currency, Money};

    use super::text;

    #[test]
    fn amounts_have_the_separators_of_their_language() {
        let lira = |minor| Money::new(minor, Currency::from_code("TRY").expect("a currency"));
        for (language, expected) in [
            (Language::Tr, "₺32.749,00"),
            (Language::En, "₺32,749.00"),
            (Language::De, "32.749,00\u{a0}₺"),
            (Language::Ru, "32\u{a0}749,00\u{a0}₺"),
            (Language::Fr, "32\u{202f}749,00\u{a0}₺"),
            (Language::Ar, "\u{200f}32,749.00\u{a0}₺"),
        ] {
            assert_eq!(text(language, lira(3_274_900)), expected, "{language:?}");
        }
        assert_eq!(text(Language::Tr, lira(5)), "₺0,05");
        assert_eq!(text(Language::En, lira(123_456_700)), "₺1,234,567.00");
    }
}
