//! The current catalog: an immutable snapshot, replaced as a whole when the stored catalog's version changes.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use payments_core::catalog::{CardSelection, Catalog, CatalogParts, CatalogVersion};
use payments_core::id::ProductId;
use payments_core::json::Violations;
use payments_core::language::Language;
use payments_core::listing;
use payments_core::moment::Moment;
use payments_core::money::Rounding;
use payments_core::ports::{CatalogSource, Clock, Unavailable};
use payments_core::purchase::Purchase;
use payments_store::CatalogChanges;
use tokio::sync::Mutex;
use tracing::Instrument as _;

use crate::i18n::Sentences;
use crate::listing_json::{self, Fragments, ListingJson};
use crate::lowest_json;
use crate::traces;

/// A catalog with the prepared JSON of its listings.
pub struct Snapshot {
    pub catalog: Catalog,
    /// By language, in the order of [`Language::ALL`].
    fragments: [Fragments; Language::ALL.len()],
}

impl Snapshot {
    /// A purchase's listing as JSON.
    pub fn list(
        &self,
        purchase: &Purchase,
        moment: Moment,
        rounding: Rounding,
        language: Language,
        selection: Option<&CardSelection>,
    ) -> ListingJson {
        let catalog = &self.catalog;
        let listing = listing::list_only(catalog, purchase, moment, rounding, selection);
        listing_json::write(&listing, purchase.amount, self.fragments(language))
    }

    /// A product with its lowest plan as JSON, which is the same in every language.
    pub fn lowest(
        &self,
        product: ProductId,
        purchase: &Purchase,
        moment: Moment,
        rounding: Rounding,
    ) -> ListingJson {
        let listing = listing::list(&self.catalog, purchase, moment, rounding);
        let lowest = listing::lowest(&listing);
        let fragments = self.fragments(Language::default());
        lowest_json::write(product, purchase.amount, lowest.as_ref(), fragments)
    }

    /// The prepared JSON of a language.
    pub fn fragments(&self, language: Language) -> &Fragments {
        let place = Language::ALL.iter().position(|one| *one == language);
        &self.fragments[place.unwrap_or_default()]
    }
}

/// Why a stored catalog was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// Its parts are inconsistent.
    #[error("the stored catalog has {} errors, the first: {:?}", .0.len(), .0.first())]
    Invalid(#[from] Violations),
}

/// How current the snapshot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// When the snapshot was last known to be the stored catalog.
    pub seen_at: DateTime<Utc>,
    /// Since when reading or loading the stored catalog fails.
    pub failing_since: Option<DateTime<Utc>>,
    /// Failures since the start.
    pub failures: u64,
}

impl Freshness {
    /// Whether the snapshot may be stale.
    pub const fn is_failing(&self) -> bool {
        self.failing_since.is_some()
    }
}

/// The current snapshot and its source.
pub struct Snapshots {
    source: Arc<dyn CatalogSource>,
    sentences: Arc<Sentences>,
    public_url: String,
    clock: Arc<dyn Clock>,
    current: RwLock<Arc<Snapshot>>,
    freshness: RwLock<Freshness>,
    /// Held while a snapshot is built, so that concurrent refreshes build one.
    building: Mutex<()>,
}

impl Snapshots {
    pub async fn load(
        source: Arc<dyn CatalogSource>,
        sentences: Arc<Sentences>,
        public_url: String,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SnapshotError> {
        let first = Arc::new(build(&*source, &sentences, &public_url).await?);
        let freshness = Freshness {
            seen_at: clock.now(),
            failing_since: None,
            failures: 0,
        };
        Ok(Self {
            source,
            sentences,
            public_url,
            clock,
            current: RwLock::new(first),
            freshness: RwLock::new(freshness),
            building: Mutex::default(),
        })
    }

    /// How current the snapshot is.
    pub fn freshness(&self) -> Freshness {
        *self
            .freshness
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub fn current(&self) -> Arc<Snapshot> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The stored parts with their version.
    pub async fn stored(&self) -> Result<(CatalogVersion, CatalogParts), Unavailable> {
        self.source.load().await
    }

    /// The stored parts, which a change is checked against.
    pub async fn stored_parts(&self) -> Result<CatalogParts, Unavailable> {
        Ok(self.stored().await?.1)
    }

    /// A snapshot of other parts than the stored ones.
    pub fn of(&self, version: CatalogVersion, parts: CatalogParts) -> Result<Snapshot, Violations> {
        made(version, parts, &self.sentences, &self.public_url)
    }

    /// Loads the stored catalog if its version changed, and keeps the current one if that fails. Called after each
    /// catalog write of this process.
    pub async fn refresh(&self) -> Result<(), SnapshotError> {
        let _building = self.building.lock().await;
        let loaded = self.load_if_changed().await;
        self.record_outcome(loaded.is_ok());
        loaded
    }

    async fn load_if_changed(&self) -> Result<(), SnapshotError> {
        if self.source.version().await? != self.current().catalog.version() {
            let next = Arc::new(build(&*self.source, &self.sentences, &self.public_url).await?);
            tracing::info!(
                version = next.catalog.version().0,
                "loaded a changed catalog"
            );
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = next;
        }
        Ok(())
    }

    fn record_outcome(&self, is_fresh: bool) {
        let now = self.clock.now();
        let mut freshness = self
            .freshness
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if is_fresh {
            freshness.seen_at = now;
            freshness.failing_since = None;
        } else {
            freshness.failing_since.get_or_insert(now);
            freshness.failures += 1;
        }
    }

    /// Refreshes whenever the stored catalog may have changed. Never returns.
    pub async fn watch(self: Arc<Self>, mut changes: CatalogChanges) {
        loop {
            changes.changed().await;
            let was_failing = self.freshness().is_failing();
            let refresh = self.refresh().instrument(traces::job("refresh_catalog"));
            match refresh.await {
                Err(error) if !was_failing => {
                    tracing::warn!(%error, "the catalog could not be refreshed; the current one is kept");
                }
                Ok(()) if was_failing => tracing::info!("the catalog can be refreshed again"),
                Ok(()) | Err(_) => {}
            }
        }
    }
}

async fn build(
    source: &dyn CatalogSource,
    sentences: &Sentences,
    public_url: &str,
) -> Result<Snapshot, SnapshotError> {
    let (version, parts) = source.load().await?;
    Ok(made(version, parts, sentences, public_url)?)
}

fn made(
    version: CatalogVersion,
    parts: CatalogParts,
    sentences: &Sentences,
    public_url: &str,
) -> Result<Snapshot, Violations> {
    let catalog = Catalog::build(version, parts)?;
    let fragments =
        Language::ALL.map(|language| Fragments::of(&catalog, language, sentences, public_url));
    Ok(Snapshot { catalog, fragments })
}
