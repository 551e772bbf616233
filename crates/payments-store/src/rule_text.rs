//! Rules' conditions and effects as JSON text.

use payments_core::json::Violation;
use payments_core::rules::{Condition, Effect};
use serde_json::Value;

use crate::json;
use crate::sql_error::SqlError;

pub(crate) fn of_condition(condition: &Condition) -> String {
    condition.to_json().to_string()
}

pub(crate) fn of_effect(effect: &Effect) -> String {
    effect.to_json().to_string()
}

pub(crate) fn to_condition(text: &str) -> Result<Condition, SqlError> {
    Condition::from_stored(&json::from_text::<Value>("rules", text)?)
        .map_err(|faults| broken("condition", &faults))
}

pub(crate) fn to_effect(text: &str) -> Result<Effect, SqlError> {
    Effect::from_json(&json::from_text::<Value>("rules", text)?)
        .map_err(|faults| broken("effect", &faults))
}

fn broken(column: &str, faults: &[Violation]) -> SqlError {
    SqlError::row("rules", format!("{} faults in the {column}", faults.len()))
}
