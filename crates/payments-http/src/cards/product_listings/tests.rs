//! Listings of a shop whose clock and stock are set by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};

use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use futures_util::future::join_all;
use payments_core::catalog::CatalogVersion;
use payments_core::id::ProductId;
use payments_core::language::Language;
use payments_core::money::{Currency, Money};
use payments_core::ports::{Clock as _, Unavailable};
use payments_core::purchase::{Context, Purchase};
use payments_core::store_data::ProductsVersion;
use payments_core::testkit::fakes::FakeClock;
use payments_core::testkit::mocks::MockPurchases;

use super::{NotListed, ProductListings, Source};
use crate::cards::kept::Kept;
use crate::cards::making::Written;
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
    /// How often it was written.
    version: AtomicI64,
    is_gone: AtomicBool,
    is_away: AtomicBool,
    reads: AtomicUsize,
    /// Seconds that a read takes.
    takes: AtomicI64,
    /// After so many seconds everything costs something else, with nothing written.
    sale: AtomicI64,
}

impl Source for Arc<Stock> {
    async fn read(&self) -> Result<(ProductsVersion, Purchase), NotListed> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        self.clock.advance(self.takes.load(Ordering::SeqCst));
        if self.is_away.load(Ordering::SeqCst) {
            return Err(NotListed::Unavailable(Unavailable::new("database", "away")));
        }
        if self.is_gone.load(Ordering::SeqCst) {
            return Err(NotListed::Absent);
        }
        let purchase = Purchase {
            context: Context::Product,
            amount: Money::new(self.price.load(Ordering::SeqCst), Currency::TRY),
            state: None,
            items: Vec::new(),
            customer_segments: Vec::new(),
        };
        let version = self.version.load(Ordering::SeqCst);
        Ok((ProductsVersion(version), purchase))
    }

    fn write(&self, purchase: &Purchase) -> Written {
        let sale = DateTime::UNIX_EPOCH + TimeDelta::seconds(self.sale.load(Ordering::SeqCst));
        let is_before = self.clock.now() < sale;
        let amount = if is_before { purchase.amount.minor } else { 50 };
        Written {
            body: vec![b'.'; usize::try_from(amount).unwrap()],
            holds_until: is_before.then_some(sale),
        }
    }
}

impl Shop {
    fn new(settings: Listings) -> Self {
        let clock = Arc::new(FakeClock::new(DateTime::UNIX_EPOCH));
        let stock = Stock {
            clock: Arc::clone(&clock),
            price: AtomicI64::new(100),
            version: AtomicI64::new(0),
            is_gone: AtomicBool::new(false),
            is_away: AtomicBool::new(false),
            reads: AtomicUsize::new(0),
            takes: AtomicI64::new(0),
            sale: AtomicI64::new(70),
        };
        Self {
            listings: ProductListings::new(settings, clock.clone()),
            clock,
            stock: Arc::new(stock),
        }
    }

    fn price(&self, price: i64) {
        self.stock.price.store(price, Ordering::SeqCst);
        self.stock.version.fetch_add(1, Ordering::SeqCst);
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

    /// Sees whether something was written.
    async fn look(&self) {
        let mut purchases = MockPurchases::new();
        let version = ProductsVersion(self.stock.version.load(Ordering::SeqCst));
        purchases
            .expect_products_version()
            .returning(move || Ok(version));
        self.listings.look(&purchases).await;
    }

    /// Follows the products for a moment; they are looked at so often.
    async fn follow(&self, times: usize) {
        let mut purchases = MockPurchases::new();
        let version = ProductsVersion(self.stock.version.load(Ordering::SeqCst));
        purchases
            .expect_products_version()
            .times(times)
            .returning(move || Ok(version));
        let following = self.listings.follow(&purchases);
        let ended = tokio::time::timeout(Duration::from_millis(50), following).await;
        assert!(ended.is_err(), "it follows for ever");
    }

    /// Lets what was begun in the background come to its end.
    async fn settle(&self) {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
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

#[tokio::test]
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

#[tokio::test]
async fn as_long_as_no_product_is_written_a_listing_is_given_out_and_not_read_again() {
    let shop = Shop::new(SETTINGS);
    let before = shop.listed(1, Language::Tr, 1).await.unwrap();
    shop.clock.advance(20);
    shop.look().await;
    shop.clock.advance(25);
    shop.shown().await;
    let after = shop.listed(1, Language::Tr, 1).await.unwrap();
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
async fn a_write_that_nobody_counted_is_listed_after_thirty_times_a_listings_time() {
    let shop = Shop::new(SETTINGS);
    shop.stock.sale.store(1_000_000, Ordering::SeqCst);
    shop.shown().await;
    shop.stock.price.store(200, Ordering::SeqCst);
    for minutes in 1..=31 {
        shop.clock.advance(30);
        shop.look().await;
        shop.clock.advance(30);
        shop.shown().await;
        shop.settle().await;
        assert_eq!(shop.reads(), if minutes < 31 { 1 } else { 2 }, "{minutes}");
    }
    assert_eq!(shop.shown().await, 200);
}

#[tokio::test]
async fn whether_products_were_written_is_looked_at_only_while_listings_are_asked_for() {
    let shop = Shop::new(SETTINGS);
    shop.follow(0).await;
    shop.shown().await;
    shop.clock.advance(20);
    shop.follow(1).await;
    shop.follow(0).await;
    shop.clock.advance(25);
    shop.shown().await;
    shop.settle().await;
    assert_eq!(shop.reads(), 1);
}

#[tokio::test]
async fn once_a_product_is_written_elsewhere_a_listing_is_read_again() {
    let shop = Shop::new(SETTINGS);
    shop.shown().await;
    shop.price(200);
    shop.clock.advance(20);
    shop.look().await;
    shop.clock.advance(25);
    shop.shown().await;
    shop.settle().await;
    assert_eq!((shop.shown().await, shop.reads()), (200, 2));
}

#[tokio::test]
async fn what_was_seen_before_a_listing_was_read_says_nothing_about_it() {
    let shop = Shop::new(SETTINGS);
    shop.look().await;
    shop.clock.advance(1);
    shop.shown().await;
    shop.clock.advance(45);
    shop.shown().await;
    shop.settle().await;
    assert_eq!(shop.reads(), 2);
}

#[tokio::test]
async fn a_listing_is_not_given_out_past_the_moment_at_which_its_rules_change_it() {
    let shop = Shop::new(SETTINGS);
    shop.clock.advance(20);
    let early = shop.listed(1, Language::Tr, 1).await.unwrap();
    assert_eq!(early.fresh_for, Duration::from_secs(50));
    shop.clock.advance(30);
    shop.look().await;
    shop.clock.advance(15);
    shop.shown().await;
    let prolonged = shop.listed(1, Language::Tr, 1).await.unwrap();
    assert_eq!(prolonged.fresh_for, Duration::from_secs(5));
    shop.clock.advance(5);
    assert_eq!(
        shop.listed(2, Language::Tr, 1)
            .await
            .unwrap()
            .listing
            .body()
            .len(),
        50
    );
}

#[tokio::test]
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

#[tokio::test]
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

#[tokio::test]
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
