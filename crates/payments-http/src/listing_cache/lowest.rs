//! The lowest plans of many products: cached by product like listings, and put together for each request.
//!
//! Products that are not cached are read by one query, which concurrent requests for the same products share. A page
//! is encoded again only when the entry of one of its products was replaced.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use moka::future::Cache;
use payments_core::catalog::CatalogVersion;
use payments_core::id::ProductId;
use tracing::Instrument as _;

use super::{Content, EncodedListing, Entry, Key, ListingCache, NotListed};
use crate::lowest_json;
use crate::snapshot::Snapshot;
use crate::traces;

/// Pages of recently requested products, and the reads in progress.
pub(super) struct Pages {
    pub(super) encoded: Cache<Vec<ProductId>, Arc<Page>>,
    /// Keeps nothing: it only shares the reads of concurrent requests.
    reads: Cache<Reading, Arc<Vec<Found>>>,
}

pub(super) struct Page {
    parts: Vec<Arc<EncodedListing>>,
    whole: Arc<EncodedListing>,
}

/// What is read, by which catalog, after how many writes of this process.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Reading {
    products: Vec<ProductId>,
    catalog: CatalogVersion,
    writes: u64,
}

/// A product that exists, with its entry.
pub(super) type Found = (ProductId, Arc<Entry>);

impl Pages {
    /// Keeps pages up to a size in bytes.
    pub(super) fn new(keep_bytes: u64) -> Self {
        let encoded = Cache::builder().weigher(|products: &Vec<ProductId>, page: &Arc<Page>| {
            let key = u32::try_from(size_of_val(&**products)).unwrap_or(u32::MAX);
            let parts = page.parts.iter().map(|part| part.weight_bytes());
            parts.fold(
                page.whole.weight_bytes().saturating_add(key),
                u32::saturating_add,
            )
        });
        Self {
            encoded: encoded.max_capacity(keep_bytes).build(),
            reads: Cache::new(0),
        }
    }

    /// The page of these parts, with the tag and the encoded bodies of the previous one if it has the same parts.
    async fn page(
        &self,
        products: &[ProductId],
        parts: Vec<Arc<EncodedListing>>,
    ) -> Arc<EncodedListing> {
        if let Some(page) = self.encoded.get(products).await
            && page.parts.len() == parts.len()
            && page
                .parts
                .iter()
                .zip(&parts)
                .all(|(one, other)| Arc::ptr_eq(one, other))
        {
            return Arc::clone(&page.whole);
        }
        let bodies = parts.iter().map(|part| &**part.body());
        let whole = Arc::new(EncodedListing::new(lowest_json::page(bodies)));
        let page = Page {
            parts,
            whole: Arc::clone(&whole),
        };
        self.encoded.insert(products.to_vec(), Arc::new(page)).await;
        whole
    }
}

impl ListingCache {
    /// The lowest plan of each of these products that exists and is active, in their order.
    ///
    /// # Errors
    /// [`NotListed::Unavailable`], shared by all callers that wait for the same read.
    pub async fn lowest(
        &self,
        products: &[ProductId],
    ) -> Result<Arc<EncodedListing>, Arc<NotListed>> {
        let snapshot = self.loader.snapshot();
        let writes = self.writes.load(Ordering::Acquire);
        let mut parts = self.cached(products, &snapshot, writes).await;
        let missing: Vec<_> = products
            .iter()
            .zip(&parts)
            .filter_map(|(product, part)| part.is_none().then_some(*product))
            .collect();
        let misses = missing.len() as u64;
        self.hits
            .fetch_add(products.len() as u64 - misses, Ordering::Relaxed);
        self.misses.fetch_add(misses, Ordering::Relaxed);
        if !missing.is_empty() {
            let read = self.read_together(missing, &snapshot, writes).await?;
            let mut read: HashMap<_, _> = read
                .iter()
                .map(|(product, entry)| (*product, Arc::clone(&entry.listing)))
                .collect();
            for (product, part) in products.iter().zip(&mut parts) {
                *part = part.take().or_else(|| read.remove(product));
            }
        }
        let parts = parts.into_iter().flatten().collect();
        Ok(self.pages.page(products, parts).await)
    }

    /// The cached part of each product. Entries that expire soon are extended, or read again in the background.
    async fn cached(
        &self,
        products: &[ProductId],
        snapshot: &Arc<Snapshot>,
        writes: u64,
    ) -> Vec<Option<Arc<EncodedListing>>> {
        let catalog = snapshot.catalog.version();
        let (mut parts, mut due) = (Vec::with_capacity(products.len()), Vec::new());
        for product in products {
            let key = key(*product, catalog, writes);
            let entry = self.entries.get(&key).await;
            if let Some(entry) = &entry
                && entry.begin_renewal(self.loader.now())
            {
                self.is_in_use.store(true, Ordering::Relaxed);
                match self.loader.extend(*product, entry) {
                    Some(extended) => self.entries.insert(key, extended).await,
                    None => due.push((*product, Arc::clone(&entry.listing))),
                }
            }
            parts.push(entry.map(|entry| Arc::clone(&entry.listing)));
        }
        if !due.is_empty() {
            self.renew_together(due, Arc::clone(snapshot), writes);
        }
        parts
    }

    /// Reads products, and caches those that exist.
    async fn read_together(
        &self,
        products: Vec<ProductId>,
        snapshot: &Snapshot,
        writes: u64,
    ) -> Result<Arc<Vec<Found>>, Arc<NotListed>> {
        self.is_in_use.store(true, Ordering::Relaxed);
        let catalog = snapshot.catalog.version();
        let reading = Reading {
            products: products.clone(),
            catalog,
            writes,
        };
        let read = async {
            let found = self.loader.load_lowest(&products, snapshot, &[]).await?;
            keep(&self.entries, &found, catalog, writes).await;
            Ok(Arc::new(found))
        };
        self.pages.reads.try_get_with(reading, read).await
    }

    /// Reads products in the background whose entries expire soon.
    fn renew_together(
        &self,
        due: Vec<(ProductId, Arc<EncodedListing>)>,
        snapshot: Arc<Snapshot>,
        writes: u64,
    ) {
        let (entries, loader) = (self.entries.clone(), Arc::clone(&self.loader));
        let renewing = async move {
            let products: Vec<_> = due.iter().map(|(product, _)| *product).collect();
            // Entries whose renewal fails expire, and the next caller gets the error.
            if let Ok(found) = loader.load_lowest(&products, &snapshot, &due).await {
                let catalog = snapshot.catalog.version();
                keep(&entries, &found, catalog, writes).await;
                let is_gone = |one: &ProductId| found.iter().all(|(found, _)| found != one);
                for product in products.into_iter().filter(is_gone) {
                    entries.invalidate(&key(product, catalog, writes)).await;
                }
            }
        };
        drop(tokio::spawn(
            renewing.instrument(traces::job("renew_lowest_plans")),
        ));
    }
}

const fn key(product: ProductId, catalog: CatalogVersion, writes: u64) -> Key {
    Key {
        product,
        content: Content::LowestPlan,
        catalog,
        writes,
    }
}

async fn keep(
    entries: &Cache<Key, Arc<Entry>>,
    found: &[Found],
    catalog: CatalogVersion,
    writes: u64,
) {
    for (product, entry) in found {
        let key = key(*product, catalog, writes);
        entries.insert(key, Arc::clone(entry)).await;
    }
}
