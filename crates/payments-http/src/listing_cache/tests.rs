//! The cache in front of a stock whose price, availability and clock are set by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use payments_core::catalog::{CatalogParts, CatalogVersion};
use payments_core::id::{BasketId, PreOrderId, ProductId};
use payments_core::language::Language;
use payments_core::money::{Currency, Money, Rounding};
use payments_core::ports::fakes::FakeClock;
use payments_core::ports::{CatalogSource, Purchases, Unavailable};
use payments_core::product::ProductsVersion;
use payments_core::purchase::{Context, Purchase};
use payments_core::session::SessionDigest;
use serde_json::{Value, json};

use super::{Entry, ListingCache, NotListed};
use crate::i18n::Sentences;
use crate::settings::{Listings, Pricing};
use crate::snapshot::Snapshots;

#[expect(dead_code, reason = "the core's tests use the rest of it")]
#[path = "../../../payments-core/tests/it/shop.rs"]
mod core_shop;

const SETTINGS: Listings = Listings {
    keep_milliseconds: 60_000,
    keep_bytes: 1 << 20,
    max_age_seconds: 1,
};

struct Shop {
    cache: ListingCache,
    clock: Arc<FakeClock>,
    stock: Arc<Stock>,
    snapshots: Arc<Snapshots>,
    catalog: Arc<StoredCatalog>,
}

/// Products that all cost the same.
struct Stock {
    clock: Arc<FakeClock>,
    price: AtomicI64,
    /// How often it was written.
    version: AtomicI64,
    is_gone: AtomicBool,
    is_unavailable: AtomicBool,
    reads: AtomicUsize,
    polls: AtomicUsize,
    /// Seconds that a read takes.
    read_seconds: AtomicI64,
}

impl Stock {
    fn new(clock: Arc<FakeClock>) -> Self {
        Self {
            clock,
            price: AtomicI64::new(100),
            version: AtomicI64::new(0),
            is_gone: AtomicBool::new(false),
            is_unavailable: AtomicBool::new(false),
            reads: AtomicUsize::new(0),
            polls: AtomicUsize::new(0),
            read_seconds: AtomicI64::new(0),
        }
    }
}

fn unavailable() -> Unavailable {
    Unavailable::new("database", "unavailable")
}

#[async_trait]
impl Purchases for Stock {
    async fn session_basket(
        &self,
        _: &SessionDigest,
        _: DateTime<Utc>,
    ) -> Result<Option<Purchase>, Unavailable> {
        Err(unavailable())
    }

    async fn session_pre_order(
        &self,
        _: &SessionDigest,
        _: DateTime<Utc>,
    ) -> Result<Option<Purchase>, Unavailable> {
        Err(unavailable())
    }

    async fn product(
        &self,
        _: ProductId,
    ) -> Result<Option<(ProductsVersion, Purchase)>, Unavailable> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        self.clock.advance(self.read_seconds.load(Ordering::SeqCst));
        if self.is_unavailable.load(Ordering::SeqCst) {
            return Err(unavailable());
        }
        if self.is_gone.load(Ordering::SeqCst) {
            return Ok(None);
        }
        let purchase = Purchase {
            context: Context::Product,
            amount: Money::new(self.price.load(Ordering::SeqCst), Currency::TRY),
            state: None,
            items: vec![core_shop::item(&[], &[])],
            customer_segments: Vec::new(),
        };
        let version = ProductsVersion(self.version.load(Ordering::SeqCst));
        Ok(Some((version, purchase)))
    }

    async fn products_version(&self) -> Result<ProductsVersion, Unavailable> {
        self.polls.fetch_add(1, Ordering::SeqCst);
        Ok(ProductsVersion(self.version.load(Ordering::SeqCst)))
    }

    async fn basket(&self, _: BasketId) -> Result<Option<Purchase>, Unavailable> {
        Err(unavailable())
    }

    async fn pre_order(&self, _: PreOrderId) -> Result<Option<Purchase>, Unavailable> {
        Err(unavailable())
    }
}

/// The cards of the core's tests. A rule may leave all of them out from an instant on.
struct StoredCatalog {
    version: AtomicI64,
    closes: Option<DateTime<Utc>>,
}

#[async_trait]
impl CatalogSource for StoredCatalog {
    async fn version(&self) -> Result<CatalogVersion, Unavailable> {
        Ok(CatalogVersion(self.version.load(Ordering::SeqCst)))
    }

    async fn load(&self) -> Result<(CatalogVersion, CatalogParts), Unavailable> {
        let mut parts = core_shop::parts();
        parts.rules.extend(self.closes.map(|closes| {
            let mut rule = core_shop::rule("closed", &json!({}), &json!({ "exclude": true }));
            rule.valid_from = Some(closes);
            rule
        }));
        Ok((self.version().await?, parts))
    }
}

impl Shop {
    async fn new(settings: Listings) -> Self {
        Self::closing(settings, None).await
    }

    async fn closing(settings: Listings, seconds: Option<i64>) -> Self {
        let clock = Arc::new(FakeClock::new(DateTime::UNIX_EPOCH));
        let stock = Arc::new(Stock::new(Arc::clone(&clock)));
        let catalog = Arc::new(StoredCatalog {
            version: AtomicI64::new(1),
            closes: seconds.map(|seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)),
        });
        let sentences = Arc::new(Sentences::read().unwrap());
        let snapshots =
            Snapshots::load(catalog.clone(), sentences, String::new(), clock.clone()).await;
        let snapshots = Arc::new(snapshots.unwrap());
        let pricing = Pricing {
            rounding: Rounding::Up,
            time_zone: chrono_tz::UTC,
        };
        let purchases = stock.clone();
        Self {
            cache: ListingCache::new(
                settings,
                pricing,
                purchases,
                Arc::clone(&snapshots),
                clock.clone(),
            ),
            clock,
            stock,
            snapshots,
            catalog,
        }
    }

    fn set_price(&self, price: i64) {
        self.stock.price.store(price, Ordering::SeqCst);
        self.stock.version.fetch_add(1, Ordering::SeqCst);
    }

    async fn set_catalog(&self, version: i64) {
        self.catalog.version.store(version, Ordering::SeqCst);
        self.snapshots.refresh().await.unwrap();
    }

    fn reads(&self) -> usize {
        self.stock.reads.load(Ordering::SeqCst)
    }

    async fn get(&self, product: i64, language: Language) -> Result<Arc<Entry>, Arc<NotListed>> {
        let product = ProductId::new(product).unwrap();
        self.cache.get(product, language).await
    }

    /// The listed amount in minor units; `None` if no card is listed.
    async fn amount(&self, product: i64) -> Option<i64> {
        let entry = self.get(product, Language::Tr).await.unwrap();
        let page: Value = serde_json::from_slice(entry.listing.body()).unwrap();
        let amount = page["results"][0]["installments"][0]["amount"].as_f64()?;
        #[expect(clippy::cast_possible_truncation, reason = "a small amount")]
        Some((amount * 100.0).round() as i64)
    }

    async fn shown(&self) -> i64 {
        self.amount(1).await.unwrap()
    }

    /// Runs the poll loop for a moment and returns how often it read the version.
    async fn polls(&self) -> usize {
        let before = self.stock.polls.load(Ordering::SeqCst);
        let ended = tokio::time::timeout(Duration::from_millis(50), self.cache.follow()).await;
        assert!(ended.is_err(), "the loop ended");
        self.stock.polls.load(Ordering::SeqCst) - before
    }

    /// Lets spawned renewals finish.
    async fn settle(&self) {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn concurrent_misses_of_a_listing_share_one_read() {
    let shop = Shop::new(SETTINGS).await;
    let shown = join_all((0..50).map(|_| shop.shown())).await;
    assert_eq!((shown, shop.reads()), (vec![100; 50], 1));
}

#[tokio::test]
async fn another_language_another_catalog_and_a_write_are_other_entries() {
    let shop = Shop::new(SETTINGS).await;
    for (language, catalog, reads) in [
        (Language::Tr, 1, 1),
        (Language::En, 1, 2),
        (Language::Tr, 2, 3),
        (Language::Tr, 1, 3),
    ] {
        shop.set_catalog(catalog).await;
        assert!(shop.get(1, language).await.is_ok());
        assert_eq!(shop.reads(), reads);
    }
    shop.cache.product_written();
    shop.shown().await;
    assert_eq!(shop.reads(), 4);
}

#[tokio::test]
async fn a_listing_that_took_its_whole_lifetime_to_load_is_not_cached() {
    let shop = Shop::new(SETTINGS).await;
    shop.stock.read_seconds.store(60, Ordering::SeqCst);
    shop.shown().await;
    shop.shown().await;
    assert_eq!(shop.reads(), 2);
}

#[tokio::test]
async fn nothing_is_cached_if_the_settings_say_so() {
    let shop = Shop::new(Listings {
        keep_milliseconds: 0,
        ..SETTINGS
    })
    .await;
    shop.shown().await;
    shop.shown().await;
    assert_eq!(shop.reads(), 2);
}

#[tokio::test]
async fn a_failed_read_fails_every_waiting_caller_and_is_not_cached() {
    let shop = Shop::new(SETTINGS).await;
    shop.stock.is_unavailable.store(true, Ordering::SeqCst);
    let calls = (0..50).map(|_| shop.get(1, Language::Tr));
    assert!(join_all(calls).await.iter().all(Result::is_err));
    assert_eq!(shop.reads(), 1);
    shop.stock.is_unavailable.store(false, Ordering::SeqCst);
    assert_eq!(shop.shown().await, 100);
}

#[tokio::test]
async fn a_listing_in_use_is_renewed_before_it_expires_and_no_caller_waits() {
    let shop = Shop::new(SETTINGS).await;
    shop.shown().await;
    shop.set_price(200);
    shop.clock.advance(29);
    assert_eq!((shop.shown().await, shop.reads()), (100, 1));
    shop.clock.advance(16);
    // All of these still get the cached one; only one of them renews it.
    let shown = join_all((0..50).map(|_| shop.shown())).await;
    shop.settle().await;
    assert_eq!((shown, shop.reads()), (vec![100; 50], 2));
    assert_eq!((shop.shown().await, shop.reads()), (200, 2));
}

#[tokio::test]
async fn a_listing_is_extended_without_a_read_while_no_product_is_written() {
    let shop = Shop::new(SETTINGS).await;
    let before = shop.get(1, Language::Tr).await.unwrap();
    shop.clock.advance(20);
    shop.cache.loader.poll_version().await;
    shop.clock.advance(25);
    shop.shown().await;
    let after = shop.get(1, Language::Tr).await.unwrap();
    assert!(!Arc::ptr_eq(&before, &after));
    assert!(Arc::ptr_eq(&before.listing, &after.listing));
    assert_eq!(
        after.basis.seen_at,
        DateTime::UNIX_EPOCH + TimeDelta::seconds(20)
    );
    shop.settle().await;
    assert_eq!(shop.reads(), 1);
}

#[tokio::test]
async fn an_uncounted_write_is_listed_after_thirty_lifetimes() {
    let shop = Shop::new(SETTINGS).await;
    shop.shown().await;
    shop.stock.price.store(200, Ordering::SeqCst);
    for minutes in 1..=31 {
        shop.clock.advance(30);
        shop.cache.loader.poll_version().await;
        shop.clock.advance(30);
        shop.shown().await;
        shop.settle().await;
        assert_eq!(shop.reads(), if minutes < 31 { 1 } else { 2 }, "{minutes}");
    }
    assert_eq!(shop.shown().await, 200);
}

#[tokio::test(start_paused = true)]
async fn the_version_is_polled_only_while_listings_are_requested() {
    let shop = Shop::new(SETTINGS).await;
    assert_eq!(shop.polls().await, 0);
    shop.shown().await;
    shop.clock.advance(20);
    assert_eq!(shop.polls().await, 1);
    assert_eq!(shop.polls().await, 0);
    shop.clock.advance(25);
    shop.shown().await;
    shop.settle().await;
    assert_eq!(shop.reads(), 1);
}

#[tokio::test]
async fn a_product_written_by_another_process_is_read_again() {
    let shop = Shop::new(SETTINGS).await;
    shop.shown().await;
    shop.set_price(200);
    shop.clock.advance(20);
    shop.cache.loader.poll_version().await;
    shop.clock.advance(25);
    shop.shown().await;
    shop.settle().await;
    assert_eq!((shop.shown().await, shop.reads()), (200, 2));
}

#[tokio::test]
async fn a_version_polled_before_a_read_does_not_extend_the_listing() {
    let shop = Shop::new(SETTINGS).await;
    shop.cache.loader.poll_version().await;
    shop.clock.advance(1);
    shop.shown().await;
    shop.clock.advance(45);
    shop.shown().await;
    shop.settle().await;
    assert_eq!(shop.reads(), 2);
}

#[tokio::test]
async fn a_listing_expires_when_its_rules_change_it() {
    let shop = Shop::closing(SETTINGS, Some(70)).await;
    shop.clock.advance(20);
    let early = shop.get(1, Language::Tr).await.unwrap();
    assert_eq!(early.fresh_for, Duration::from_secs(50));
    shop.clock.advance(30);
    shop.cache.loader.poll_version().await;
    shop.clock.advance(15);
    shop.shown().await;
    let extended = shop.get(1, Language::Tr).await.unwrap();
    assert_eq!(extended.fresh_for, Duration::from_secs(5));
    shop.clock.advance(5);
    assert_eq!(shop.amount(2).await, None);
}

#[tokio::test]
async fn an_unchanged_listing_keeps_its_encoded_bodies() {
    let shop = Shop::new(SETTINGS).await;
    let before = shop.get(1, Language::Tr).await.unwrap();
    shop.clock.advance(45);
    shop.shown().await;
    shop.settle().await;
    let after = shop.get(1, Language::Tr).await.unwrap();
    assert_eq!(shop.reads(), 2);
    assert!(!Arc::ptr_eq(&before, &after));
    assert!(Arc::ptr_eq(&before.listing, &after.listing));
}

#[tokio::test]
async fn a_deleted_product_is_not_listed_after_the_next_renewal() {
    let shop = Shop::new(SETTINGS).await;
    shop.shown().await;
    shop.stock.is_gone.store(true, Ordering::SeqCst);
    shop.clock.advance(45);
    shop.shown().await;
    shop.settle().await;
    let listed = shop.get(1, Language::Tr).await;
    assert!(matches!(
        listed.map_err(|reason| matches!(*reason, NotListed::Absent)),
        Err(true)
    ));
}

#[tokio::test]
async fn while_the_database_is_unavailable_a_listing_is_served_until_it_expires() {
    let shop = Shop::new(SETTINGS).await;
    shop.shown().await;
    shop.stock.is_unavailable.store(true, Ordering::SeqCst);
    shop.clock.advance(45);
    shop.shown().await;
    shop.settle().await;
    assert_eq!((shop.shown().await, shop.reads()), (100, 2));
}

#[tokio::test]
async fn the_cache_stays_within_its_capacity() {
    let shop = Shop::new(Listings {
        keep_bytes: 10_000,
        ..SETTINGS
    })
    .await;
    for product in 1..=100 {
        assert!(shop.get(product, Language::Tr).await.is_ok());
    }
    shop.cache.entries.run_pending_tasks().await;
    assert!(shop.cache.entries.weighted_size() <= 10_000);
}
