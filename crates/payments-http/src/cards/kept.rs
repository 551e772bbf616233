//! A listing with its time: how long it may be given out, and from when on it is read again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use moka::Expiry;

use super::ready::ReadyListing;

/// A listing and its time.
pub struct Kept {
    /// The listing.
    pub listing: Arc<ReadyListing>,
    /// What was left of its time when it was ready.
    fresh_for: Duration,
    /// From when on the next caller has it read again.
    renew_at: DateTime<Utc>,
    is_being_renewed: AtomicBool,
}

impl Kept {
    /// A listing that is ready.
    pub(super) const fn new(
        listing: Arc<ReadyListing>,
        fresh_for: Duration,
        renew_at: DateTime<Utc>,
    ) -> Self {
        Self {
            listing,
            fresh_for,
            renew_at,
            is_being_renewed: AtomicBool::new(false),
        }
    }

    /// True for one caller, when it is time.
    pub(super) fn is_to_be_renewed(&self, now: DateTime<Utc>) -> bool {
        now >= self.renew_at && !self.is_being_renewed.swap(true, Ordering::Relaxed)
    }
}

/// Each listing has its own time.
pub(super) struct AsLongAsFresh;

impl<K> Expiry<K, Arc<Kept>> for AsLongAsFresh {
    fn expire_after_create(&self, _: &K, kept: &Arc<Kept>, _: Instant) -> Option<Duration> {
        Some(kept.fresh_for)
    }

    fn expire_after_update(
        &self,
        _: &K,
        kept: &Arc<Kept>,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(kept.fresh_for)
    }
}
