//! The migrations, and which of them a database has.

use std::collections::{BTreeMap, BTreeSet};

use diesel::backend::Backend;
use diesel::migration::MigrationSource;
use diesel_migrations::EmbeddedMigrations;

use crate::open_error::OpenError;

/// A mark in the first line of a migration: programs that lack the migration can use its schema.
///
/// The line is `-- compatible since <version>`: it holds for programs that have the migration of that version. The mark is
/// written into the database when the migration is run, as those programs cannot read it anywhere else.
pub struct Mark {
    /// The migration it is about.
    pub version: &'static str,
    /// The newest migration that such a program must have.
    pub since: &'static str,
}

/// The marks, read from the migrations when this crate is built.
pub mod marks {
    use super::Mark;

    include!(concat!(env!("OUT_DIR"), "/marks.rs"));
}

/// A database's record of its schema.
pub struct Applied {
    /// The versions of the applied migrations.
    pub versions: BTreeSet<String>,
    /// For migrations that are compatible with older programs: the newest migration such a program must have.
    pub compatible_since: BTreeMap<String, String>,
}

impl Applied {
    /// Without the migrations of another source, which the program knows too.
    ///
    /// # Errors
    /// [`OpenError::MigrationFailed`] if the embedded migrations are damaged.
    pub fn without<B: Backend>(mut self, source: &EmbeddedMigrations) -> Result<Self, OpenError> {
        for (_, version) in known::<B>(source)? {
            self.versions.remove(&version);
        }
        Ok(self)
    }
}

/// The names of the migrations of a source that were not applied, in order.
///
/// # Errors
/// [`OpenError::MigrationFailed`] if the embedded migrations are damaged.
pub fn not_applied<B: Backend>(
    source: &EmbeddedMigrations,
    applied: &Applied,
) -> Result<Vec<String>, OpenError> {
    Ok(not_in(&known::<B>(source)?, applied))
}

fn not_in(known: &[(String, String)], applied: &Applied) -> Vec<String> {
    known
        .iter()
        .filter(|(_, version)| !applied.versions.contains(version))
        .map(|(name, _)| name.clone())
        .collect()
}

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

/// The names of the pending migrations, or [`OpenError::Newer`] if the database has one that this program does not know
/// and is not compatible with.
///
/// # Errors
/// [`OpenError::Newer`], or [`OpenError::MigrationFailed`] if the embedded migrations are damaged.
pub fn pending<B: Backend>(
    source: &EmbeddedMigrations,
    applied: &Applied,
) -> Result<Vec<String>, OpenError> {
    missing(&known::<B>(source)?, applied)
}

fn missing(known: &[(String, String)], applied: &Applied) -> Result<Vec<String>, OpenError> {
    let versions: BTreeSet<&String> = known.iter().map(|(_, version)| version).collect();
    let unknown = unknown(&versions, applied);
    let can_be_used = |version: &&String| {
        let since = applied.compatible_since.get(*version);
        since.is_some_and(|since| versions.contains(since))
    };
    let missing = not_in(known, applied);
    // A program that lacks migrations must not run others, which were written for another order.
    let is_ahead = !unknown.is_empty() && !missing.is_empty();
    if is_ahead || !unknown.iter().all(can_be_used) {
        return Err(OpenError::Newer(unknown.into_iter().cloned().collect()));
    }
    Ok(missing)
}

/// The applied migrations that this program lacks.
fn unknown<'a>(versions: &BTreeSet<&String>, applied: &'a Applied) -> Vec<&'a String> {
    let applied = applied.versions.iter();
    applied
        .filter(|version| !versions.contains(version))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Applied, marks, missing};
    use crate::open_error::OpenError;

    fn known(versions: &[&str]) -> Vec<(String, String)> {
        let named = |version: &&str| (format!("{version}_name"), (*version).to_owned());
        versions.iter().map(named).collect()
    }

    fn applied(versions: &[&str], marks: &[(&str, &str)]) -> Applied {
        let mark = |(version, since): &(&str, &str)| ((*version).to_owned(), (*since).to_owned());
        Applied {
            versions: versions.iter().map(|one| (*one).to_owned()).collect(),
            compatible_since: marks.iter().map(mark).collect(),
        }
    }

    #[test]
    fn an_older_program_uses_a_newer_schema_only_where_it_is_marked_compatible_with_it() {
        let old = known(&["1", "2"]);
        let uses = |marks: &[(&str, &str)]| missing(&old, &applied(&["1", "2", "3", "4"], marks));
        assert_eq!(uses(&[("3", "1"), ("4", "2")]).expect("usable"), [""; 0]);
        for marks in [
            &[][..],
            &[("3", "1")],
            &[("4", "1")],
            // The program of migration 3 can use it, the one before cannot.
            &[("3", "1"), ("4", "3")],
        ] {
            assert!(matches!(uses(marks), Err(OpenError::Newer(_))), "{marks:?}");
        }
    }

    #[test]
    fn a_program_that_lacks_migrations_of_the_database_runs_none() {
        let database = applied(&["1", "3"], &[("3", "1")]);
        let error = missing(&known(&["1", "2"]), &database).expect_err("a newer database");
        assert!(matches!(error, OpenError::Newer(newer) if newer == ["3"]));
        let names = missing(&known(&["1", "2", "3"]), &database).expect("a name");
        assert_eq!(names, ["2_name"]);
    }

    #[test]
    fn each_mark_names_a_migration_that_comes_before_its_own() {
        for mark in marks::POSTGRES.iter().chain(marks::SQLITE) {
            assert!(mark.since < mark.version, "{}", mark.version);
            let is_known = |database: &str| {
                let folder = format!("{}/../../migrations/{database}", env!("CARGO_MANIFEST_DIR"));
                let mut names = std::fs::read_dir(folder).expect("the migrations").flatten();
                names.any(|name| name.file_name().to_string_lossy().starts_with(mark.since))
            };
            assert!(is_known("postgres") && is_known("sqlite"), "{}", mark.since);
        }
        let versions = |marks: &'static [super::Mark]| -> Vec<_> {
            marks
                .iter()
                .map(|mark| (mark.version, mark.since))
                .collect()
        };
        assert_eq!(versions(marks::POSTGRES), versions(marks::SQLITE));
    }
}
