//! Changes, deletions and what prevents them.

use alloc::string::String;
use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::catalog::CatalogVersion;
use crate::flow::IntentId;
use crate::id::{CustomerId, SavedCardId};

use super::object::Record;
use super::part::{Part, PosPart, Reference};
use super::precondition::Preconditions;

/// A batch of objects to insert or replace, each of them already valid by itself, and of objects to delete.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// The objects in any order. Adapters write them in the order of [`Part::ALL`](super::Part::ALL).
    pub upserts: Vec<Record>,
    /// The objects of the catalog to delete. None of them is in `upserts`; one that does not exist is skipped.
    pub deletions: Vec<Reference>,
    /// The preconditions for each object.
    pub preconditions: Preconditions,
    /// The version that the catalog must have. With another one, the preconditions do not hold.
    pub catalog_version: Option<CatalogVersion>,
    /// The proposal that it carries out, which must be open and is closed with it.
    pub approves: Option<Approval>,
}

/// The approval of a proposed change by a second person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The primary key of the proposal.
    pub proposal: i64,
    /// Who approves.
    pub principal: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The number of objects of a part that were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartCounts {
    /// The part that is counted.
    pub part: Part,
    /// Objects that did not exist before.
    pub created: u64,
    /// Objects that were replaced.
    pub updated: u64,
}

/// The effect of a change on an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The object does not exist, and would be created.
    Creates,
    /// The object exists, and would be altered.
    Updates,
    /// The object exists, and would not change.
    Keeps,
}

/// What prevents the deletion of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Referrer {
    /// An object of the import document.
    Object(Reference),
    /// A customer's saved card.
    SavedCard {
        /// The customer who owns the card.
        customer: CustomerId,
        /// The card's primary key.
        card: SavedCardId,
    },
    /// An open intent: a card is being saved, or the reconciler has not asked the gateway yet.
    OpenIntent {
        /// The customer of the intent.
        customer: CustomerId,
        /// The intent's id.
        intent: IntentId,
    },
    /// A token that is queued for deletion at the gateway, by its key in the queue.
    TokenDeletion(i64),
}

/// The result of a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// The object was deleted.
    Deleted,
    /// There is no such object.
    NotFound,
    /// A precondition does not hold. Nothing was deleted.
    PreconditionFailed,
    /// Other objects still refer to it (the first few). Nothing was deleted.
    Referred(Vec<Referrer>),
}

/// Dependents of a part of a point of sale that a change would remove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PosInUse {
    /// The part that would be removed.
    pub part: PosPart,
    /// The saved cards, open intents and queued deletions that depend on it, the first few of each.
    pub referring: Vec<Referrer>,
}
