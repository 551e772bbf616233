//! The import document: what the commerce system hands over, as JSON, in parts.
//!
//! **Reading is strict and complete:** unknown or repeated keys, wrong types and impossible values are refused, and
//! every mistake is reported with its JSON pointer (RFC 6901). No message holds a value that was read. Numbers are
//! read from their own text, so that an amount never passes through a binary float.
//!
//! Session ids are secrets: a session is read by its id and kept, and written, without it.

use std::collections::HashMap;

use crate::catalog::ACCOUNTS;
use crate::id::CardId;
use crate::record::{Change, Key, Part, PosPart, Record, Reference};

mod bank;
mod basket;
mod card;
mod card_type;
mod customer;
mod etag;
mod field;
mod json;
mod object;
mod overlay;
mod patch;
mod payment_option;
mod plan;
mod pos;
mod pos_config;
mod pre_order;
mod problem;
mod product;
mod reader;
mod reading;
mod rule;
mod session;
mod written;

pub use etag::Etag;
pub use problem::{Expected, Problem, Violation};
pub use written::{DocumentWriter, Written, write_document};

pub use reading::Reading;

use reader::Mention;

/// What is accepted beyond what the shapes say.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Whether secrets may stand in a point of sale's configuration as they are; otherwise only references to them.
    pub literal_secrets: bool,
    /// Hosts a Masterpass script may come from and its customers may return to.
    pub masterpass_hosts: Vec<String>,
}

/// A document that was read without a mistake. Its objects are valid each by itself, and no two have the same key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    change: Change,
    pointers: Vec<String>,
    references: Vec<Mention>,
    bin_entries: HashMap<CardId, Vec<usize>>,
}

impl Document {
    /// Reads a whole document; what it refers to may be missing.
    ///
    /// # Errors
    /// Every mistake in it, as [`Violation::report`] lists them.
    pub fn parse(bytes: &[u8], policy: &Policy) -> Result<Self, Vec<Violation>> {
        Reading::of_document(bytes, policy).finish()
    }

    /// Reads one object of a part, whose key the path it was put to names. The object may leave its key out; what it
    /// refers to may be missing.
    ///
    /// # Errors
    /// Every mistake in it; a key in the object that is not the path's is one.
    pub fn parse_object(
        part: Part,
        key: Key,
        bytes: &[u8],
        policy: &Policy,
    ) -> Result<Self, Vec<Violation>> {
        Reading::of_object(part, key, bytes, policy).finish()
    }

    /// The change that writes it.
    pub const fn change(&self) -> &Change {
        &self.change
    }

    /// The mistakes of an object (by its index in [`Change::upserts`]) that refers to what is not stored: one for each
    /// place where it does.
    pub fn dangling(&self, index: usize, missing: &Reference) -> Vec<Violation> {
        let object = self.pointer(index);
        let refers = |mention: &&Mention| {
            mention.part == missing.part
                && mention.key == missing.key
                && mention
                    .pointer
                    .strip_prefix(object)
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        let at = |pointer: &str| Violation {
            pointer: pointer.to_owned(),
            problem: Problem::Dangling(missing.part),
        };
        let mentions = self.references.iter().filter(refers);
        let mut mistakes: Vec<Violation> = mentions.map(|found| at(&found.pointer)).collect();
        if mistakes.is_empty() {
            mistakes.push(at(object));
        }
        mistakes
    }

    /// The mistake of an object (by its index in [`Change::upserts`]) whose slug, BIN or plan is taken.
    pub fn taken(&self, index: usize) -> Violation {
        Violation {
            pointer: self.pointer(index).to_owned(),
            problem: Problem::Taken,
        }
    }

    /// The mistake of a point of sale (by its index in [`Change::upserts`]) that takes away what something belongs to.
    pub fn in_use(&self, index: usize, part: &PosPart) -> Violation {
        let pos = self.pointer(index);
        match part {
            PosPart::Gateway => Violation {
                pointer: format!("{pos}/gateway"),
                problem: Problem::GatewayInUse,
            },
            PosPart::Account(label) => Violation {
                pointer: format!("{pos}/config/{ACCOUNTS}"),
                problem: Problem::AccountInUse(label.clone()),
            },
        }
    }

    fn pointer(&self, index: usize) -> &str {
        self.pointers.get(index).map_or("", String::as_str)
    }

    fn push(&mut self, pointer: String, record: Record) {
        self.pointers.push(pointer);
        self.change.upserts.push(record);
    }
}
