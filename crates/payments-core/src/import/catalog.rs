//! A catalog from a document.

use crate::catalog::{Catalog, CatalogParts, CatalogVersion, Policy};
use crate::json::Violations;

use super::reading::Reading;
use super::references::add;

impl Catalog {
    /// Reads the catalog's parts of a document and builds them; other parts of it are checked and left aside.
    ///
    /// # Errors
    /// Every mistake in the document: of its form, references that lead nowhere, and keys, slugs, BINs and plans that
    /// are not unique.
    pub fn from_document(
        version: CatalogVersion,
        document: &[u8],
        policy: &Policy,
    ) -> Result<Self, Violations> {
        let mut reading = Reading::of_document(document, policy);
        reading.check_catalog(CatalogParts::default());
        let mut parts = CatalogParts::default();
        for record in reading.finish()?.change.upserts {
            add(&mut parts, record);
        }
        Self::build(version, parts)
    }
}
