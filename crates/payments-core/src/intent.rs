//! Intents, and the reconciler's backlog.

mod backlog;
mod record;

pub use backlog::{Backlog, EntryId, LeaseTerms, Setback, StuckEntry};
pub use record::{
    COMMIT_WINDOW, DELETIONS_NOTED_FOR, Intent, IntentOutcome, IntentStatus, OpenIntent,
    RecordIntent, TokenDeletion,
};
