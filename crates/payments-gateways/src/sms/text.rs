//! Chooses which of a message's texts is sent.

use payments_core::sms::SmsText;

use crate::outcome::ProviderError;

use super::segments::{Alphabet, size};

/// The localized text if it fits one segment in one of the provider's alphabets, else the ASCII one.
pub(crate) fn one_segment<'a>(
    text: &'a SmsText,
    alphabets: &[Alphabet],
) -> Result<&'a str, ProviderError> {
    let fits = |text: &str, alphabet: Alphabet| {
        size(text, alphabet).is_some_and(|size| size.segments == 1)
    };
    let localized = text.localized.as_str();
    let ascii = text.ascii.as_str();
    let chosen = if alphabets.iter().any(|alphabet| fits(localized, *alphabet)) {
        localized
    } else if ascii.is_ascii() && fits(ascii, Alphabet::Gsm7) {
        ascii
    } else {
        return Err(unsendable("the text does not fit one segment"));
    };
    // Operators block or mask messages with addresses in them.
    if chosen.contains("://") || chosen.contains("www.") {
        return Err(unsendable("the text has a URL in it"));
    }
    Ok(chosen)
}

fn unsendable(what: &str) -> ProviderError {
    ProviderError::Misconfigured {
        what: what.to_owned(),
        code: None,
    }
}

#[cfg(test)]
mod tests {
    use payments_core::sms::SmsText;

    use super::super::segments::Alphabet::{Gsm7, Gsm7Turkish, Ucs2};
    use super::{Alphabet, one_segment};

    fn check(localized: &str, ascii: &str, alphabets: &[Alphabet], expected: Option<&str>) {
        let text = SmsText {
            localized: localized.to_owned().into(),
            ascii: ascii.to_owned().into(),
        };
        assert_eq!(one_segment(&text, alphabets).ok(), expected);
    }

    #[test]
    fn the_localized_text_goes_out_where_it_fits() {
        check(
            "Doğrulama kodunuz: 1234",
            "Dogrulama: 1234",
            &[Gsm7, Gsm7Turkish],
            Some("Doğrulama kodunuz: 1234"),
        );
        check(
            "Ваш код: 1234",
            "Code: 1234",
            &[Gsm7, Ucs2],
            Some("Ваш код: 1234"),
        );
    }

    #[test]
    fn the_ascii_text_goes_out_where_it_does_not() {
        check(
            "Doğrulama kodunuz: 1234",
            "Dogrulama: 1234",
            &[Gsm7],
            Some("Dogrulama: 1234"),
        );
        check(
            &"ш".repeat(66),
            "Code: 1234",
            &[Gsm7, Ucs2],
            Some("Code: 1234"),
        );
    }

    #[test]
    fn two_segments_and_addresses_never_go_out() {
        check("ğ", &"a".repeat(156), &[Gsm7], None);
        check("ğ", "ğ", &[Gsm7], None);
        check("https://shop.example 1234", "Code: 1234", &[Gsm7], None);
    }
}
