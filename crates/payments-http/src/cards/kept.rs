//! A listing with its time: how long it may be given out, and from when on it is renewed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use moka::Expiry;
use payments_core::id::ProductId;
use payments_core::store_data::ProductsVersion;

use super::ready::ReadyListing;

/// A listing and its time.
pub struct Kept {
    /// The listing.
    pub listing: Arc<ReadyListing>,
    pub(super) basis: Basis,
    /// What was left of its time when it was ready.
    pub(super) fresh_for: Duration,
    /// From when on the next caller has it renewed.
    renew_at: DateTime<Utc>,
    is_being_renewed: AtomicBool,
}

/// What makes a listing right.
#[derive(Clone, Copy)]
pub(super) struct Basis {
    /// The version of the products that it is of.
    pub(super) version: ProductsVersion,
    /// When it was read.
    pub(super) read_at: DateTime<Utc>,
    /// When its version was last seen to be the present one.
    pub(super) seen_at: DateTime<Utc>,
    /// When the listing becomes another one with nothing but time passing; none: never.
    pub(super) holds_until: Option<DateTime<Utc>>,
}

impl Kept {
    /// A listing that is ready.
    pub(super) const fn new(
        listing: Arc<ReadyListing>,
        basis: Basis,
        fresh_for: Duration,
        renew_at: DateTime<Utc>,
    ) -> Self {
        Self {
            listing,
            basis,
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

/// Half to three quarters of a listing's time, by its product: those that were read together are not read together for
/// ever.
pub(super) fn renew_after(keep_for: Duration, product: ProductId) -> Duration {
    /// 2^32 over the golden ratio: keys that follow each other fall far apart.
    const FAR_APART: i64 = 0x9E37_79B9;
    let spread = product.get().wrapping_mul(FAR_APART).to_be_bytes()[4];
    keep_for / 2 + keep_for / 4 * u32::from(spread) / 256
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use payments_core::id::ProductId;

    use super::renew_after;

    #[test]
    fn products_that_were_read_together_are_not_renewed_together() {
        let keep_for = Duration::from_secs(1);
        let times = (1..=500).map(|pk| renew_after(keep_for, ProductId::new(pk).unwrap()));
        let mut milliseconds: Vec<_> = times.map(|time| time.as_millis()).collect();
        milliseconds.sort_unstable();
        assert!(milliseconds[0] >= 500 && milliseconds[499] <= 750);
        let of_a_hundred = milliseconds.windows(100).map(|some| some[99] - some[0]);
        assert!(of_a_hundred.min() > Some(40), "{milliseconds:?}");
    }
}
