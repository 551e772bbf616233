//! Compares two versions of an object, field by field.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;
use serde_json::{Map, Value};

/// A field that differs between two versions of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// The JSON pointer of the field: in the new version, or in the old one if it has no new value.
    pub pointer: String,
    /// The old value; `None` if there was none, or if it is a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// The new value; `None` if there is none, or if it is a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
}

/// The fields in which two versions differ; without one of them, all fields of the other.
///
/// Objects are compared inside. In a list, objects with a `pk` (plans) are compared by it, other objects by their
/// position, and of plain values those that were removed and added are named. If only the order of a list changed,
/// the list is named as a whole.
pub(super) fn field_changes(old: Option<&Value>, new: Option<&Value>) -> Vec<FieldChange> {
    let empty = Value::Object(Map::new());
    let mut comparison = Comparison::default();
    comparison.values(old.unwrap_or(&empty), new.unwrap_or(&empty));
    comparison.changes
}

#[derive(Default)]
struct Comparison {
    pointer: String,
    changes: Vec<FieldChange>,
}

impl Comparison {
    fn values(&mut self, old: &Value, new: &Value) {
        match (old, new) {
            _ if old == new => {}
            (Value::Object(old), Value::Object(new)) => self.objects(old, new),
            (Value::Array(old), Value::Array(new)) => self.lists(old, new),
            _ => self.changed(Some(old), Some(new)),
        }
    }

    fn either(&mut self, old: Option<&Value>, new: Option<&Value>) {
        match (old, new) {
            (Some(old), Some(new)) => self.values(old, new),
            _ => self.changed(old, new),
        }
    }

    fn objects(&mut self, old: &Map<String, Value>, new: &Map<String, Value>) {
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            let escaped = name.replace('~', "~0").replace('/', "~1");
            self.at(&escaped, |below| below.either(old.get(name), new.get(name)));
        }
    }

    fn lists(&mut self, old: &[Value], new: &[Value]) {
        let found = self.changes.len();
        if let (Some(old), Some(new)) = (by_pk(old), by_pk(new)) {
            self.keyed(&old, &new);
        } else if old.iter().chain(new).any(is_nested) {
            for index in 0..old.len().max(new.len()) {
                self.at_index(index, |below| below.either(old.get(index), new.get(index)));
            }
        } else {
            for (index, value) in missing(old, new) {
                self.at_index(index, |below| below.changed(Some(value), None));
            }
            for (index, value) in missing(new, old) {
                self.at_index(index, |below| below.changed(None, Some(value)));
            }
        }
        if self.changes.len() == found {
            let whole = |list: &[Value]| Value::Array(list.to_vec());
            self.changed(Some(&whole(old)), Some(&whole(new)));
        }
    }

    fn keyed(&mut self, old: &ByPk<'_>, new: &ByPk<'_>) {
        for (pk, (index, value)) in old {
            if !new.contains_key(pk) {
                self.at_index(*index, |below| below.changed(Some(value), None));
            }
        }
        for (pk, (index, value)) in new {
            let old = old.get(pk).map(|(_, old)| *old);
            self.at_index(*index, |below| below.either(old, Some(value)));
        }
    }

    fn at_index(&mut self, index: usize, compare: impl FnOnce(&mut Self)) {
        self.at(&format!("{index}"), compare);
    }

    fn at(&mut self, name: &str, compare: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(name);
        compare(self);
        self.pointer.truncate(length);
    }

    fn changed(&mut self, old: Option<&Value>, new: Option<&Value>) {
        self.changes.push(FieldChange {
            pointer: self.pointer.clone(),
            old: old.cloned(),
            new: new.cloned(),
        });
    }
}

/// The elements of a list by their keys, each with its index.
type ByPk<'v> = BTreeMap<i64, (usize, &'v Value)>;

/// The objects of a list by their keys, if each has its own.
fn by_pk(list: &[Value]) -> Option<ByPk<'_>> {
    let pk = |value: &Value| value.get("pk").and_then(Value::as_i64);
    let keyed = list.iter().enumerate();
    let keyed: Option<ByPk<'_>> = keyed
        .map(|(index, value)| Some((pk(value)?, (index, value))))
        .collect();
    keyed.filter(|keyed| keyed.len() == list.len())
}

const fn is_nested(value: &Value) -> bool {
    matches!(value, Value::Object(_) | Value::Array(_))
}

/// The values of a list that another one lacks, with their indices.
fn missing<'v>(list: &'v [Value], other: &[Value]) -> Vec<(usize, &'v Value)> {
    // Values have no order; their texts do.
    let mut there: BTreeMap<String, usize> = BTreeMap::new();
    for value in other {
        *there.entry(format!("{value}")).or_default() += 1;
    }
    let mut is_missing = |value: &Value| match there.get_mut(&format!("{value}")) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        Some(_) | None => true,
    };
    let list = list.iter().enumerate();
    list.filter(|(_, value)| is_missing(value)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::field_changes;

    /// The changes as `[pointer, old, new]`, with "-" for no value.
    fn changes(old: &Value, new: &Value) -> Vec<Value> {
        let none = || json!("-");
        field_changes(Some(old), Some(new))
            .into_iter()
            .map(|one| {
                json!([
                    one.pointer,
                    one.old.unwrap_or_else(none),
                    one.new.unwrap_or_else(none)
                ])
            })
            .collect()
    }

    #[test]
    fn values_are_compared_inside() {
        let old = json!({"name": "A", "when": {"amount": {"min": 1}, "any": [{"bank": ["x"]}, {}]}, "gone": null});
        let new = json!({"name": "A", "when": {"amount": {"max": 2}, "any": [{"bank": ["y"]}]}, "a/b~": 1});
        assert_eq!(
            changes(&old, &new),
            [
                json!(["/a~1b~0", "-", 1]),
                json!(["/gone", null, "-"]),
                json!(["/when/amount/max", "-", 2]),
                json!(["/when/amount/min", 1, "-"]),
                json!(["/when/any/0/bank/0", "x", "-"]),
                json!(["/when/any/0/bank/0", "-", "y"]),
                json!(["/when/any/1", {}, "-"]),
            ]
        );
        assert!(changes(&old, &old).is_empty());
    }

    #[test]
    fn plans_are_compared_by_their_keys() {
        let plan = |pk: i64, rate: &str| json!({"pk": pk, "interest_rate": rate});
        let old = json!({"installments": [plan(1, "0"), plan(2, "4.5"), plan(3, "6")]});
        let new = json!({"installments": [plan(2, "5"), plan(1, "0"), plan(4, "9")]});
        assert_eq!(
            changes(&old, &new),
            [
                json!(["/installments/2", plan(3, "6"), "-"]),
                json!(["/installments/0/interest_rate", "4.5", "5"]),
                json!(["/installments/2", "-", plan(4, "9")]),
            ]
        );
    }

    #[test]
    fn of_plain_values_only_those_removed_and_added_are_named() {
        let of = |bins: &[&str]| json!({ "bins": bins });
        assert_eq!(
            changes(&of(&["1", "2", "2", "3"]), &of(&["0", "1", "2"])),
            [
                json!(["/bins/2", "2", "-"]),
                json!(["/bins/3", "3", "-"]),
                json!(["/bins/0", "-", "0"]),
            ]
        );
        let reordered = changes(&of(&["1", "2"]), &of(&["2", "1"]));
        assert_eq!(reordered, [json!(["/bins", ["1", "2"], ["2", "1"]])]);
    }

    #[test]
    fn without_another_version_all_fields_are_named() {
        let object = json!({"name": "A", "bins": ["1"]});
        let created = field_changes(None, Some(&object));
        let named = |changes: &[super::FieldChange]| -> Vec<String> {
            changes.iter().map(|one| one.pointer.clone()).collect()
        };
        assert_eq!(named(&created), ["/bins", "/name"]);
        assert!(created.iter().all(|one| one.old.is_none()));
        let deleted = field_changes(Some(&object), None);
        assert!(deleted.iter().all(|one| one.new.is_none()));
    }
}
