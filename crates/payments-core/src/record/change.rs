//! A batch of objects to write.

use super::object::Record;
use super::precondition::Preconditions;

/// A batch of objects to insert or replace, already valid each by itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// In any order; adapters write them in the order of [`Part::ALL`](super::Part::ALL).
    pub upserts: Vec<Record>,
    /// The conditions for each of them.
    pub preconditions: Preconditions,
}
