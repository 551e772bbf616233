//! The migrations, and how far a database is along them.

use std::collections::BTreeSet;

use diesel::backend::Backend;
use diesel::migration::MigrationSource;
use diesel_migrations::EmbeddedMigrations;

use crate::open_error::OpenError;

/// The name and version of each migration, in order.
fn known<B: Backend>(source: &EmbeddedMigrations) -> Result<Vec<(String, String)>, OpenError> {
    let migrations = MigrationSource::<B>::migrations(source);
    let migrations = migrations.map_err(|error| OpenError::MigrationFailed(error.to_string()))?;
    let named = migrations
        .iter()
        .map(|one| (one.name().to_string(), one.name().version().to_string()));
    let mut known: Vec<(String, String)> = named.collect();
    known.sort();
    Ok(known)
}

/// The migrations a database has yet to get, by name.
///
/// # Errors
/// [`OpenError::Newer`] when it has one this program does not know.
pub(crate) fn pending<B: Backend>(
    source: &EmbeddedMigrations,
    applied: &BTreeSet<String>,
) -> Result<Vec<String>, OpenError> {
    let known = known::<B>(source)?;
    let versions: BTreeSet<&String> = known.iter().map(|(_, version)| version).collect();
    let newer: Vec<String> = applied
        .iter()
        .filter(|version| !versions.contains(version))
        .cloned()
        .collect();
    if !newer.is_empty() {
        return Err(OpenError::Newer(newer));
    }
    Ok(known
        .into_iter()
        .filter(|(_, version)| !applied.contains(version))
        .map(|(name, _)| name)
        .collect())
}
