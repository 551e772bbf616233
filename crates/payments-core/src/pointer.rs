//! Names that JSON pointers (RFC 6901) in responses may repeat: those shaped like our keys, never other
//! text of the sender.

use alloc::string::String;

/// Describes what [`is_key`] accepts.
pub(crate) const KEY: &str = "a key of 1 to 64 letters, digits, dashes, dots or underscores";

/// Whether a name is shaped like one of our keys: short, and without a run of digits, separated or not, that could be a
/// card or phone number.
pub fn is_key(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
        && name
            .split(|letter: char| letter.is_ascii_alphabetic())
            .all(|run| run.bytes().filter(u8::is_ascii_digit).count() < 9)
}

/// Appends a name to a pointer; `?` if it is not shaped like one of our keys.
pub(crate) fn push(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(if is_key(name) { name } else { "?" });
}

#[cfg(test)]
mod tests {
    use super::is_key;

    #[test]
    fn a_key_has_no_number_of_a_card_or_phone() {
        for key in [
            "pos",
            "api_key",
            "screen-size.2",
            "card-12345678",
            "2026-11-29",
        ] {
            assert!(is_key(key), "{key}");
        }
        for other in [
            "",
            "a b",
            "5528790000000008",
            "a5528_7900_0000_0008",
            "5528-7900.0000_0008",
            "phone0555_123_4567",
        ] {
            assert!(!is_key(other), "{other}");
        }
    }
}
