//! JSON objects, one level deep.

use payments_core::json;
use zeroize::Zeroizing;

use super::{FieldValue, Fields};

/// Reads one object; `None` for anything else, an object with a repeated key included.
pub(super) fn parse(bytes: &[u8]) -> Option<Fields> {
    let mut fields = Fields::default();
    for (name, value) in json::object(bytes)? {
        fields.insert(name, self::value(value)?);
    }
    Some(fields)
}

/// A value by its text; `None` for a text with half a character in it and for a number that nothing can hold.
fn value(json: &str) -> Option<FieldValue> {
    Some(match json.as_bytes().first()? {
        b'"' => FieldValue::Text(Zeroizing::new(serde_json::from_str(json).ok()?)),
        b't' | b'f' => FieldValue::Boolean(json == "true"),
        b'n' => FieldValue::Null,
        b'[' | b'{' => FieldValue::Other,
        _ => match json.parse() {
            Ok(integer) => FieldValue::Integer(integer),
            Err(_) if json.parse::<f64>().is_ok_and(f64::is_finite) => FieldValue::Other,
            Err(_) => return None,
        },
    })
}
