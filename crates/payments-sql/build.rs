//! Reads which migrations older programs can live with, and rebuilds the crate when a migration is added.
#![expect(
    clippy::disallowed_methods,
    reason = "cargo passes the output folder of a build script in a variable"
)]

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What the first line of such a migration begins with; the version of the oldest migration those programs know follows.
const MARK: &str = "-- compatible since ";

fn main() -> Result<(), Box<dyn Error>> {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    println!("cargo::rerun-if-changed={}", migrations.display());
    let mut source = String::new();
    for (name, database) in [("POSTGRES", "postgres"), ("SQLITE", "sqlite")] {
        let marks = marks(&migrations.join(database))?;
        writeln!(
            source,
            "/// The marks of the migrations in `migrations/{database}`.\npub const {name}: &[Mark] = &["
        )?;
        for (version, since) in marks {
            writeln!(
                source,
                "    Mark {{ version: {version:?}, since: {since:?} }},"
            )?;
        }
        writeln!(source, "];")?;
    }
    let folder = std::env::var_os("OUT_DIR").ok_or("cargo did not say where to write")?;
    Ok(std::fs::write(
        PathBuf::from(folder).join("marks.rs"),
        source,
    )?)
}

/// The version of each marked migration of a folder, with what its mark says.
fn marks(folder: &Path) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut marks = Vec::new();
    for migration in std::fs::read_dir(folder)? {
        let migration = migration?;
        let script = std::fs::read_to_string(migration.path().join("up.sql"))?;
        let since = script
            .lines()
            .next()
            .and_then(|line| line.strip_prefix(MARK));
        if let Some(since) = since {
            let name = migration.file_name().to_string_lossy().into_owned();
            let stamp = name.split('_').next().unwrap_or_default();
            marks.push((stamp.replace('-', ""), since.trim().to_owned()));
        }
    }
    marks.sort();
    Ok(marks)
}
