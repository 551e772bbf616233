//! A cache of product listings: a product page requests one on every view.
//!
//! **A listing is never older than the settings allow** (at most a second), counted from when it was last known to be
//! correct, and a write by this process is in the next listing it returns. Concurrent misses of one listing share one
//! read. A listing in use is renewed before it expires: while no process writes a product its lifetime is extended, up
//! to thirty times; otherwise it is read again in the background while callers still get the cached one. Absent
//! products and failed reads are not cached.
//!
//! A listing restricted to the cards that typed digits can mean is taken from the whole one, without a read. It is cached by
//! those cards and not by the digits, so a scan of all digits adds no more entries than there are sets of cards. The
//! lowest plan of a product is another entry, by the same rules.

mod content_encoding;
mod encoded;
mod entry;
mod loader;
mod lowest;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use actix_web::http::header::HeaderValue;
use moka::future::Cache;
use payments_core::catalog::{CardSelection, CatalogVersion, LeadingDigits};
use payments_core::id::ProductId;
use payments_core::language::Language;
use payments_core::ports::{Clock, Purchases};
use tracing::Instrument as _;

use crate::settings::{Listings, Pricing};
use crate::snapshot::{Snapshot, Snapshots};
use crate::traces;

pub(crate) use content_encoding::Coding;
pub(crate) use encoded::EncodedListing;
pub(crate) use entry::Entry;
pub(crate) use loader::NotListed;

use entry::ExpireWhenStale;
use loader::Loader;
use lowest::Pages;

/// Pages of lowest plans get a quarter of the memory.
const PAGES_DIVISOR: u64 = 4;

pub struct ListingCache {
    entries: Cache<Key, Arc<Entry>>,
    pages: Pages,
    /// Product writes of this process, part of every key: an entry begun before a write is never looked up after it.
    writes: AtomicU64,
    loader: Arc<Loader>,
    /// Whether a listing was loaded or renewed since the products' version was last read.
    is_in_use: AtomicBool,
    cache_control: HeaderValue,
    hits: AtomicU64,
    misses: AtomicU64,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    product: ProductId,
    content: Content,
    catalog: CatalogVersion,
    writes: u64,
}

/// What of a product is cached.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Content {
    Listing(Language),
    /// The listing of these cards alone.
    Selection(Language, CardSelection),
    /// The same in every language.
    LowestPlan,
}

impl ListingCache {
    pub fn new(
        settings: Listings,
        pricing: Pricing,
        purchases: Arc<dyn Purchases>,
        snapshots: Arc<Snapshots>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let for_pages = settings.keep_bytes / PAGES_DIVISOR;
        let entries = Cache::builder()
            .weigher(|_: &Key, entry: &Arc<Entry>| entry.listing.weight_bytes())
            .max_capacity(settings.keep_bytes - for_pages)
            .expire_after(ExpireWhenStale);
        Self {
            entries: entries.build(),
            pages: Pages::new(for_pages),
            writes: AtomicU64::new(0),
            loader: Arc::new(Loader::new(
                settings.keep_for(),
                pricing,
                purchases,
                snapshots,
                clock,
            )),
            is_in_use: AtomicBool::new(false),
            cache_control: cache_control(settings.max_age_seconds),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// The listing of a product in a language by the current catalog, of the cards that the digits can mean if there are any.
    ///
    /// # Errors
    /// [`NotListed`], shared by all callers that wait for the same load.
    pub async fn get(
        &self,
        product: ProductId,
        language: Language,
        digits: Option<LeadingDigits>,
    ) -> Result<Arc<Entry>, Arc<NotListed>> {
        let snapshot = self.loader.snapshot();
        let whole = Key {
            product,
            content: Content::Listing(language),
            catalog: snapshot.catalog.version(),
            writes: self.writes.load(Ordering::Acquire),
        };
        let Some(digits) = digits else {
            return self.whole(whole, language, snapshot).await;
        };
        let selection = snapshot.catalog.select_by_digits(digits);
        let key = Key {
            content: Content::Selection(language, selection.clone()),
            ..whole.clone()
        };
        if let Some(entry) = self.entries.get(&key).await {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return Ok(entry);
        }
        let whole = self.whole(whole, language, Arc::clone(&snapshot)).await?;
        let catalog = &snapshot.catalog;
        let restricted = self.loader.restricted(product, &whole, catalog, &selection);
        self.entries.insert(key, Arc::clone(&restricted)).await;
        Ok(restricted)
    }

    async fn whole(
        &self,
        key: Key,
        language: Language,
        snapshot: Arc<Snapshot>,
    ) -> Result<Arc<Entry>, Arc<NotListed>> {
        if let Some(entry) = self.entries.get(&key).await {
            if entry.begin_renewal(self.loader.now()) {
                Box::pin(self.renew(key, language, &entry, snapshot)).await;
            }
            self.hits.fetch_add(1, Ordering::Relaxed);
            return Ok(entry);
        }
        self.misses.fetch_add(1, Ordering::Relaxed);
        self.is_in_use.store(true, Ordering::Relaxed);
        // Boxed, as renewing is: a lookup that finds a listing takes less memory.
        let loaded = self.loader.load(key.product, language, &snapshot, None);
        Box::pin(self.entries.try_get_with(key, loaded)).await
    }

    /// How many lookups found a listing, and how many loaded one or waited for it.
    pub fn hits_and_misses(&self) -> (u64, u64) {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (of(&self.hits), of(&self.misses))
    }

    async fn renew(&self, key: Key, language: Language, entry: &Entry, snapshot: Arc<Snapshot>) {
        self.is_in_use.store(true, Ordering::Relaxed);
        if let Some(extended) = self.loader.extend(key.product, entry) {
            self.entries.insert(key, extended).await;
            return;
        }
        let (entries, loader) = (self.entries.clone(), Arc::clone(&self.loader));
        let previous = Arc::clone(&entry.listing);
        let renewing = async move {
            let renewal = loader.load(key.product, language, &snapshot, Some(previous));
            match renewal.await {
                Ok(renewed) => entries.insert(key, renewed).await,
                Err(NotListed::Absent) => entries.invalidate(&key).await,
                // The entry expires, and the next caller gets the error.
                Err(NotListed::Unavailable(_)) => {}
            }
        };
        drop(tokio::spawn(
            renewing.instrument(traces::job("renew_listing")),
        ));
    }

    /// Polls the products' version while listings are requested. Never returns if anything is cached.
    pub async fn follow(&self) {
        let Some(mut ticks) = self.loader.ticks() else {
            return;
        };
        loop {
            ticks.tick().await;
            if self.is_in_use.swap(false, Ordering::Relaxed) {
                let poll = self.loader.poll_version();
                poll.instrument(traces::job("poll_products_version")).await;
            }
        }
    }

    /// The `Cache-Control` of a product listing.
    pub fn cache_control(&self) -> HeaderValue {
        self.cache_control.clone()
    }

    /// Invalidates everything: this process wrote a product.
    pub fn product_written(&self) {
        self.writes.fetch_add(1, Ordering::AcqRel);
    }
}

fn cache_control(max_age_seconds: u32) -> HeaderValue {
    let text = format!("public, max-age={max_age_seconds}");
    match max_age_seconds {
        0 => HeaderValue::from_static("no-cache"),
        _ => HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("no-cache")),
    }
}
