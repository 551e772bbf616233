//! JSON values that keep the text of their numbers, so that decimals stay exact.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::Value;

/// A JSON value.
pub(crate) enum Json<'d> {
    Null,
    Bool(bool),
    /// A number as it was written.
    Number(Cow<'d, str>),
    Text(String),
    List(Vec<Json<'d>>),
    /// An object without repeated keys.
    Object(Vec<(String, Json<'d>)>),
}

impl From<&Value> for Json<'static> {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(boolean) => Self::Bool(*boolean),
            Value::Number(number) => Self::Number(number.to_string().into()),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(entries) => Self::List(entries.iter().map(Self::from).collect()),
            Value::Object(members) => {
                let members = members.iter();
                let members = members.map(|(key, value)| (key.clone(), Self::from(value)));
                Self::Object(members.collect())
            }
        }
    }
}
