//! The catalog as it is now: one immutable snapshot, swapped whole when the stored catalog's version changes.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use payments_core::catalog::{Catalog, CatalogParts, Defect};
use payments_core::language::Language;
use payments_core::ports::{CatalogSource, Unavailable};
use tokio::sync::Mutex;

use crate::cards::json::Fragments;
use crate::wording::Sentences;

/// How often the stored version is looked at: every replica sees a write within 2 seconds.
const POLL_INTERVAL: Duration = Duration::from_millis(700);

/// A catalog with what its listings are written from.
pub struct Snapshot {
    /// The catalog.
    pub catalog: Catalog,
    /// By language, in the order of [`Language::ALL`].
    fragments: [Fragments; Language::ALL.len()],
}

impl Snapshot {
    /// The prepared JSON of a language.
    pub fn fragments(&self, language: Language) -> &Fragments {
        let place = Language::ALL.iter().position(|one| *one == language);
        &self.fragments[place.unwrap_or_default()]
    }
}

/// Why a stored catalog was not taken over.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The store is away.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// Its parts do not fit each other.
    #[error("the stored catalog has {} defects, the first: {:?}", .0.len(), .0.first())]
    Defects(Vec<Defect>),
}

/// The present snapshot, and where the next one comes from.
pub struct Snapshots {
    source: Arc<dyn CatalogSource>,
    sentences: Arc<Sentences>,
    public_url: String,
    current: RwLock<Arc<Snapshot>>,
    /// Held while a snapshot is built, so that it is built once.
    building: Mutex<()>,
}

impl Snapshots {
    /// Loads the first snapshot.
    ///
    /// # Errors
    /// [`SnapshotError`].
    pub async fn load(
        source: Arc<dyn CatalogSource>,
        sentences: Arc<Sentences>,
        public_url: String,
    ) -> Result<Self, SnapshotError> {
        let first = Arc::new(build(&*source, &sentences, &public_url).await?);
        let (current, building) = (RwLock::new(first), Mutex::default());
        Ok(Self {
            source,
            sentences,
            public_url,
            current,
            building,
        })
    }

    /// The present snapshot.
    pub fn current(&self) -> Arc<Snapshot> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The stored parts as they are now: what a change is checked against.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn stored_parts(&self) -> Result<CatalogParts, Unavailable> {
        Ok(self.source.load().await?.1)
    }

    /// Takes the stored catalog over, if it is another one: what this process writes, it lists at once.
    ///
    /// # Errors
    /// [`SnapshotError`]; the present snapshot stays.
    pub async fn refresh(&self) -> Result<(), SnapshotError> {
        let _building = self.building.lock().await;
        if self.source.version().await? != self.current().catalog.version() {
            let next = Arc::new(build(&*self.source, &self.sentences, &self.public_url).await?);
            tracing::info!(
                version = next.catalog.version().0,
                "took over a changed catalog"
            );
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = next;
        }
        Ok(())
    }

    /// Refreshes for ever.
    pub async fn watch(self: Arc<Self>) {
        let mut was_away = false;
        loop {
            tokio::time::sleep(POLL_INTERVAL).await;
            let refreshed = self.refresh().await;
            if let Err(error) = &refreshed
                && !was_away
            {
                tracing::warn!(%error, "the present catalog stays");
            }
            was_away = refreshed.is_err();
        }
    }
}

async fn build(
    source: &dyn CatalogSource,
    sentences: &Sentences,
    public_url: &str,
) -> Result<Snapshot, SnapshotError> {
    let (version, parts) = source.load().await?;
    let catalog = Catalog::build(version, parts).map_err(SnapshotError::Defects)?;
    let fragments =
        Language::ALL.map(|language| Fragments::of(&catalog, language, sentences, public_url));
    Ok(Snapshot { catalog, fragments })
}
