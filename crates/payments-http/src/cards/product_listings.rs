//! Listings of products, kept ready for a moment: a product page asks for one on every view.
//!
//! **A listing is never older than the settings allow** (at most a second), counted from before its product was read; and
//! a write of this process is in the next listing it gives out. Many callers who miss the same one wait for one read.
//! What is not there, or could not be read, is not kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use actix_web::http::header::HeaderValue;
use moka::Expiry;
use moka::future::Cache;
use payments_core::catalog::CatalogVersion;
use payments_core::id::ProductId;
use payments_core::language::Language;
use payments_core::ports::{Clock, Unavailable};

use crate::error::{ApiError, Problem};
use crate::settings::Listings;

use super::ready::ReadyListing;

/// The listings that are ready.
pub struct ProductListings {
    kept: Cache<Key, Kept>,
    /// How often this process wrote a product: a listing that was begun before such a write has a key nobody asks for.
    writes: AtomicU64,
    keep_for: Duration,
    cache_control: HeaderValue,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    product: ProductId,
    language: Language,
    catalog: CatalogVersion,
    writes: u64,
}

#[derive(Clone)]
struct Kept {
    listing: Arc<ReadyListing>,
    /// What was left of its time when it was ready.
    fresh_for: Duration,
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
    pub fn new(settings: Listings) -> Self {
        let kept = Cache::builder()
            .weigher(|_: &Key, kept: &Kept| kept.listing.weight_bytes())
            .max_capacity(settings.keep_bytes)
            .expire_after(AsLongAsFresh);
        Self {
            kept: kept.build(),
            writes: AtomicU64::new(0),
            keep_for: settings.keep_for(),
            cache_control: cache_control(settings.max_age_seconds),
        }
    }

    /// The listing of a product in a language by a catalog: one that is ready, or what `write` makes now.
    ///
    /// # Errors
    /// Those of `write`, which all who wait for it get.
    pub async fn of(
        &self,
        product: ProductId,
        language: Language,
        catalog: CatalogVersion,
        clock: &dyn Clock,
        write: impl Future<Output = Result<Vec<u8>, NotListed>>,
    ) -> Result<Arc<ReadyListing>, Arc<NotListed>> {
        let key = Key {
            product,
            language,
            catalog,
            writes: self.writes.load(Ordering::Acquire),
        };
        let made = self.kept.try_get_with_by_ref(&key, async {
            let begun = clock.now();
            let listing = Arc::new(ReadyListing::new(write.await?));
            // A clock that was set back meanwhile leaves nothing to keep.
            let took = (clock.now() - begun).to_std().unwrap_or(Duration::MAX);
            Ok(Kept {
                listing,
                fresh_for: self.keep_for.saturating_sub(took),
            })
        });
        Ok(made.await?.listing)
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

fn cache_control(max_age_seconds: u32) -> HeaderValue {
    let text = format!("public, max-age={max_age_seconds}");
    match max_age_seconds {
        0 => HeaderValue::from_static("no-cache"),
        _ => HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("no-cache")),
    }
}

/// Each listing has its own time.
struct AsLongAsFresh;

impl Expiry<Key, Kept> for AsLongAsFresh {
    fn expire_after_create(&self, _: &Key, kept: &Kept, _: Instant) -> Option<Duration> {
        Some(kept.fresh_for)
    }

    fn expire_after_update(
        &self,
        _: &Key,
        kept: &Kept,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(kept.fresh_for)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use chrono::DateTime;
    use futures_util::future::join_all;
    use payments_core::catalog::CatalogVersion;
    use payments_core::id::ProductId;
    use payments_core::language::Language;
    use payments_core::ports::Unavailable;
    use payments_core::ports::fakes::FakeClock;

    use super::{NotListed, ProductListings};
    use crate::settings::Listings;

    const SETTINGS: Listings = Listings {
        keep_milliseconds: 60_000,
        keep_bytes: 1 << 20,
        max_age_seconds: 1,
    };

    /// Listings whose bodies say how many have been made.
    struct Counted {
        listings: ProductListings,
        clock: FakeClock,
        made: AtomicUsize,
    }

    impl Counted {
        fn new(settings: Listings) -> Self {
            Self {
                listings: ProductListings::new(settings),
                clock: FakeClock::new(DateTime::UNIX_EPOCH),
                made: AtomicUsize::new(0),
            }
        }

        async fn body(&self, language: Language, catalog: i64) -> usize {
            let write = async {
                tokio::task::yield_now().await;
                Ok(vec![b'.'; 1 + self.made.fetch_add(1, Ordering::SeqCst)])
            };
            let product = ProductId::new(1).unwrap();
            let catalog = CatalogVersion(catalog);
            let listing = self
                .listings
                .of(product, language, catalog, &self.clock, write);
            listing.await.unwrap().body().len()
        }
    }

    #[tokio::test]
    async fn many_who_miss_the_same_listing_wait_for_one() {
        let counted = Counted::new(SETTINGS);
        let bodies = join_all((0..50).map(|_| counted.body(Language::Tr, 1))).await;
        assert_eq!(bodies, [1; 50]);
    }

    #[tokio::test]
    async fn another_language_or_catalog_or_a_write_is_another_listing() {
        let counted = Counted::new(SETTINGS);
        assert_eq!(counted.body(Language::Tr, 1).await, 1);
        assert_eq!(counted.body(Language::En, 1).await, 2);
        assert_eq!(counted.body(Language::Tr, 2).await, 3);
        assert_eq!(counted.body(Language::Tr, 1).await, 1);
        counted.listings.product_written();
        assert_eq!(counted.body(Language::Tr, 1).await, 4);
    }

    #[tokio::test]
    async fn a_listing_that_took_its_whole_time_to_make_is_not_kept() {
        let counted = Counted::new(SETTINGS);
        let product = ProductId::new(1).unwrap();
        let slow = async {
            counted.clock.advance(60);
            Ok(vec![b'.'; 100])
        };
        let listing = counted.listings.of(
            product,
            Language::Tr,
            CatalogVersion(1),
            &counted.clock,
            slow,
        );
        assert_eq!(listing.await.unwrap().body().len(), 100);
        assert_eq!(counted.body(Language::Tr, 1).await, 1);
    }

    #[tokio::test]
    async fn nothing_is_kept_where_the_settings_say_so() {
        let counted = Counted::new(Listings {
            keep_milliseconds: 0,
            ..SETTINGS
        });
        assert_eq!(counted.body(Language::Tr, 1).await, 1);
        assert_eq!(counted.body(Language::Tr, 1).await, 2);
    }

    #[tokio::test]
    async fn what_could_not_be_read_is_told_to_all_who_wait_and_not_kept() {
        let counted = Counted::new(SETTINGS);
        let reads = AtomicUsize::new(0);
        let fail = || async {
            reads.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Err(NotListed::Unavailable(Unavailable::new("database", "away")))
        };
        let product = ProductId::new(1).unwrap();
        let asked = (0..50).map(|_| {
            let catalog = CatalogVersion(1);
            counted
                .listings
                .of(product, Language::Tr, catalog, &counted.clock, fail())
        });
        assert!(join_all(asked).await.iter().all(Result::is_err));
        assert_eq!(reads.into_inner(), 1);
        assert_eq!(counted.body(Language::Tr, 1).await, 1);
    }

    #[tokio::test]
    async fn no_more_is_kept_than_there_is_room_for() {
        let counted = Counted::new(Listings {
            keep_bytes: 10_000,
            ..SETTINGS
        });
        for product in 1..=100 {
            let product = ProductId::new(product).unwrap();
            let write = async { Ok(vec![b'.'; 1_000]) };
            let catalog = CatalogVersion(1);
            let listing =
                counted
                    .listings
                    .of(product, Language::Tr, catalog, &counted.clock, write);
            listing.await.unwrap();
        }
        counted.listings.kept.run_pending_tasks().await;
        assert!(counted.listings.kept.weighted_size() <= 10_000);
    }
}
