//! Key rings that processes announce through a shared flow store.

use std::time::Duration;

use payments_core::keys::{KeyMark, RingMark};

/// How long an announcement is valid, in case its process crashes.
pub const ANNOUNCED_FOR: Duration = Duration::from_secs(30);

/// The announcements of other processes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedRings {
    /// The rings of running processes.
    pub others: Vec<RingMark>,
    /// The keys of sealed values that may not have expired.
    pub needed: Vec<KeyMark>,
}
