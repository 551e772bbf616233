//! How the listings that are kept are made, and how long each may be given out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use payments_core::id::ProductId;
use payments_core::ports::Clock;
use payments_core::purchase::Purchase;
use payments_core::store_data::ProductsVersion;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::kept::{Basis, Kept, renew_after};
use super::product_listings::NotListed;
use super::ready::ReadyListing;

/// After so many times the time that it may be given out, a listing is read again although no write was counted: somebody
/// may have switched the counting off.
const UNREAD_AT_MOST: u32 = 30;

/// What a listing is made from.
pub trait Source: Send + Sync + 'static {
    /// What is bought, as it is now, and the version of the products that it is of.
    fn read(&self) -> impl Future<Output = Result<(ProductsVersion, Purchase), NotListed>> + Send;

    /// The listing.
    fn write(&self, purchase: &Purchase) -> Written;
}

/// A listing's body.
pub struct Written {
    /// JSON.
    pub body: Vec<u8>,
    /// When it becomes another one with nothing but time passing; none: never.
    pub holds_until: Option<DateTime<Utc>>,
}

/// Makes listings.
pub(super) struct Maker {
    /// How long one may be given out after it was seen to be what it would be then.
    keep_for: Duration,
    clock: Arc<dyn Clock>,
    /// The products' version as it was last seen, and when.
    seen: Mutex<Option<(ProductsVersion, DateTime<Utc>)>>,
}

impl Maker {
    /// Listings may be given out for so long.
    pub(super) fn new(keep_for: Duration, clock: Arc<dyn Clock>) -> Self {
        Self {
            keep_for,
            clock,
            seen: Mutex::default(),
        }
    }

    /// The time.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// When to see which version the products have: often enough that it is known before a listing is renewed. None where
    /// nothing is kept.
    pub(super) fn ticks(&self) -> Option<Interval> {
        let every = self.keep_for / 4;
        (!every.is_zero()).then(|| {
            let mut ticks = interval(every);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks
        })
    }

    /// Remembers the version that the products had at this instant.
    pub(super) fn saw(&self, version: ProductsVersion, at: DateTime<Utc>) {
        *self.seen() = Some((version, at));
    }

    fn seen(&self) -> MutexGuard<'_, Option<(ProductsVersion, DateTime<Utc>)>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A listing of the product as it is now. One that is what it was before keeps its tag, and is not packed again.
    ///
    /// # Errors
    /// The source's.
    pub(super) async fn make(
        &self,
        product: ProductId,
        source: impl Source,
        before: Option<Arc<ReadyListing>>,
    ) -> Result<Arc<Kept>, NotListed> {
        let begun = self.now();
        let (version, purchase) = source.read().await?;
        let written = source.write(&purchase);
        let unchanged = before.filter(|before| **before.body() == *written.body);
        let basis = Basis {
            version,
            read_at: begun,
            seen_at: begun,
            holds_until: written.holds_until,
        };
        let listing = unchanged.unwrap_or_else(|| Arc::new(ReadyListing::new(written.body)));
        Ok(self.kept(product, listing, basis))
    }

    /// The same listing for longer, with nothing read: where no product was written since it was read, and that is not
    /// long ago.
    pub(super) fn prolonged(&self, product: ProductId, kept: &Kept) -> Option<Arc<Kept>> {
        let (version, seen_at) = (*self.seen())?;
        let is_present = version == kept.basis.version && seen_at > kept.basis.seen_at;
        let unread_for = (seen_at - kept.basis.read_at).to_std().ok()?;
        let basis = Basis {
            seen_at,
            ..kept.basis
        };
        let is_right = is_present && unread_for < self.keep_for * UNREAD_AT_MOST;
        is_right.then(|| self.kept(product, Arc::clone(&kept.listing), basis))
    }

    fn kept(&self, product: ProductId, listing: Arc<ReadyListing>, basis: Basis) -> Arc<Kept> {
        let until = basis.seen_at + self.keep_for;
        let until = basis.holds_until.map_or(until, |end| end.min(until));
        let now = self.now();
        // A clock that was set back meanwhile leaves nothing to keep.
        let is_known = basis.seen_at <= now;
        let fresh_for = (until - now).to_std().ok().filter(|_| is_known);
        let renew_at = basis.seen_at + renew_after(self.keep_for, product);
        Arc::new(Kept::new(
            listing,
            basis,
            fresh_for.unwrap_or_default(),
            renew_at,
        ))
    }
}
