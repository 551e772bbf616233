//! Parsing of card numbers, CVVs, expiries, names, masks and tokens.

use chrono::NaiveDate;
use payments_core::card::{
    Brand, CardHolder, CardName, CardToken, Cvv, Expiry, MaskedPan, Pan, ProviderCustomerKey,
};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn card_numbers_have_12_to_19_digits_and_pass_the_luhn_check() {
    for number in [
        "5528790000000008",
        "5528 7900 0000 0008",
        "5528-7900-0000-0008",
        "5528\u{a0}7900\u{a0}0000\u{a0}0008",
        "\u{202d}5528\u{202f}7900–0000‑0008\u{202c}",
        "378282246310005",
        "4222222222222",
        "630495060000",
        "6304950600000000000",
    ] {
        assert_eq!(Pan::parse(number).is_ok(), luhn(number), "{number}");
    }
    for text in [
        "",
        "5528790000000009",
        "5528.7900.0000.0008",
        "5528_7900_0000_0008",
        "5528\t7900\n0000 0008",
        "----------------",
        "00000000000",
        "00000000000000000000",
        "٤١١١١١١١١١١١١١١١",
        "552879000000000\u{0}",
        "+528790000000008",
    ] {
        assert!(Pan::parse(text).is_err(), "{text:?}");
    }
}

fn luhn(text: &str) -> bool {
    let digits = text
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .rev()
        .enumerate();
    let value = |(place, digit): (usize, u32)| match place % 2 {
        0 => digit,
        _ => digit * 2 / 10 + digit * 2 % 10,
    };
    digits.map(value).sum::<u32>() % 10 == 0
}

#[test]
fn a_mask_shows_six_and_four_digits() {
    let mask = |number: &str| Pan::parse(number).unwrap().mask().to_string();
    assert_eq!(mask("5528790000000008"), "552879******0008");
    assert_eq!(mask("378282246310005"), "378282*****0005");
    assert_eq!(mask("4222222222222"), "422222***2222");
    assert_eq!(Pan::parse("378282246310005").unwrap().brand(), Brand::Amex);
}

#[test]
fn a_long_number_has_eight_leading_digits_and_a_short_one_and_a_mask_have_six() {
    for (number, digits) in [
        ("5528790000000008", "55287900"),
        ("6759649826438453", "67596498"),
        ("378282246310005", "378282"),
        ("4222222222222", "422222"),
    ] {
        let pan = Pan::parse(number).unwrap();
        assert_eq!(pan.leading_digits().as_str(), digits);
        assert_eq!(pan.mask().leading_digits().as_str(), &number[..6]);
    }
}

#[test]
fn only_a_stored_mask_is_parsed() {
    assert!(MaskedPan::parse("552879******0008").is_ok());
    for text in [
        "",
        "5528790000000008",
        "552879*****",
        "******552879****",
        "552879**********00008",
    ] {
        assert!(MaskedPan::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_cvv_has_three_or_four_digits() {
    assert_eq!(Cvv::parse("007").unwrap().expose(str::to_owned), "007");
    assert!(Cvv::parse("1234").is_ok());
    for text in ["", "12", "12345", "12a", " 123", "１２３"] {
        assert!(Cvv::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_card_is_valid_through_the_last_day_of_its_month() {
    let expiry = Expiry::new(11, 2026).unwrap();
    assert!(!expiry.is_past(day("2026-11-30")));
    assert!(expiry.is_past(day("2026-12-01")));
    assert!(!expiry.is_past(day("2025-12-31")));
    for (month, year) in [(0, 2030), (13, 2030), (1, 1999), (1, 2100), (1, 30)] {
        assert!(Expiry::new(month, year).is_err(), "{month}/{year}");
    }
}

#[test]
fn a_name_that_could_contain_a_card_number_is_refused() {
    assert_eq!(
        CardHolder::parse("  Ayşe Yılmaz ").unwrap().as_str(),
        "Ayşe Yılmaz"
    );
    assert!(CardHolder::parse("5528790000000008").is_err());
    assert!(CardHolder::parse("Ayşe 552879").is_err());
    assert!(CardHolder::parse("A").is_err());
    assert!(CardHolder::parse(&"A".repeat(101)).is_err());
    assert!(CardHolder::parse("Ayşe\u{0}Yılmaz").is_err());
    assert!(CardHolder::parse("<b>Ayşe</b>").is_err());
    assert!(CardName::parse("Kart 2").is_ok());
    assert!(CardName::parse("   ").is_err());
    assert!(CardName::parse(&"A".repeat(51)).is_err());
    let hidden = format!(
        "{:?} {:?}",
        CardHolder::parse("Ayşe Yılmaz"),
        CardName::parse("Maaş")
    );
    assert!(
        !hidden.contains("Ayşe") && !hidden.contains("Maaş"),
        "{hidden}"
    );
}

#[test]
fn a_card_number_is_refused_as_a_token() {
    assert!(
        CardToken::parse("tok_5528790000000008x").is_ok(),
        "the driver looks closer"
    );
    assert!(
        CardToken::parse("5528790000000009").is_ok(),
        "digits that are no card number"
    );
    for text in [
        "",
        "5528790000000008",
        "a b",
        "tökén",
        "a\n",
        &"x".repeat(256),
    ] {
        assert!(CardToken::parse(text).is_err(), "{text:?}");
        assert!(ProviderCustomerKey::parse(text).is_err(), "{text:?}");
    }
    let shown = format!("{:?}", CardToken::parse("secret-token").unwrap());
    assert!(!shown.contains("secret"), "{shown}");
}

/// Characters that people type and paste between groups of digits.
const IGNORED: [char; 28] = [
    ' ', '-', '\u{a0}', '\u{2002}', '\u{2003}', '\u{2004}', '\u{2005}', '\u{2006}', '\u{2007}',
    '\u{2008}', '\u{2009}', '\u{200a}', '\u{200e}', '\u{200f}', '\u{2010}', '\u{2011}', '\u{2012}',
    '\u{2013}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{202f}', '\u{2066}',
    '\u{2067}', '\u{2068}', '\u{2069}',
];

proptest! {
    #[test]
    fn no_text_makes_parsing_panic(text in any::<String>()) {
        prop_assert_eq!(Pan::parse(&text).is_ok(), {
            let digits = text.replace(IGNORED, "");
            let right = digits.bytes().all(|byte| byte.is_ascii_digit());
            right && (12..=19).contains(&digits.len()) && luhn(&digits)
        });
        let _ = Cvv::parse(&text);
        let _ = CardHolder::parse(&text);
        let _ = CardName::parse(&text);
        let _ = CardToken::parse(&text);
        let _ = MaskedPan::parse(&text);
    }

    #[test]
    fn every_mask_round_trips(digits in "[0-9]{11,18}") {
        for check in 0..10 {
            let number = format!("{digits}{check}");
            if let Ok(pan) = Pan::parse(&number) {
                let mask = pan.mask();
                prop_assert_eq!(MaskedPan::parse(mask.as_str()), Ok(mask.clone()));
                prop_assert_eq!(mask.as_str().len(), number.len());
            }
        }
    }
}
