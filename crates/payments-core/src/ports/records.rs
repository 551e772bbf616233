//! The management API's view of the store: nouns by key, written a whole change at a time.

use alloc::boxed::Box;
use alloc::vec::Vec;

use async_trait::async_trait;

use crate::audit::Author;
use crate::record::{
    Change, Deleted, Effect, Key, Page, PageRequest, Part, PartCounts, PosInUse, Preconditions,
    Record, Reference,
};

use super::Unavailable;

/// What takes an export, batch by batch.
#[async_trait]
pub trait ExportSink: Send {
    /// Takes the next objects: all of one part, at least one. `false` ends the export.
    async fn take(&mut self, batch: Vec<Record>) -> bool;
}

/// A sink, borrowed for an export.
pub type BorrowedSink<'s> = &'s mut (dyn ExportSink + 's);

/// Why a change was not written.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// The preconditions do not hold for an object of the change.
    #[error("the change's preconditions do not hold")]
    PreconditionFailed,
    /// Objects of the change refer to objects that are not there (index into `upserts`, and what is missing), each pair
    /// once.
    #[error("the change refers to objects that do not exist")]
    Dangling(Vec<(usize, Reference)>),
    /// Objects of the change bear a name another object has: a slug, a BIN, a plan's primary key (index into `upserts`).
    #[error("the change uses names that are taken")]
    Taken(Vec<usize>),
    /// Points of sale of the change (index into `upserts`) cannot be changed so, for something belongs to what they are now.
    #[error("the change takes away what cards and tokens belong to")]
    PosInUse(Vec<(usize, PosInUse)>),
    /// The store is unavailable; nothing was written.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// The stored objects.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Records: Send + Sync {
    /// Writes the whole change or nothing, in one transaction. A change of a point of sale's gateway, or one that leaves
    /// out the credentials of an account it had, MUST be refused with [`RecordsError::PosInUse`] while a saved card, an
    /// open intent or a queued deletion belongs to it, also one that is written at the same time. A write to a catalog part
    /// MUST count the catalog's version up once. Counts only for parts the change has. MUST append an audit record for each
    /// object that it creates or alters, in the same transaction, and none for one that stays as it is. A record MUST hold
    /// no secret of a point of sale and no value of a customer, basket, pre-order or session: only which fields changed.
    /// The preconditions MUST be checked in the same transaction: of two changes at once with the same tag in `if_match`,
    /// one is refused.
    async fn apply(
        &self,
        change: &Change,
        author: &Author,
    ) -> Result<Vec<PartCounts>, RecordsError>;

    /// What [`Records::apply`] would do to each object of a change, in the order of the change, or why it would refuse
    /// it. MUST write nothing.
    async fn preview(&self, change: &Change) -> Result<Vec<Effect>, RecordsError>;

    /// An object by its key.
    async fn get(&self, part: Part, key: &Key) -> Result<Option<Record>, Unavailable>;

    /// A page of the objects of a part that all filters hold for, ordered by key. Without filters it MUST read no more than
    /// the page and the one object after it, and count at most [`COUNTED`](crate::record::COUNTED) and one, for a request that is
    /// [`PageStart::After`](crate::record::PageStart::After) a key and asks for no count.
    async fn page(&self, part: Part, request: PageRequest) -> Result<Page, Unavailable>;

    /// Deletes an object nothing refers to, and appends its audit record in the same transaction. With a customer goes the
    /// mapping to the customer's pseudonym in the audit log. The preconditions MUST be checked in the same transaction.
    async fn delete(
        &self,
        part: Part,
        key: &Key,
        preconditions: &Preconditions,
        author: &Author,
    ) -> Result<Deleted, Unavailable>;

    /// Every object but sessions, as one moment has them, in the order of [`crate::record::Part::ALL`] and by key. MUST hold no more
    /// than a batch of them in memory.
    async fn export<'s>(&self, sink: BorrowedSink<'s>) -> Result<(), Unavailable>;
}
