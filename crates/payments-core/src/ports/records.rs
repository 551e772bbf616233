//! The management API's access to the store: objects by key, and atomic changes.

use alloc::boxed::Box;
use alloc::vec::Vec;

use async_trait::async_trait;

use crate::audit::Author;
use crate::record::{
    Change, Deleted, Effect, Key, Page, PageRequest, Part, PartCounts, PosInUse, Preconditions,
    Record, Reference, Referrer,
};

use super::Unavailable;

/// Receives an export in batches.
#[async_trait]
pub trait ExportSink: Send {
    /// Receives the next objects, at least one, all of one part. Returning `false` ends the export.
    async fn take(&mut self, batch: Vec<Record>) -> bool;
}

/// A sink, borrowed for an export.
pub type BorrowedSink<'s> = &'s mut (dyn ExportSink + 's);

/// Why a change was not written.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// A precondition of the change does not hold.
    #[error("the change's preconditions do not hold")]
    PreconditionFailed,
    /// The proposal that the change carries out is not open.
    #[error("the proposal was decided before")]
    ProposalClosed,
    /// Objects of the change refer to missing objects: the index into `upserts` and the missing
    /// reference, each pair once.
    #[error("the change refers to objects that do not exist")]
    Dangling(Vec<(usize, Reference)>),
    /// Objects of the change have a name that another object has (a slug, a BIN, a plan's primary key):
    /// the indices into `upserts`.
    #[error("the change uses names that are taken")]
    Taken(Vec<usize>),
    /// Points of sale cannot be changed this way, because something depends on what they are now: the indices into
    /// `upserts`, and the reasons.
    #[error("the change removes a gateway or account that is in use")]
    PosInUse(Vec<(usize, PosInUse)>),
    /// Objects that the change deletes are referred to by others that stay: each with the first of these.
    #[error("the change deletes objects that others refer to")]
    Referred(Vec<(Reference, Vec<Referrer>)>),
    /// The store is unavailable. Nothing was written.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Reads and writes the stored objects.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Records: Send + Sync {
    /// Writes the whole change or nothing, in one transaction.
    ///
    /// A change of a point of sale's gateway, or one that removes the credentials of one of its accounts, MUST be refused
    /// with [`RecordsError::PosInUse`] while a saved card, an open intent or a queued deletion belongs to it, including
    /// one that is written concurrently. A write to a catalog part MUST increment the catalog's version once. Counts
    /// cover only the parts of the change.
    ///
    /// An object to delete that something else refers to, which the change neither writes nor deletes, MUST be refused
    /// with [`RecordsError::Referred`]. The slug of a deleted object is free for an object of the change.
    ///
    /// A change that carries out a proposal MUST close it in the same transaction, and MUST be refused with
    /// [`RecordsError::ProposalClosed`] if it is not open.
    ///
    /// MUST append an audit record, in the same transaction, for each object that is created, altered or deleted, and
    /// none for an unchanged one. A record MUST NOT contain a secret of a point of sale or a value of a customer, basket,
    /// pre-order or session: only which fields changed. The preconditions MUST be checked in the same transaction: of
    /// two concurrent changes with the same tag in `if_match`, one is refused.
    async fn apply(
        &self,
        change: &Change,
        author: &Author,
    ) -> Result<Vec<PartCounts>, RecordsError>;

    /// The effect that [`Records::apply`] would have on each object of a change, in order, or why it would refuse the
    /// change. MUST write nothing.
    async fn preview(&self, change: &Change) -> Result<Vec<Effect>, RecordsError>;

    /// The object with this key.
    async fn get(&self, part: Part, key: &Key) -> Result<Option<Record>, Unavailable>;

    /// A page of the objects of a part that match all filters, ordered by key. Without filters, a request that is
    /// [`PageStart::After`](crate::record::PageStart::After) a key and asks for no count MUST read no more than the
    /// page and one more object, and count at most one more than [`COUNTED`](crate::record::COUNTED).
    async fn page(&self, part: Part, request: PageRequest) -> Result<Page, Unavailable>;

    /// Deletes an object that nothing refers to, and appends its audit record in the same transaction. Deleting a
    /// customer also deletes the mapping to the customer's pseudonym in the audit log. The preconditions MUST be
    /// checked in the same transaction.
    async fn delete(
        &self,
        part: Part,
        key: &Key,
        preconditions: &Preconditions,
        author: &Author,
    ) -> Result<Deleted, Unavailable>;

    /// Every object except sessions, from one consistent snapshot, in the order of [`crate::record::Part::ALL`] and by
    /// key. MUST hold no more than one batch in memory.
    async fn export<'s>(&self, sink: BorrowedSink<'s>) -> Result<(), Unavailable>;
}
