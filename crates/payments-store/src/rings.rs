//! What processes that share a flow store tell each other of their key rings.

use std::time::Duration;

use payments_core::keys::{KeyMark, RingMark};

/// How long a ring counts after it was last announced: a process that died is forgotten after this.
pub const ANNOUNCED_FOR: Duration = Duration::from_secs(30);

/// What other processes told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedRings {
    /// The rings of the processes that run.
    pub others: Vec<RingMark>,
    /// The keys with which anything was sealed that may still be about.
    pub needed: Vec<KeyMark>,
}
