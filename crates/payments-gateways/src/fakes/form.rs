//! Parses `application/x-www-form-urlencoded`.

use std::collections::BTreeMap;

use super::server::Received;

/// The fields of a form; `None` if it is malformed, or has a field twice.
pub(super) fn fields(request: &Received) -> Option<BTreeMap<String, String>> {
    if request.header("content-type") != "application/x-www-form-urlencoded" {
        return None;
    }
    parse(std::str::from_utf8(&request.body).ok()?)
}

/// The pairs of a query or a form.
pub(super) fn parse(text: &str) -> Option<BTreeMap<String, String>> {
    let mut fields = BTreeMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=')?;
        let there = fields.insert(decode(name)?, decode(value)?);
        if there.is_some() {
            return None;
        }
    }
    Some(fields)
}

/// Undoes percent-encoding; `+` is a space.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = std::str::from_utf8(after.get(..2)?).ok()?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
                rest = &after[2..];
            }
            byte => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).ok()
}
