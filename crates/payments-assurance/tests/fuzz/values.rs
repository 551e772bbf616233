//! Single values of forms, cookies and paths. What is accepted has exactly the documented shape, and a refusal repeats
//! nothing of the input.

use std::fmt::Display;

use bolero::check;
use payments_core::action::ActionId;
use payments_core::card::{
    CardHolder, CardName, CardToken, Cvv, Expiry, MaskedPan, Pan, StatedName, StatedToken,
};
use payments_core::language::Language;
use payments_core::order::OrderReference;
use payments_core::otp::OtpCode;
use payments_core::phone::{Phone, ProfilePhone};
use payments_core::quote_id::QuoteId;
use payments_core::session::SessionId;
use payments_core::slug::Slug;

use payments_assurance::edits::{Edit, edited};

/// A valid text with random changes, and random bytes.
fn each_text(valid: &[&str], try_it: impl Fn(&str) + std::panic::RefUnwindSafe) {
    check!()
        .with_type::<(u8, Vec<Edit>, Vec<u8>)>()
        .for_each(|(which, edits, bytes)| {
            let start = valid[usize::from(*which) % valid.len()];
            try_it(&String::from_utf8_lossy(&edited(start.as_bytes(), edits)));
            try_it(&String::from_utf8_lossy(bytes));
        });
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A refusal is a sentence of ours: it has none of the input's digits.
fn repeats_no_digits(refused: impl Display) {
    let said = refused.to_string();
    let runs = said.split(|one: char| !one.is_ascii_digit());
    assert!(runs.into_iter().all(|run| run.len() < 4), "{said}");
}

/// The Luhn check (ISO/IEC 7812-1), written again so that the fuzz target does not judge the code by itself.
fn passes_luhn(digits: &str) -> bool {
    let values = digits.bytes().rev().map(|byte| u32::from(byte - b'0'));
    let sum: u32 = values
        .enumerate()
        .map(|(place, value)| match (place % 2, value * 2) {
            (0, _) => value,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[test]
fn card_numbers() {
    let valid = [
        "5528790000000008",
        "4111 1111 1111 1111",
        "9792-0000-0000-0003",
    ];
    each_text(&valid, |text| match Pan::parse(text) {
        Ok(pan) => pan.expose(|digits| {
            assert!(is_digits(digits) && (12..=19).contains(&digits.len()));
            assert!(passes_luhn(digits));
            let kept: String = text.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(kept, digits, "no digit is invented or lost");
            let mask = pan.mask().to_string();
            let shown = mask.bytes().filter(u8::is_ascii_digit).count();
            assert!(shown <= 10 && mask.len() == digits.len(), "{mask}");
            assert!(MaskedPan::parse(&mask).is_ok());
        }),
        Err(refused) => repeats_no_digits(refused),
    });
}

#[test]
fn security_codes() {
    each_text(&["123", "7391"], |text| match Cvv::parse(text) {
        Ok(cvv) => cvv.expose(|digits| {
            assert!(is_digits(digits) && (3..=4).contains(&digits.len()));
        }),
        Err(refused) => repeats_no_digits(refused),
    });
}

#[test]
fn expiries() {
    check!()
        .with_type::<(u32, i32)>()
        .for_each(|(month, year)| {
            if let Ok(expiry) = Expiry::new(*month, *year) {
                assert!((1..=12).contains(month));
                let last = expiry.last_day();
                assert!(!expiry.is_past(last), "valid on its last day");
                let next = last.succ_opt().expect("a day");
                assert!(expiry.is_past(next), "past on the next");
            }
        });
}

#[test]
fn codes() {
    each_text(&["123456", "0000"], |text| match OtpCode::parse(text) {
        Ok(code) => code.expose(|digits| {
            assert!(is_digits(digits) && (4..=8).contains(&digits.len()));
        }),
        Err(refused) => repeats_no_digits(refused),
    });
}

#[test]
fn phones() {
    let valid = ["05551234567", "+90 555 123 45 67", "+4915112345678"];
    each_text(&valid, |text| match Phone::parse(text) {
        Ok(phone) => phone.expose(|digits| {
            assert!(is_digits(digits) && (10..=14).contains(&digits.len()));
            let given: String = text.chars().filter(|one| *one != ' ').collect();
            assert_eq!(given.strip_prefix('0').unwrap_or(&given), digits);
        }),
        Err(refused) => repeats_no_digits(refused),
    });
    each_text(&valid, |text| {
        if let Ok(profile) = ProfilePhone::parse(text) {
            drop(profile.normalized("90"));
        }
    });
}

#[test]
fn names() {
    each_text(&["Ayşe Yılmaz", "Maaş"], |text| {
        let accepted = [
            CardHolder::parse(text).map(|name| name.as_str().to_owned()),
            CardName::parse(text).map(|name| name.as_str().to_owned()),
        ];
        for name in accepted.into_iter().flatten() {
            assert!(!name.chars().any(char::is_control), "{name:?}");
            assert!(!name.is_empty() && name.trim() == name, "{name:?}");
            assert!(!text.contains('\0'), "PostgreSQL has no NUL");
        }
        if let Ok(name) = StatedName::parse(text) {
            assert!(!name.as_str().chars().any(char::is_control));
        }
    });
}

#[test]
fn tokens() {
    let valid = ["token-1", "5528790000000008", "pm_1Nv0FGQ9RKHgCVdK"];
    each_text(&valid, |text| {
        if let Ok(token) = CardToken::parse(text) {
            let token = token.as_str();
            let is_a_number =
                is_digits(token) && (13..=19).contains(&token.len()) && passes_luhn(token);
            assert!(!is_a_number, "a card number is no token");
        }
        if let Ok(stated) = StatedToken::parse(text, Some(text)) {
            drop(stated.keepable());
        }
    });
}

#[test]
fn identifiers() {
    let valid = [
        "a_session_id_of_128_bits_or_more",
        "07070707070707070707070707070707",
        "order-17",
        "tr",
        "web-shop",
    ];
    each_text(&valid, |text| {
        if let Ok(session) = SessionId::parse(text) {
            session.expose(|id| assert_eq!(id, text.as_bytes()));
        }
        if let Ok(order) = OrderReference::parse(text) {
            assert_eq!(order.as_str(), text);
            assert!(!text.chars().any(char::is_control));
        }
        if let Ok(quote) = QuoteId::parse(text) {
            assert_eq!(quote.to_string(), text);
        }
        if let Some(action) = ActionId::parse(text) {
            assert!(!format!("{:?}", action.digest()).contains(text));
        }
        let _ = Language::from_code(text);
        if let Ok(slug) = Slug::parse(text) {
            assert_eq!(slug.as_str(), text);
        }
    });
}
