//! Writes the changes of an object as the audit log records them.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::{Map, Value, json};

use crate::import::Written;
use crate::record::{Part, Record};

use super::outcome::Outcome;

/// A change of an object.
pub enum Changed<'r> {
    /// It is new.
    Created(&'r Record),
    /// It was replaced. The former object may be unreadable.
    Updated(Option<&'r Record>, &'r Record),
    /// It was deleted. It may have been unreadable.
    Deleted(Option<&'r Record>),
}

impl Changed<'_> {
    /// The word in the audit log.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Created(_) => Outcome::Created,
            Self::Updated(_, _) => Outcome::Updated,
            Self::Deleted(_) => Outcome::Deleted,
        }
        .as_str()
    }
}

/// Whether objects of a part hold personal data. An erasure reaches the object but not the log, so the
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

/// The object as in an export, without secrets; null if there is none.
pub(super) fn written(record: Option<&Record>) -> Value {
    let written = record.map(Written);
    serde_json::to_value(written).unwrap_or_default()
}

/// The change as JSON; `None` if there are no details.
pub fn changes(part: Part, changed: &Changed<'_>) -> Option<String> {
    let details = match changed {
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
    Some(details.to_string())
}

/// The sorted names of the fields that differ. A replaced secret counts as a change of the configuration.
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
