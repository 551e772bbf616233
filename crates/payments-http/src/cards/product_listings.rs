//! Listings of products, kept ready for a moment: a product page asks for one on every view.
//!
//! **A listing is never older than the settings allow** (at most a second), counted from when it was last known to be right;
//! and a write of this process is in the next listing it gives out. Many callers who miss the same one wait for one read.
//! One that is asked for is renewed before its time is over: as long as no product is written anywhere it is given out for
//! longer, up to thirty times that; otherwise read again while callers still get it, so that nobody waits for that. What is not there, or could
//! not be read, is not kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use actix_web::http::header::HeaderValue;
use moka::future::Cache;
use payments_core::catalog::CatalogVersion;
use payments_core::id::ProductId;
use payments_core::language::Language;
use payments_core::ports::{Clock, Purchases, Unavailable};

use crate::error::{ApiError, Problem};
use crate::settings::Listings;

use super::kept::{AsLongAsFresh, Kept};
use super::making::{Maker, Source};

/// The listings that are ready.
pub struct ProductListings {
    kept: Cache<Key, Arc<Kept>>,
    /// How often this process wrote a product: a listing that was begun before such a write has a key nobody asks for.
    writes: AtomicU64,
    maker: Arc<Maker>,
    /// Whether anybody asked for one that had to be made or renewed since this was last looked at.
    are_in_use: AtomicBool,
    cache_control: HeaderValue,
    hits: AtomicU64,
    misses: AtomicU64,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    product: ProductId,
    language: Language,
    catalog: CatalogVersion,
    writes: u64,
}

/// Why there is no listing.
#[derive(Debug, thiserror::Error)]
pub enum NotListed {
    /// There is no such product, or it is not sold.
    #[error("there is no such product")]
    Absent,
    /// It cannot be read now.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<Arc<NotListed>> for ApiError {
    fn from(reason: Arc<NotListed>) -> Self {
        match *reason {
            NotListed::Absent => Problem::ProductNotFound.into(),
            NotListed::Unavailable(_) => Self::new(Problem::Unavailable)
                .retry_after(1)
                .because(reason),
        }
    }
}

impl ProductListings {
    /// None yet; room for as many as the settings say.
    pub fn new(settings: Listings, clock: Arc<dyn Clock>) -> Self {
        let kept = Cache::builder()
            .weigher(|_: &Key, kept: &Arc<Kept>| kept.listing.weight_bytes())
            .max_capacity(settings.keep_bytes)
            .expire_after(AsLongAsFresh);
        Self {
            kept: kept.build(),
            writes: AtomicU64::new(0),
            maker: Arc::new(Maker::new(settings.keep_for(), clock)),
            are_in_use: AtomicBool::new(false),
            cache_control: cache_control(settings.max_age_seconds),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// The listing of a product in a language by a catalog: one that is ready, or what is made from `source` now.
    ///
    /// # Errors
    /// Those of the source, which all who wait for it get.
    pub async fn of<S: Source>(
        &self,
        product: ProductId,
        language: Language,
        catalog: CatalogVersion,
        source: impl FnOnce() -> S,
    ) -> Result<Arc<Kept>, Arc<NotListed>> {
        let key = Key {
            product,
            language,
            catalog,
            writes: self.writes.load(Ordering::Acquire),
        };
        if let Some(kept) = self.kept.get(&key).await {
            if kept.is_to_be_renewed(self.maker.now()) {
                self.renew(key, &kept, source).await;
            }
            self.hits.fetch_add(1, Ordering::Relaxed);
            return Ok(kept);
        }
        self.misses.fetch_add(1, Ordering::Relaxed);
        self.are_in_use.store(true, Ordering::Relaxed);
        let made = async { self.maker.make(product, source(), None).await };
        self.kept.try_get_with(key, made).await
    }

    /// How many listings were ready, and how many had to be made or waited for.
    pub fn hits_and_misses(&self) -> (u64, u64) {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (of(&self.hits), of(&self.misses))
    }

    async fn renew<S: Source>(&self, key: Key, kept: &Kept, source: impl FnOnce() -> S) {
        self.are_in_use.store(true, Ordering::Relaxed);
        if let Some(prolonged) = self.maker.prolonged(key.product, kept) {
            self.kept.insert(key, prolonged).await;
            return;
        }
        let (maker, before) = (Arc::clone(&self.maker), Arc::clone(&kept.listing));
        let source = source();
        let made = async move { maker.make(key.product, source, Some(before)).await };
        drop(tokio::spawn(replace(self.kept.clone(), key, made)));
    }

    /// Sees again and again whether products were written, by whomever, as long as listings are asked for.
    pub async fn follow(&self, purchases: &dyn Purchases) {
        let Some(mut ticks) = self.maker.ticks() else {
            return;
        };
        loop {
            ticks.tick().await;
            if self.are_in_use.swap(false, Ordering::Relaxed) {
                self.look(purchases).await;
            }
        }
    }

    async fn look(&self, purchases: &dyn Purchases) {
        let at = self.maker.now();
        match purchases.products_version().await {
            Ok(version) => self.maker.saw(version, at),
            // Listings are then read again, whose callers are told what is wrong.
            Err(error) => tracing::debug!(%error, "whether products were written cannot be told"),
        }
    }

    /// What browsers and caches on the way are told.
    pub fn cache_control(&self) -> HeaderValue {
        self.cache_control.clone()
    }

    /// A product was written by this process: what was listed before counts no more.
    pub fn product_written(&self) {
        self.writes.fetch_add(1, Ordering::AcqRel);
    }
}

/// Puts a listing in the place of the one before. What could not be read is told to those who ask when the time of the
/// one before is over.
async fn replace(
    kept: Cache<Key, Arc<Kept>>,
    key: Key,
    made: impl Future<Output = Result<Arc<Kept>, NotListed>>,
) {
    match made.await {
        Ok(renewed) => kept.insert(key, renewed).await,
        Err(NotListed::Absent) => kept.invalidate(&key).await,
        Err(NotListed::Unavailable(_)) => {}
    }
}

fn cache_control(max_age_seconds: u32) -> HeaderValue {
    let text = format!("public, max-age={max_age_seconds}");
    match max_age_seconds {
        0 => HeaderValue::from_static("no-cache"),
        _ => HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("no-cache")),
    }
}

#[cfg(test)]
mod tests;
