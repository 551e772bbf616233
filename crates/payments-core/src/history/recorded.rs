//! Reads the records of the audit log about objects of the catalog.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;
use serde_json::Value;

use crate::audit_chain::AuditEntry;
use crate::catalog::Policy;
use crate::import::Document;
use crate::record::{Key, Part, Record, Reference};

use super::fields::{FieldChange, field_changes};
use super::outcome::Outcome;

/// A change of an object of the catalog, from its record.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// The object.
    pub reference: Reference,
    /// What was done to it.
    pub outcome: Outcome,
    versions: Versions,
}

/// The object before and after the change, as `changed::changes` writes them. A version is null if it could not be
/// read when the record was written.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Versions {
    before: Value,
    after: Value,
    fields: Option<Vec<String>>,
}

/// A version of an object.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Version {
    /// The object does not exist.
    Absent,
    /// This release cannot read it.
    Unreadable,
    /// The object, without literal secrets.
    Object(Box<Record>),
}

impl Version {
    pub(super) fn of(record: Record) -> Self {
        Self::Object(Box::new(record))
    }
}

impl Recorded {
    /// Reads a record; `None` if it is not about an object of the catalog, or has another form.
    pub fn read(entry: &AuditEntry) -> Option<Self> {
        Some(Self {
            reference: Self::reference_of(entry)?,
            outcome: Outcome::from_word(&entry.outcome)?,
            versions: serde_json::from_str(entry.changes.as_deref()?).ok()?,
        })
    }

    /// The object of the catalog that a record is about, whatever else it says.
    pub(super) fn reference_of(entry: &AuditEntry) -> Option<Reference> {
        let part = Part::from_word(entry.part.as_deref()?).filter(|part| part.is_catalog())?;
        let key = Key::parse(part, entry.object_key.as_deref()?)?;
        Some(Reference { part, key })
    }

    /// The fields that changed: all of them for a created or deleted object. A field whose values are secrets has
    /// none.
    pub fn changes(&self) -> Vec<FieldChange> {
        let there = |version| Some(version).filter(|version: &&Value| !version.is_null());
        let versions = &self.versions;
        let mut changes = field_changes(there(&versions.before), there(&versions.after));
        for name in versions.fields.iter().flatten() {
            let pointer = format!("/{name}");
            let is_of = |one: &FieldChange| match one.pointer.strip_prefix(&pointer) {
                Some(below) => below.is_empty() || below.starts_with('/'),
                None => false,
            };
            if !changes.iter().any(is_of) {
                let (old, new) = (None, None);
                changes.push(FieldChange { pointer, old, new });
            }
        }
        changes
    }

    pub(super) fn before(&self, policy: &Policy) -> Version {
        match self.outcome {
            Outcome::Created => Version::Absent,
            Outcome::Updated | Outcome::Deleted => self.read_version(&self.versions.before, policy),
        }
    }

    pub(super) fn after(&self, policy: &Policy) -> Version {
        match self.outcome {
            Outcome::Deleted => Version::Absent,
            Outcome::Created | Outcome::Updated => self.read_version(&self.versions.after, policy),
        }
    }

    fn read_version(&self, version: &Value, policy: &Policy) -> Version {
        let Reference { part, key } = self.reference.clone();
        let text = format!("{version}");
        let read = Document::parse_object(part, key, text.as_bytes(), policy);
        let object = read
            .ok()
            .and_then(|document| document.change().upserts.first().cloned());
        object.map_or(Version::Unreadable, Version::of)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(outcome: &str, changes: &Value) -> AuditEntry {
        AuditEntry {
            kind: "management".into(),
            outcome: outcome.into(),
            part: Some("pos".into()),
            object_key: Some("1".into()),
            changes: Some(changes.to_string()),
            ..AuditEntry::default()
        }
    }

    #[test]
    fn the_change_of_a_secret_names_the_field_without_values() {
        let pos = json!({"pk": 1, "name": "P", "config": {"currency": "TRY"}});
        let renamed = json!({"pk": 1, "name": "Q", "config": {"currency": "TRY"}});
        let changes = json!({"fields": ["config", "name"], "before": pos, "after": renamed});
        let recorded = Recorded::read(&entry("updated", &changes)).unwrap();
        let secret = FieldChange {
            pointer: "/config".into(),
            old: None,
            new: None,
        };
        let name = FieldChange {
            pointer: "/name".into(),
            old: Some(json!("P")),
            new: Some(json!("Q")),
        };
        assert_eq!(recorded.changes(), [name, secret]);
    }

    #[test]
    fn a_version_that_cannot_be_read_is_not_taken_for_a_missing_one() {
        let policy = Policy::default();
        let pos = json!({"pk": 1, "name": "P", "slug": "p", "gateway": "sandbox"});
        let changes = json!({"fields": null, "before": null, "after": pos});
        let recorded = Recorded::read(&entry("updated", &changes)).unwrap();
        assert_eq!(recorded.before(&policy), Version::Unreadable);
        assert!(matches!(recorded.after(&policy), Version::Object(_)));
        let created = Recorded::read(&entry("created", &json!({"after": {"pk": 2}}))).unwrap();
        assert_eq!(created.before(&policy), Version::Absent);
        assert_eq!(created.after(&policy), Version::Unreadable);
    }

    #[test]
    fn records_of_other_parts_are_not_of_the_catalog() {
        let changes = json!({"after": {}});
        let other = |part: &str, key: &str| AuditEntry {
            part: Some(part.into()),
            object_key: Some(key.into()),
            ..entry("created", &changes)
        };
        assert!(Recorded::read(&other("rules", "gold")).is_some());
        for (part, key) in [
            ("products", "1"),
            ("pos", "x"),
            ("rules", "Gold"),
            ("none", "1"),
        ] {
            assert_eq!(Recorded::read(&other(part, key)), None, "{part} {key}");
        }
    }
}
