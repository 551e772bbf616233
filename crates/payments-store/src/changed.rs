//! What of an object changed, as the audit log keeps it.

use payments_core::import::Written;
use payments_core::record::{Part, Record};
use serde_json::{Map, Value, json};

/// What happened to an object.
pub(crate) enum Changed<'r> {
    /// It was not there before.
    Created(&'r Record),
    /// It was replaced; what was there before may be unreadable.
    Updated(Option<&'r Record>, &'r Record),
    /// It is gone; it may have been unreadable.
    Deleted(Option<&'r Record>),
}

impl Changed<'_> {
    /// The word in the audit log.
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::Created(_) => "created",
            Self::Updated(_, _) => "updated",
            Self::Deleted(_) => "deleted",
        }
    }
}

/// Whether objects of a part tell about a person. Erasing that person reaches the object, but not the log, so the
/// log names the fields that changed and never their values.
const fn is_personal(part: Part) -> bool {
    match part {
        Part::Customers | Part::Baskets | Part::PreOrders | Part::Sessions => true,
        Part::Banks
        | Part::CardTypes
        | Part::Pos
        | Part::Cards
        | Part::PaymentOptions
        | Part::Rules
        | Part::Products => false,
    }
}

/// The object as documents have it, which leaves secrets out.
fn written(record: Option<&Record>) -> Value {
    let written = record.map(Written);
    serde_json::to_value(written).unwrap_or_default()
}

/// The change as JSON; none where there is nothing to say beyond that it happened.
pub(crate) fn changes(part: Part, changed: &Changed<'_>) -> Option<String> {
    let told = match changed {
        Changed::Updated(before, after) => {
            let (old, new) = (written(*before), written(Some(*after)));
            let fields = before.map(|before| changed_fields(before, after, &old, &new));
            if is_personal(part) {
                json!({"fields": fields})
            } else {
                json!({"fields": fields, "before": old, "after": new})
            }
        }
        Changed::Created(_) | Changed::Deleted(_) if is_personal(part) => return None,
        Changed::Created(after) => json!({"after": written(Some(*after))}),
        Changed::Deleted(before) => json!({"before": written(*before)}),
    };
    Some(told.to_string())
}

/// The names of the fields that differ, by name. A secret that was replaced shows as its configuration's.
fn changed_fields(before: &Record, after: &Record, old: &Value, new: &Value) -> Vec<String> {
    let empty = Map::new();
    let (old, new) = (
        old.as_object().unwrap_or(&empty),
        new.as_object().unwrap_or(&empty),
    );
    let mut fields: Vec<String> = new
        .keys()
        .chain(old.keys().filter(|name| !new.contains_key(*name)))
        .filter(|name| old.get(*name) != new.get(*name))
        .cloned()
        .collect();
    let is_secret = match (before, after) {
        (Record::Pos(before), Record::Pos(after)) => before.config != after.config,
        _ => false,
    };
    if is_secret && !fields.iter().any(|name| name == "config") {
        fields.push("config".to_owned());
    }
    fields.sort_unstable();
    fields
}
