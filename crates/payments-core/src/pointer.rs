//! Names that JSON pointers (RFC 6901) in responses may repeat: those shaped like our keys, never other
//! text of the sender.

use alloc::string::String;

/// Describes what [`is_key`] accepts.
pub(crate) const KEY: &str = "a key of 1 to 64 letters, digits, dashes, dots or underscores";

/// Whether a name is shaped like one of our keys: short, and without a run of digits that could be a
/// card or phone number.
pub fn is_key(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
        && name
            .split(|other: char| !other.is_ascii_digit())
            .all(|digits| digits.len() < 9)
}

/// Appends a name to a pointer; `?` if it is not shaped like one of our keys.
pub(crate) fn push(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(if is_key(name) { name } else { "?" });
}
