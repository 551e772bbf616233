//! Names that JSON pointers (RFC 6901) in responses may repeat: those shaped like our keys, never other
//! text of the sender.

use alloc::string::String;

/// Describes what [`is_key`] accepts.
pub(crate) const KEY: &str = "a key of 1 to 64 letters, digits, dashes, dots or underscores";

/// Whether a name is shaped like one of our keys: short, and without a run of digits that could be a card or phone
/// number.
pub fn is_key(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
        && name
            .split(|other: char| !other.is_ascii_digit())
            .all(|digits| digits.len() < MIN_DIGITS)
}

/// The digits of the shortest number that could be a card's or a phone's.
const MIN_DIGITS: usize = 9;

/// Whether a response may repeat a name of the sender: it is shaped like one of our keys, and has no such number with
/// separators either.
pub fn is_repeatable(name: &str) -> bool {
    let mut between_letters = name.split(|letter: char| letter.is_ascii_alphabetic());
    let digits = |run: &str| run.bytes().filter(u8::is_ascii_digit).count();
    is_key(name) && between_letters.all(|run| digits(run) < MIN_DIGITS)
}

/// Appends a name to a pointer; `?` if it may not be repeated.
pub(crate) fn push(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(if is_repeatable(name) { name } else { "?" });
}

#[cfg(test)]
mod tests {
    use super::{is_key, is_repeatable};

    #[test]
    fn a_name_with_the_number_of_a_card_or_phone_is_not_repeated() {
        for key in [
            "pos",
            "api_key",
            "screen-size.2",
            "card-12345678",
            "2026-11-29",
        ] {
            assert!(is_key(key) && is_repeatable(key), "{key}");
        }
        for other in [
            "",
            "a b",
            "5528790000000008",
            "a5528_7900_0000_0008",
            "5528-7900.0000_0008",
            "phone0555_123_4567",
        ] {
            assert!(!is_repeatable(other), "{other}");
        }
        assert!(is_key("size-2024-10-112"), "no nine digits in a row");
    }
}
