//! A draft: the stored catalog with a document written into it, but not stored.

use payments_core::catalog::{Catalog, CatalogParts, CatalogVersion};
use payments_core::import::{Document, Reading};
use payments_core::json::Violations;

use super::WriteError;
use super::change;
use crate::state::AppState;

/// The stored catalog and a draft of it, not yet built.
pub(super) struct Draft {
    stored: CatalogParts,
    draft: CatalogParts,
}

/// The stored catalog and a draft of it.
pub(super) struct Drafted {
    pub(super) in_force: Catalog,
    pub(super) draft: Catalog,
}

impl Draft {
    /// Checks a document as a write does, and applies it to the stored catalog. Parts that do not belong to the catalog are
    /// only checked.
    ///
    /// # Errors
    /// [`WriteError`], as the write would fail.
    pub(super) async fn of(
        state: &AppState,
        reading: Reading,
    ) -> Result<(Self, Document), WriteError> {
        let document = change::checked(state, reading).await?;
        Ok((Self::of_document(state, &document).await?, document))
    }

    /// Applies a checked document to the stored catalog.
    ///
    /// # Errors
    /// [`WriteError::Unavailable`].
    pub(super) async fn of_document(
        state: &AppState,
        document: &Document,
    ) -> Result<Self, WriteError> {
        let stored = state.snapshots.stored_parts().await?;
        let draft = document.applied_to(stored.clone());
        Ok(Self { stored, draft })
    }

    /// Builds both catalogs, which takes long if they are large.
    ///
    /// # Errors
    /// [`Violations`] if the catalog was changed since the document was checked, and does not fit any more.
    pub(super) fn build(self) -> Result<Drafted, Violations> {
        Ok(Drafted {
            in_force: Catalog::build(CatalogVersion(0), self.stored)?,
            draft: Catalog::build(CatalogVersion(1), self.draft)?,
        })
    }
}
