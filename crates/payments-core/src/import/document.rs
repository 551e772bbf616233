//! A valid document.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::catalog::ACCOUNTS;
use crate::id::CardId;
use crate::json::{Mention, Problem, Violation, Violations};
use crate::record::{Change, PosPart, Record, Reference};

/// A document without mistakes: each object is valid by itself, and no two have the same key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    pub(super) change: Change,
    pub(super) pointers: Vec<String>,
    pub(super) references: Vec<Mention>,
    pub(super) bin_entries: BTreeMap<CardId, Vec<usize>>,
    pub(super) warnings: Vec<Violation>,
}

impl Document {
    /// The change that writes the document's objects.
    pub const fn change(&self) -> &Change {
        &self.change
    }

    /// What is probably not meant, found by [`Reading::check_catalog`](super::Reading::check_catalog). It prevents
    /// nothing.
    pub fn warnings(&self) -> &[Violation] {
        &self.warnings
    }

    /// The mistakes of an object (by its index in [`Change::upserts`]) that refers to an object that is not stored,
    /// one for each reference.
    pub fn dangling(&self, index: usize, missing: &Reference) -> Violations {
        let object = self.pointer(index);
        let refers = |mention: &&Mention| {
            mention.part == missing.part
                && mention.key == missing.key
                && mention
                    .pointer
                    .strip_prefix(object)
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        let at = |pointer: &str| Violation::new(pointer, Problem::Dangling(missing.part));
        let mentions = self.references.iter().filter(refers);
        let mistakes: Violations = mentions.map(|found| at(&found.pointer)).collect();
        if mistakes.is_empty() {
            at(object).into()
        } else {
            mistakes
        }
    }

    /// The mistake of an object (by its index in [`Change::upserts`]) whose slug, BIN or plan is taken.
    pub fn taken(&self, index: usize) -> Violation {
        Violation::new(self.pointer(index), Problem::Taken)
    }

    /// The mistake of a point of sale (by its index in [`Change::upserts`]) that would remove a gateway or an account
    /// that is in use.
    pub fn in_use(&self, index: usize, part: &PosPart) -> Violation {
        let pos = self.pointer(index);
        let (field, problem) = match part {
            PosPart::Gateway => (
                "gateway".to_owned(),
                "this cannot be changed while saved cards or tokens belong to it".into(),
            ),
            PosPart::Account(label) => (
                format!("config/{ACCOUNTS}"),
                format!(
                    "saved cards or tokens belong to the account {label}: keep its settings here"
                )
                .into(),
            ),
        };
        Violation::new(format!("{pos}/{field}"), Problem::Invalid(problem))
    }

    fn pointer(&self, index: usize) -> &str {
        self.pointers.get(index).map_or("", String::as_str)
    }

    pub(super) fn push(&mut self, pointer: String, record: Record) {
        self.pointers.push(pointer);
        self.change.upserts.push(record);
    }
}
