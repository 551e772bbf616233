//! The source of the catalog.

use alloc::boxed::Box;

use async_trait::async_trait;

use crate::catalog::{CatalogParts, CatalogVersion};

use super::Unavailable;

/// Reads the stored catalog.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CatalogSource: Send + Sync {
    /// The current version. MUST be cheap: it is polled about every second.
    async fn version(&self) -> Result<CatalogVersion, Unavailable>;

    /// All parts and their version. MUST be read in one transaction, so that no half-written catalog is seen.
    async fn load(&self) -> Result<(CatalogVersion, CatalogParts), Unavailable>;
}
