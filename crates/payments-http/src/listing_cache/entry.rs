//! A cached listing: how long it is fresh, and when it is renewed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use moka::Expiry;
use payments_core::id::ProductId;
use payments_core::store_data::ProductsVersion;

use super::encoded::EncodedListing;

pub struct Entry {
    pub listing: Arc<EncodedListing>,
    pub(super) basis: Basis,
    /// Its remaining lifetime when it was inserted.
    pub(super) fresh_for: Duration,
    /// The first lookup from then on renews it.
    renew_at: DateTime<Utc>,
    is_being_renewed: AtomicBool,
}

/// What a listing is based on.
#[derive(Clone, Copy)]
pub(super) struct Basis {
    pub(super) version: ProductsVersion,
    /// When it was read.
    pub(super) read_at: DateTime<Utc>,
    /// When its version was last known to be current.
    pub(super) seen_at: DateTime<Utc>,
    /// When the catalog's rules change the listing next, if they depend on the time.
    pub(super) holds_until: Option<DateTime<Utc>>,
}

impl Entry {
    pub(super) const fn new(
        listing: Arc<EncodedListing>,
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

    /// True once, for the first caller from the time of renewal on: that one renews the entry.
    pub(super) fn begin_renewal(&self, now: DateTime<Utc>) -> bool {
        now >= self.renew_at && !self.is_being_renewed.swap(true, Ordering::Relaxed)
    }
}

/// Half to three quarters of a listing's lifetime, spread by product, so that listings read together are renewed at
/// different times.
pub(super) fn renew_after(lifetime: Duration, product: ProductId) -> Duration {
    /// 2^32 over the golden ratio, so that consecutive keys spread evenly.
    const SPREAD: i64 = 0x9E37_79B9;
    let spread = product.get().wrapping_mul(SPREAD).to_be_bytes()[4];
    lifetime / 2 + lifetime / 4 * u32::from(spread) / 256
}

/// Expires each entry by its own lifetime.
pub(super) struct ExpireWhenStale;

impl<K> Expiry<K, Arc<Entry>> for ExpireWhenStale {
    fn expire_after_create(&self, _: &K, entry: &Arc<Entry>, _: Instant) -> Option<Duration> {
        Some(entry.fresh_for)
    }

    fn expire_after_update(
        &self,
        _: &K,
        entry: &Arc<Entry>,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.fresh_for)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use payments_core::id::ProductId;

    use super::renew_after;

    #[test]
    fn products_that_were_read_together_are_not_renewed_together() {
        let lifetime = Duration::from_secs(1);
        let times = (1..=500).map(|pk| renew_after(lifetime, ProductId::new(pk).unwrap()));
        let mut milliseconds: Vec<_> = times.map(|time| time.as_millis()).collect();
        milliseconds.sort_unstable();
        assert!(milliseconds[0] >= 500 && milliseconds[499] <= 750);
        let spans = milliseconds.windows(100).map(|some| some[99] - some[0]);
        assert!(spans.min() > Some(40), "{milliseconds:?}");
    }
}
