//! Column types: how values are stored and read.

use chrono::{DateTime, NaiveDateTime, Utc};
use payments_core::json::Violation;
use payments_core::money::{Currency, Money};
use payments_core::rules::{Condition, Effect};
use payments_core::session::SessionDigest;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::sql_error::SqlError;

/// An instant in UTC, in whole microseconds: the resolution of PostgreSQL, on SQLite as well.
pub fn instant(at: DateTime<Utc>) -> NaiveDateTime {
    // A leap second counts as the second after it; rounding an instant that chrono can hold does not overflow.
    DateTime::from_timestamp_micros(at.timestamp_micros())
        .unwrap_or(at)
        .naive_utc()
}

/// An amount of two columns: minor units and currency.
///
/// # Errors
/// [`SqlError::Row`] for an unknown currency.
pub fn read_money(table: &'static str, minor: i64, currency: &str) -> Result<Money, SqlError> {
    let currency = Currency::from_code(currency).map_err(|error| SqlError::row(table, error))?;
    Ok(Money::new(minor, currency))
}

/// A session's digest of 64 hexadecimal digits.
///
/// # Errors
/// [`SqlError::Row`] for another text.
pub fn read_digest(table: &'static str, hex: &str) -> Result<SessionDigest, SqlError> {
    SessionDigest::from_hex(hex).ok_or_else(|| SqlError::row(table, "not a digest"))
}

/// A gateway's refusal code, if it may be stored: 1 to 40 letters, digits, `_`, `-`, `.`, without a run of ten
/// digits, which could be part of a phone or card number. The tables have the same checks.
pub fn gateway_code(code: &str) -> Option<&str> {
    let is_code = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let has_long_number = code
        .as_bytes()
        .windows(10)
        .any(|window| window.iter().all(u8::is_ascii_digit));
    ((1..=40).contains(&code.len()) && code.bytes().all(is_code) && !has_long_number)
        .then_some(code)
}

/// A JSON document as text.
///
/// # Errors
/// [`SqlError::Row`] if it has no JSON form.
pub fn json(table: &'static str, document: &impl Serialize) -> Result<String, SqlError> {
    serde_json::to_string(document).map_err(|error| SqlError::row(table, error))
}

/// Reads a JSON document.
///
/// # Errors
/// [`SqlError::Row`] for text that is not one of type `T`.
pub fn read_json<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<T, SqlError> {
    // The error may quote the text; `classify` does not.
    serde_json::from_str(text)
        .map_err(|error| SqlError::row(table, format!("{:?} error in JSON", error.classify())))
}

/// A rule's condition as JSON text.
pub fn condition(condition: &Condition) -> String {
    condition.to_json().to_string()
}

/// A rule's effect as JSON text.
pub fn effect(effect: &Effect) -> String {
    effect.to_json().to_string()
}

/// Reads a rule's condition.
///
/// # Errors
/// [`SqlError::Row`] if it is invalid.
pub fn read_condition(text: &str) -> Result<Condition, SqlError> {
    Condition::from_stored(&read_json::<Value>("rules", text)?)
        .map_err(|faults| broken("condition", &faults))
}

/// Reads a rule's effect.
///
/// # Errors
/// [`SqlError::Row`] if it is invalid.
pub fn read_effect(text: &str) -> Result<Effect, SqlError> {
    Effect::from_json(&read_json::<Value>("rules", text)?)
        .map_err(|faults| broken("effect", &faults))
}

fn broken(column: &str, faults: &[Violation]) -> SqlError {
    SqlError::row(
        "rules",
        format!("{} violations in the {column}", faults.len()),
    )
}
