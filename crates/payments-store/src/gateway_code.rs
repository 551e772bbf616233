//! Gateways' own codes of refusals, as far as they may be kept.

/// The code, if it is one: 1 to 40 letters, digits, `_`, `-`, `.`, with no run of ten digits that could be a phone or
/// part of a card number. The tables check the same.
pub(crate) fn storable(code: &str) -> Option<&str> {
    let is_code = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let has_long_number = code
        .as_bytes()
        .windows(10)
        .any(|window| window.iter().all(u8::is_ascii_digit));
    ((1..=40).contains(&code.len()) && code.bytes().all(is_code) && !has_long_number)
        .then_some(code)
}
