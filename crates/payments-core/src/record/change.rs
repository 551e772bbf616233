//! What is written and deleted, and what is in the way of it.

use alloc::vec::Vec;

use crate::flow::IntentId;
use crate::id::{CustomerId, SavedCardId};

use super::object::Record;
use super::part::{Part, PosPart, Reference};
use super::precondition::Preconditions;

/// A batch of objects to insert or replace, already valid each by itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// In any order; adapters write them in the order of [`Part::ALL`](super::Part::ALL).
    pub upserts: Vec<Record>,
    /// The conditions for each of them.
    pub preconditions: Preconditions,
}

/// How many objects of a part were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartCounts {
    /// The part.
    pub part: Part,
    /// Objects that were not there before.
    pub created: u64,
    /// Objects that were replaced.
    pub updated: u64,
}

/// What a change would do to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is not there yet.
    Creates,
    /// It is there, and would be altered.
    Updates,
    /// It is there, and would stay as it is.
    Keeps,
}

/// What keeps an object from being deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Referrer {
    /// An object of a part.
    Object(Reference),
    /// A customer's saved card.
    SavedCard {
        /// Whose.
        customer: CustomerId,
        /// Which.
        card: SavedCardId,
    },
    /// An intent that is open: a card is being saved, or the reconciler has yet to ask the gateway.
    OpenIntent {
        /// Whose.
        customer: CustomerId,
        /// Which.
        intent: IntentId,
    },
    /// A token that waits for its deletion at the gateway, by its key in the queue.
    TokenDeletion(i64),
}

/// The answer to a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// It was there, and is gone.
    Deleted,
    /// There is none.
    NotFound,
    /// The preconditions do not hold; nothing was deleted.
    PreconditionFailed,
    /// These still refer to it (the first few); nothing was deleted.
    Referred(Vec<Referrer>),
}

/// What belongs to something of a point of sale that a change would take away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PosInUse {
    /// What would be taken away.
    pub part: PosPart,
    /// What belongs to it: saved cards, open intents and queued deletions, the first few of each.
    pub referring: Vec<Referrer>,
}
