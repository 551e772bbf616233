//! Where the catalog comes from.

use alloc::boxed::Box;

use async_trait::async_trait;

use crate::catalog::{CatalogParts, CatalogVersion};

use super::Unavailable;

/// The stored catalog.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CatalogSource: Send + Sync {
    /// The present version. MUST be cheap: it is asked every second or so.
    async fn version(&self) -> Result<CatalogVersion, Unavailable>;

    /// All parts with the version they are of. MUST be read in one transaction, so that no half-written catalog is seen.
    async fn load(&self) -> Result<(CatalogVersion, CatalogParts), Unavailable>;
}
