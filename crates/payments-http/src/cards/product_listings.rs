//! Listings of products, kept ready for a moment: a product page asks for one on every view.
//!
//! **A listing is never older than the settings allow** (at most a second), counted from before its product was read; and
//! a write of this process is in the next listing it gives out. Many callers who miss the same one wait for one read.
//! One that is asked for is made again before its time is over, while callers still get it: nobody waits for that.
//! What is not there, or could not be read, is not kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::http::header::HeaderValue;
use moka::future::Cache;
use payments_core::catalog::CatalogVersion;
use payments_core::id::ProductId;
use payments_core::language::Language;
use payments_core::ports::{Clock, Unavailable};

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
    cache_control: HeaderValue,
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
            cache_control: cache_control(settings.max_age_seconds),
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
                let (maker, before) = (Arc::clone(&self.maker), Arc::clone(&kept.listing));
                let source = source();
                let made = async move { maker.make_again(product, source, before).await };
                drop(tokio::spawn(replace(self.kept.clone(), key, made)));
            }
            return Ok(kept);
        }
        let made = async { self.maker.make(product, source()).await };
        self.kept.try_get_with(key, made).await
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
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};

    use std::time::Duration;

    use chrono::DateTime;
    use futures_util::future::join_all;
    use payments_core::catalog::CatalogVersion;
    use payments_core::id::ProductId;
    use payments_core::language::Language;
    use payments_core::money::{Currency, Money};
    use payments_core::ports::Unavailable;
    use payments_core::ports::fakes::FakeClock;
    use payments_core::purchase::{Context, Purchase};

    use super::{NotListed, ProductListings, Source};
    use crate::cards::kept::Kept;
    use crate::settings::Listings;

    const SETTINGS: Listings = Listings {
        keep_milliseconds: 60_000,
        keep_bytes: 1 << 20,
        max_age_seconds: 1,
    };

    /// Listings whose bodies are as long as the product's price says.
    struct Shop {
        listings: ProductListings,
        clock: Arc<FakeClock>,
        stock: Arc<Stock>,
    }

    /// Products that all cost the same.
    struct Stock {
        clock: Arc<FakeClock>,
        price: AtomicI64,
        is_gone: AtomicBool,
        is_away: AtomicBool,
        reads: AtomicUsize,
        /// Seconds that a read takes.
        takes: AtomicI64,
        /// How many reads were under way at the same time, at most; and how many are.
        together: AtomicUsize,
        under_way: AtomicUsize,
    }

    impl Source for Arc<Stock> {
        async fn read(&self) -> Result<Purchase, NotListed> {
            self.reads.fetch_add(1, Ordering::SeqCst);
            let under_way = 1 + self.under_way.fetch_add(1, Ordering::SeqCst);
            self.together.fetch_max(under_way, Ordering::SeqCst);
            tokio::task::yield_now().await;
            self.under_way.fetch_sub(1, Ordering::SeqCst);
            self.clock.advance(self.takes.load(Ordering::SeqCst));
            if self.is_away.load(Ordering::SeqCst) {
                return Err(NotListed::Unavailable(Unavailable::new("database", "away")));
            }
            if self.is_gone.load(Ordering::SeqCst) {
                return Err(NotListed::Absent);
            }
            Ok(Purchase {
                context: Context::Product,
                amount: Money::new(self.price.load(Ordering::SeqCst), Currency::TRY),
                state: None,
                items: Vec::new(),
                customer_segments: Vec::new(),
            })
        }

        fn write(&self, purchase: &Purchase) -> Vec<u8> {
            vec![b'.'; usize::try_from(purchase.amount.minor).unwrap()]
        }
    }

    impl Shop {
        fn new(settings: Listings) -> Self {
            let clock = Arc::new(FakeClock::new(DateTime::UNIX_EPOCH));
            let stock = Stock {
                clock: Arc::clone(&clock),
                price: AtomicI64::new(100),
                is_gone: AtomicBool::new(false),
                is_away: AtomicBool::new(false),
                reads: AtomicUsize::new(0),
                takes: AtomicI64::new(0),
                together: AtomicUsize::new(0),
                under_way: AtomicUsize::new(0),
            };
            Self {
                listings: ProductListings::new(settings, clock.clone()),
                clock,
                stock: Arc::new(stock),
            }
        }

        fn price(&self, price: i64) {
            self.stock.price.store(price, Ordering::SeqCst);
        }

        fn reads(&self) -> usize {
            self.stock.reads.load(Ordering::SeqCst)
        }

        async fn listed(
            &self,
            product: i64,
            language: Language,
            catalog: i64,
        ) -> Result<Arc<Kept>, Arc<NotListed>> {
            let product = ProductId::new(product).unwrap();
            let source = || Arc::clone(&self.stock);
            let catalog = CatalogVersion(catalog);
            self.listings.of(product, language, catalog, source).await
        }

        /// The price that is shown.
        async fn shown(&self) -> usize {
            let kept = self.listed(1, Language::Tr, 1).await;
            kept.unwrap().listing.body().len()
        }

        /// Lets what was begun in the background come to its end. The clock stands still, as the tests' time does not.
        async fn settle(&self) {
            tokio::time::sleep(Duration::from_secs(10)).await;
        }
    }

    #[tokio::test]
    async fn many_who_miss_the_same_listing_wait_for_one() {
        let shop = Shop::new(SETTINGS);
        let shown = join_all((0..50).map(|_| shop.shown())).await;
        assert_eq!((shown, shop.reads()), (vec![100; 50], 1));
    }

    #[tokio::test]
    async fn another_language_or_catalog_or_a_write_is_another_listing() {
        let shop = Shop::new(SETTINGS);
        for (language, catalog, reads) in [
            (Language::Tr, 1, 1),
            (Language::En, 1, 2),
            (Language::Tr, 2, 3),
            (Language::Tr, 1, 3),
        ] {
            assert!(shop.listed(1, language, catalog).await.is_ok());
            assert_eq!(shop.reads(), reads);
        }
        shop.listings.product_written();
        shop.shown().await;
        assert_eq!(shop.reads(), 4);
    }

    #[tokio::test]
    async fn a_listing_that_took_its_whole_time_to_make_is_not_kept() {
        let shop = Shop::new(SETTINGS);
        shop.stock.takes.store(60, Ordering::SeqCst);
        shop.shown().await;
        shop.shown().await;
        assert_eq!(shop.reads(), 2);
    }

    #[tokio::test]
    async fn nothing_is_kept_where_the_settings_say_so() {
        let shop = Shop::new(Listings {
            keep_milliseconds: 0,
            ..SETTINGS
        });
        shop.shown().await;
        shop.shown().await;
        assert_eq!(shop.reads(), 2);
    }

    #[tokio::test]
    async fn what_could_not_be_read_is_told_to_all_who_wait_and_not_kept() {
        let shop = Shop::new(SETTINGS);
        shop.stock.is_away.store(true, Ordering::SeqCst);
        let asked = (0..50).map(|_| shop.listed(1, Language::Tr, 1));
        assert!(join_all(asked).await.iter().all(Result::is_err));
        assert_eq!(shop.reads(), 1);
        shop.stock.is_away.store(false, Ordering::SeqCst);
        assert_eq!(shop.shown().await, 100);
    }

    #[tokio::test(start_paused = true)]
    async fn a_listing_in_use_is_read_again_before_its_time_is_over_and_nobody_waits() {
        let shop = Shop::new(SETTINGS);
        shop.shown().await;
        shop.price(200);
        shop.clock.advance(29);
        assert_eq!((shop.shown().await, shop.reads()), (100, 1));
        shop.clock.advance(16);
        // All of these still get the one that is there; only one of them has it renewed.
        let shown = join_all((0..50).map(|_| shop.shown())).await;
        shop.settle().await;
        assert_eq!((shown, shop.reads()), (vec![100; 50], 2));
        assert_eq!((shop.shown().await, shop.reads()), (200, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn listings_in_use_that_fall_due_soon_after_each_other_are_read_together() {
        let shop = Shop::new(SETTINGS);
        let ask_for_all = || {
            let asked = (1..=50).map(|product| shop.listed(product, Language::Tr, 1));
            join_all(asked)
        };
        for product in 1..=50 {
            assert!(shop.listed(product, Language::Tr, 1).await.is_ok());
        }
        assert_eq!(shop.stock.together.load(Ordering::SeqCst), 1);
        shop.clock.advance(45);
        assert!(ask_for_all().await.iter().all(Result::is_ok));
        shop.settle().await;
        assert_eq!(shop.stock.together.load(Ordering::SeqCst), 50);
        assert_eq!(shop.reads(), 100);
    }

    #[tokio::test(start_paused = true)]
    async fn a_listing_that_did_not_change_stays_packed() {
        let shop = Shop::new(SETTINGS);
        let before = shop.listed(1, Language::Tr, 1).await.unwrap();
        shop.clock.advance(45);
        shop.shown().await;
        shop.settle().await;
        let after = shop.listed(1, Language::Tr, 1).await.unwrap();
        assert_eq!(shop.reads(), 2);
        assert!(!Arc::ptr_eq(&before, &after));
        assert!(Arc::ptr_eq(&before.listing, &after.listing));
    }

    #[tokio::test(start_paused = true)]
    async fn a_product_that_is_gone_is_not_listed_longer_than_it_takes_to_notice() {
        let shop = Shop::new(SETTINGS);
        shop.shown().await;
        shop.stock.is_gone.store(true, Ordering::SeqCst);
        shop.clock.advance(45);
        shop.shown().await;
        shop.settle().await;
        let listed = shop.listed(1, Language::Tr, 1).await;
        assert!(matches!(
            listed.map_err(|reason| matches!(*reason, NotListed::Absent)),
            Err(true)
        ));
    }

    #[tokio::test(start_paused = true)]
    async fn while_the_database_is_away_a_listing_is_given_out_until_its_time_is_over() {
        let shop = Shop::new(SETTINGS);
        shop.shown().await;
        shop.stock.is_away.store(true, Ordering::SeqCst);
        shop.clock.advance(45);
        shop.shown().await;
        shop.settle().await;
        assert_eq!((shop.shown().await, shop.reads()), (100, 2));
    }

    #[tokio::test]
    async fn no_more_is_kept_than_there_is_room_for() {
        let shop = Shop::new(Listings {
            keep_bytes: 10_000,
            ..SETTINGS
        });
        shop.price(1_000);
        for product in 1..=100 {
            assert!(shop.listed(product, Language::Tr, 1).await.is_ok());
        }
        shop.listings.kept.run_pending_tasks().await;
        assert!(shop.listings.kept.weighted_size() <= 10_000);
    }
}
