//! Faults that can be planted in the database, to show that a test finds them.

use super::{FakeDatabase, Tables, lock};

/// A promise of a port that the database breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weakness {
    /// [`crate::ports::Intents::save_card`] commits a token whose deletion was leased, or was done after the intent was
    /// recorded.
    CommitsDyingTokens,
    /// The oldest entries of the backlog are leased first, and a failed try does not lengthen the next lease.
    LeasesOldestFirst,
}

impl FakeDatabase {
    /// Breaks a promise from now on.
    pub fn weaken(&self, weakness: Weakness) {
        lock(&self.tables).weaknesses.insert(weakness);
    }
}

impl Tables {
    pub(super) fn has(&self, weakness: Weakness) -> bool {
        self.weaknesses.contains(&weakness)
    }
}
