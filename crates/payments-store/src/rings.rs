//! Key rings that processes with a common flow store announce to each other.

use std::time::Duration;

use payments_core::keys::{KeyMark, RingMark};

/// How long an announcement is valid: a process that died is forgotten after this.
pub const ANNOUNCED_FOR: Duration = Duration::from_secs(30);

/// The announcements of other processes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedRings {
    /// The rings of running processes.
    pub others: Vec<RingMark>,
    /// The keys of sealed values that may still exist.
    pub needed: Vec<KeyMark>,
}
