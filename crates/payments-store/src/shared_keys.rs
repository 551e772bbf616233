//! Keys that processes announce through a shared flow store, by their marks.

use std::time::Duration;

use payments_core::keys::{KeyMark, LastingMark, RingMark};

/// How long an announcement or a report of a process is valid, in case the process crashes.
pub const ANNOUNCED_FOR: Duration = Duration::from_secs(30);

/// The announcements of other processes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedKeys {
    /// The rings of running processes.
    pub rings: Vec<RingMark>,
    /// The lasting keys of running processes. An earlier release announces none.
    pub lasting: Vec<LastingMark>,
    /// The keys of sealed values that may not have expired.
    pub needed: Vec<KeyMark>,
}
