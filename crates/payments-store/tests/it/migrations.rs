//! The migrations' files: both databases have the same ones, and each can be undone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use payments_core::record::Part;

const SCRIPTS: [&str; 2] = ["up.sql", "down.sql"];

/// What is wrong with a folder of migrations that has a subfolder for each database.
fn mistakes(root: &Path) -> Vec<String> {
    let mut mistakes = Vec::new();
    let mut names = BTreeMap::new();
    for database in ["postgres", "sqlite"] {
        let (stamps, of_database) = migrations(&root.join(database), &mut mistakes);
        if stamps.len() != of_database.len() {
            mistakes.push(format!("{database}: two migrations have one stamp"));
        }
        names.insert(database, of_database);
    }
    let (postgres, sqlite) = (&names["postgres"], &names["sqlite"]);
    let unpaired = postgres.symmetric_difference(sqlite);
    mistakes.extend(unpaired.map(|name| format!("{name} is there for one database only")));
    mistakes
}

/// The stamps and the names of a database's migrations.
fn migrations(folder: &Path, mistakes: &mut Vec<String>) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut stamps, mut names) = (BTreeSet::new(), BTreeSet::new());
    for migration in fs::read_dir(folder).expect("the migrations") {
        let migration = migration.expect("a migration");
        let name = migration.file_name().into_string().expect("UTF-8");
        let stamp = name.split_once('_').map_or("", |(stamp, _)| stamp);
        let is_stamp = stamp.len() == 14 && stamp.bytes().all(|byte| byte.is_ascii_digit());
        if !is_stamp {
            mistakes.push(format!("{name} is not <stamp>_<name>"));
        }
        for script in SCRIPTS {
            let sql = fs::read_to_string(migration.path().join(script)).unwrap_or_default();
            let mut lines = sql.lines().map(str::trim);
            if !lines.any(|line| !line.is_empty() && !line.starts_with("--")) {
                mistakes.push(format!("{name}/{script} is missing or empty"));
            }
        }
        stamps.insert(stamp.to_owned());
        names.insert(name);
    }
    (stamps, names)
}

#[test]
fn both_databases_have_the_same_migrations_and_each_can_be_undone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let sets = fs::read_dir(&root).expect("sets").count();
    assert_eq!(sets, 3, "two databases, and partitioned tables");
    assert_eq!(mistakes(&root), Vec::<String>::new());
}

/// They come after the migrations of the release that can use partitioned tables, and older programs refuse them.
#[test]
fn each_migration_that_partitions_can_be_undone_and_is_refused_by_older_programs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let mut mistakes = Vec::new();
    let folder = root.join("postgres-partitioned");
    let (stamps, names) = migrations(&folder, &mut mistakes);
    assert_eq!(mistakes, Vec::<String>::new());
    assert_eq!(stamps.len(), names.len(), "two migrations have one stamp");
    let first = stamps.first().expect("a migration").as_str();
    assert!(first > "20261201100000", "{first}");
    let (others, _) = migrations(&root.join("postgres"), &mut mistakes);
    assert!(others.is_disjoint(&stamps));
    for name in names {
        let script = fs::read_to_string(folder.join(&name).join("up.sql")).expect("a script");
        assert!(!script.starts_with("-- compatible since"), "{name}");
    }
}

#[test]
fn an_unpaired_migration_an_empty_script_a_shared_stamp_and_a_stray_file_are_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    for database in ["postgres", "sqlite"] {
        write(&format!("{database}/20260101000000_a/up.sql"), "SELECT 1;");
        write(
            &format!("{database}/20260101000000_a/down.sql"),
            "SELECT 1;",
        );
    }
    assert_eq!(mistakes(folder.path()), Vec::<String>::new());
    write("postgres/20260101000000_b/up.sql", "SELECT 1;");
    write("postgres/20260101000000_b/down.sql", "-- later\n");
    write("sqlite/notes.sql", "SELECT 1;");
    let expected = [
        "20260101000000_b/down.sql is missing or empty",
        "postgres: two migrations have one stamp",
        "notes.sql is not <stamp>_<name>",
        "notes.sql/up.sql is missing or empty",
        "notes.sql/down.sql is missing or empty",
        "20260101000000_b is there for one database only",
        "notes.sql is there for one database only",
    ];
    assert_eq!(mistakes(folder.path()), expected);
}

#[test]
fn the_index_of_the_catalogs_records_has_every_part_of_the_catalog() {
    let parts = Part::ALL.into_iter().filter(|part| part.is_catalog());
    let quoted: Vec<String> = parts.map(|part| format!("'{}'", part.as_str())).collect();
    let condition = format!("WHERE part IN ({});", quoted.join(", "));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    for database in ["postgres", "sqlite"] {
        let script = root
            .join(database)
            .join("20261130120000_audit_log_catalog/up.sql");
        let sql = fs::read_to_string(script).expect("the migration");
        assert!(sql.contains(&condition), "{database}: {condition}");
    }
}
