//! Loads the listings that are cached, and decides how long each is fresh.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use payments_core::catalog::{CardSelection, Catalog};
use payments_core::id::ProductId;
use payments_core::language::Language;
use payments_core::ports::{Clock, Purchases, Unavailable};
use payments_core::purchase::Purchase;
use payments_core::store_data::ProductsVersion;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::encoded::EncodedListing;
use super::entry::{Basis, Entry, renew_after};
use super::lowest::Found;
use crate::listing_json::ListingJson;
use crate::settings::Pricing;
use crate::snapshot::{Snapshot, Snapshots};

/// A listing is read again after this many lifetimes even if no write was counted: the database's triggers that count
/// writes can be disabled.
const MAX_LIFETIMES_UNREAD: u32 = 30;

/// Why there is no listing.
#[derive(Debug, thiserror::Error)]
pub enum NotListed {
    /// There is no such product, or it is not active.
    #[error("there is no such product")]
    Absent,
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

pub(super) struct Loader {
    /// How long a listing is fresh after it was last known to be correct.
    lifetime: Duration,
    pricing: Pricing,
    purchases: Arc<dyn Purchases>,
    snapshots: Arc<Snapshots>,
    clock: Arc<dyn Clock>,
    /// The products' version as it was last read, and when.
    seen: Mutex<Option<(ProductsVersion, DateTime<Utc>)>>,
}

impl Loader {
    pub(super) fn new(
        lifetime: Duration,
        pricing: Pricing,
        purchases: Arc<dyn Purchases>,
        snapshots: Arc<Snapshots>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            lifetime,
            pricing,
            purchases,
            snapshots,
            clock,
            seen: Mutex::default(),
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshots.current()
    }

    /// When to poll the products' version: often enough to know it before a listing is renewed. `None` if nothing is
    /// cached.
    pub(super) fn ticks(&self) -> Option<Interval> {
        let period = self.lifetime / 4;
        (!period.is_zero()).then(|| {
            let mut ticks = interval(period);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks
        })
    }

    pub(super) async fn poll_version(&self) {
        let at = self.now();
        match self.purchases.products_version().await {
            Ok(version) => *self.seen() = Some((version, at)),
            // Listings are then read again, and their callers get the error.
            Err(error) => tracing::debug!(%error, "the products' version could not be read"),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Option<(ProductsVersion, DateTime<Utc>)>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a product and lists it. If the listing equals the previous one, that is reused with its tag and its
    /// encoded bodies.
    pub(super) async fn load(
        &self,
        product: ProductId,
        language: Language,
        snapshot: &Snapshot,
        previous: Option<Arc<EncodedListing>>,
    ) -> Result<Arc<Entry>, NotListed> {
        let read_at = self.now();
        let found = self.purchases.product(product).await?;
        let (version, purchase) = found.ok_or(NotListed::Absent)?;
        let moment = self.pricing.moment(self.now());
        let rounding = self.pricing.rounding;
        let json = snapshot.list(&purchase, moment, rounding, language, None);
        let basis = Basis {
            version,
            read_at,
            seen_at: read_at,
            holds_until: snapshot.catalog.holds_until(moment.utc),
        };
        Ok(self.entry(product, reused(previous, json), basis))
    }

    /// Reads products by one query, and writes the lowest plan of each that exists. A plan that equals the `previous`
    /// one of its product reuses it.
    pub(super) async fn load_lowest(
        &self,
        products: &[ProductId],
        snapshot: &Snapshot,
        previous: &[(ProductId, Arc<EncodedListing>)],
    ) -> Result<Vec<Found>, NotListed> {
        let read_at = self.now();
        let found = self.purchases.products(products).await?;
        let moment = self.pricing.moment(self.now());
        let holds_until = snapshot.catalog.holds_until(moment.utc);
        let entry = |(product, (version, purchase)): (ProductId, (ProductsVersion, Purchase))| {
            let json = snapshot.lowest(product, &purchase, moment, self.pricing.rounding);
            let previous = previous.iter().find(|(one, _)| *one == product);
            let listing = reused(previous.map(|(_, listing)| Arc::clone(listing)), json);
            let basis = Basis {
                version,
                read_at,
                seen_at: read_at,
                holds_until,
            };
            (product, self.entry(product, listing, basis))
        };
        Ok(found.into_iter().map(entry).collect())
    }

    /// The cards of a selection alone, as fresh as the whole listing that they are taken from.
    pub(super) fn restricted(
        &self,
        product: ProductId,
        whole: &Entry,
        catalog: &Catalog,
        selection: &CardSelection,
    ) -> Arc<Entry> {
        let is_selected = |card| selection.contains(catalog, card);
        let listing = Arc::new(whole.listing.restricted(is_selected));
        self.entry(product, listing, whole.basis)
    }

    /// The same listing with a later expiry and no read, if no product was written since it was read and that read is
    /// recent enough.
    pub(super) fn extend(&self, product: ProductId, entry: &Entry) -> Option<Arc<Entry>> {
        let (version, seen_at) = (*self.seen())?;
        let is_current = version == entry.basis.version && seen_at > entry.basis.seen_at;
        let unread_for = (seen_at - entry.basis.read_at).to_std().ok()?;
        let basis = Basis {
            seen_at,
            ..entry.basis
        };
        let is_valid = is_current && unread_for < self.lifetime * MAX_LIFETIMES_UNREAD;
        is_valid.then(|| self.entry(product, Arc::clone(&entry.listing), basis))
    }

    fn entry(&self, product: ProductId, listing: Arc<EncodedListing>, basis: Basis) -> Arc<Entry> {
        let until = basis.seen_at + self.lifetime;
        let until = basis.holds_until.map_or(until, |end| end.min(until));
        let now = self.now();
        // If the clock was set back meanwhile, the entry is stale immediately.
        let is_known = basis.seen_at <= now;
        let fresh_for = (until - now).to_std().ok().filter(|_| is_known);
        let renew_at = basis.seen_at + renew_after(self.lifetime, product);
        Arc::new(Entry::new(
            listing,
            basis,
            fresh_for.unwrap_or_default(),
            renew_at,
        ))
    }
}

/// The previous listing, with its tag and its encoded bodies, if the new one equals it.
fn reused(previous: Option<Arc<EncodedListing>>, json: ListingJson) -> Arc<EncodedListing> {
    let unchanged = previous.filter(|previous| **previous.body() == *json.body);
    unchanged.unwrap_or_else(|| Arc::new(EncodedListing::new(json)))
}
