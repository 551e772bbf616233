//! The cache in front of a stock whose price, availability and clock are set by hand.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use payments_core::catalog::{CatalogParts, CatalogVersion};
use payments_core::id::ProductId;
use payments_core::language::Language;
use payments_core::money::{Currency, Money, Rounding};
use payments_core::ports::{CatalogSource, Purchases, Unavailable};
use payments_core::purchase::{Buyer, Context, KeyedPurchase, Purchase, PurchaseKey};
use payments_core::session::SessionDigest;
use payments_core::store_data::ProductsVersion;
use payments_core::testkit::fakes::FakeClock;
use serde_json::json;

use super::super::{EncodedListing, Entry, ListingCache, NotListed};
use crate::i18n::Sentences;
use crate::settings::{Listings, Pricing};
use crate::snapshot::Snapshots;

#[expect(dead_code, reason = "the core's tests use the rest of it")]
#[path = "../../../../payments-core/tests/it/shop.rs"]
mod core_shop;

pub(super) const SETTINGS: Listings = Listings {
    keep_milliseconds: 60_000,
    keep_bytes: 1 << 20,
    max_age_seconds: 1,
};

pub(super) struct Shop {
    pub(super) cache: ListingCache,
    pub(super) clock: Arc<FakeClock>,
    pub(super) stock: Arc<Stock>,
    pub(super) snapshots: Arc<Snapshots>,
    catalog: Arc<StoredCatalog>,
}

/// Products that all cost the same.
pub(super) struct Stock {
    clock: Arc<FakeClock>,
    pub(super) price: AtomicI64,
    /// How often it was written.
    version: AtomicI64,
    pub(super) is_gone: AtomicBool,
    pub(super) is_unavailable: AtomicBool,
    reads: AtomicUsize,
    polls: AtomicUsize,
    /// Seconds that a read takes.
    pub(super) read_seconds: AtomicI64,
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

/// The key of no product.
pub(super) const UNKNOWN: i64 = 404;

impl Stock {
    /// What each product is.
    async fn read(&self) -> Result<Option<(ProductsVersion, Purchase)>, Unavailable> {
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
        self.read().await
    }

    async fn products(
        &self,
        pks: &[ProductId],
    ) -> Result<BTreeMap<ProductId, (ProductsVersion, Purchase)>, Unavailable> {
        let found = self.read().await?;
        let existing = pks.iter().filter(|pk| pk.get() != UNKNOWN);
        Ok(existing
            .filter_map(|pk| Some((*pk, found.clone()?)))
            .collect())
    }

    async fn products_version(&self) -> Result<ProductsVersion, Unavailable> {
        self.polls.fetch_add(1, Ordering::SeqCst);
        Ok(ProductsVersion(self.version.load(Ordering::SeqCst)))
    }

    async fn keyed_of_session(
        &self,
        _: &SessionDigest,
        _: Context,
        _: DateTime<Utc>,
    ) -> Result<Option<KeyedPurchase>, Unavailable> {
        Err(unavailable())
    }

    async fn keyed(&self, _: PurchaseKey, _: Buyer) -> Result<Option<KeyedPurchase>, Unavailable> {
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
    pub(super) async fn new(settings: Listings) -> Self {
        Self::closing(settings, None).await
    }

    pub(super) async fn closing(settings: Listings, seconds: Option<i64>) -> Self {
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

    pub(super) fn set_price(&self, price: i64) {
        self.stock.price.store(price, Ordering::SeqCst);
        self.stock.version.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) async fn set_catalog(&self, version: i64) {
        self.catalog.version.store(version, Ordering::SeqCst);
        self.snapshots.refresh().await.unwrap();
    }

    pub(super) fn reads(&self) -> usize {
        self.stock.reads.load(Ordering::SeqCst)
    }

    pub(super) async fn get(
        &self,
        product: i64,
        language: Language,
    ) -> Result<Arc<Entry>, Arc<NotListed>> {
        let product = ProductId::new(product).unwrap();
        self.cache.get(product, language, None).await
    }

    /// The listed amount in minor units; `None` if no card is listed.
    pub(super) async fn amount(&self, product: i64) -> Option<i64> {
        let entry = self.get(product, Language::Tr).await.unwrap();
        let page = std::str::from_utf8(entry.listing.body()).unwrap();
        let (_, rest) = page.split_once("\"amount\":")?;
        let (amount, _) = rest.split_once(',')?;
        Some(amount.replace('.', "").parse().unwrap())
    }

    pub(super) async fn shown(&self) -> i64 {
        self.amount(1).await.unwrap()
    }

    /// The lowest plans of products: each product's key with its single installment in minor units.
    pub(super) async fn lowest(&self, products: &[i64]) -> Vec<(i64, i64)> {
        let page = self.lowest_page(products).await.unwrap();
        let page: serde_json::Value = serde_json::from_slice(page.body()).unwrap();
        let results = page["results"].as_array().unwrap();
        assert_eq!(page["count"], results.len());
        let minor = |amount: &serde_json::Value| {
            let amount = amount.as_f64().unwrap();
            format!("{amount:.2}").replace('.', "")
        };
        let single = |one: &serde_json::Value| minor(&one["lowest"]["single_installment_amount"]);
        let product = |one: &serde_json::Value| one["product"].as_i64().unwrap();
        results
            .iter()
            .map(|one| (product(one), single(one).parse().unwrap()))
            .collect()
    }

    pub(super) async fn lowest_page(
        &self,
        products: &[i64],
    ) -> Result<Arc<EncodedListing>, Arc<NotListed>> {
        let products = products.iter().map(|pk| ProductId::new(*pk).unwrap());
        self.cache.lowest(&products.collect::<Vec<_>>()).await
    }

    /// Runs the poll loop for a moment and returns how often it read the version.
    pub(super) async fn polls(&self) -> usize {
        let before = self.stock.polls.load(Ordering::SeqCst);
        let ended = tokio::time::timeout(Duration::from_millis(50), self.cache.follow()).await;
        assert!(ended.is_err(), "the loop ended");
        self.stock.polls.load(Ordering::SeqCst) - before
    }

    /// Lets spawned renewals finish.
    pub(super) async fn settle(&self) {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }
}
