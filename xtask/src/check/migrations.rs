//! The two databases have the same migrations, and each one can be undone.

use std::collections::{BTreeMap, BTreeSet};

use super::Complaints;
use crate::tree::{ProjectFile, text_files};

const DATABASES: [&str; 2] = ["postgres", "sqlite"];
const SCRIPTS: [&str; 2] = ["up.sql", "down.sql"];

pub(super) fn check(files: &[ProjectFile]) -> Complaints {
    complaints(text_files(files, "migrations/", ".sql"))
}

/// Reads `migrations/<database>/<stamp>_<name>/<script>` and the script's text.
fn complaints<'a>(scripts: impl Iterator<Item = (&'a str, &'a str)>) -> Complaints {
    let mut complaints = Complaints::new();
    let mut migrations: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for (path, sql) in scripts {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let [database, name, script] = parts[..] else {
            complaints.push(format!(
                "{path} is not migrations/<database>/<stamp>_<name>/<script>"
            ));
            continue;
        };
        if !DATABASES.contains(&database) || !SCRIPTS.contains(&script) || !is_stamped(name) {
            complaints.push(format!("{path} is not where or what a migration is"));
        }
        if says_nothing(sql) {
            complaints.push(format!("{path} is empty"));
        }
        migrations
            .entry(name)
            .or_default()
            .insert((database, script));
    }
    if migrations.is_empty() {
        complaints.push("there are no migrations".to_owned());
    }
    complaints.extend(missing_scripts(&migrations));
    complaints.extend(shared_stamps(migrations.keys().copied()));
    complaints
}

fn missing_scripts(migrations: &BTreeMap<&str, BTreeSet<(&str, &str)>>) -> Complaints {
    let wanted = DATABASES
        .iter()
        .flat_map(|database| SCRIPTS.map(|script| (*database, script)));
    let wanted: Vec<(&str, &str)> = wanted.collect();
    migrations
        .iter()
        .flat_map(|(name, present)| {
            let missing = wanted.iter().filter(|script| !present.contains(script));
            missing.map(move |(database, script)| {
                format!("migrations/{database}/{name}/{script} is missing")
            })
        })
        .collect()
}

/// Migrations run in the order of their stamps, so that two with one stamp have no order.
fn shared_stamps<'a>(names: impl Iterator<Item = &'a str>) -> Complaints {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    let mut complaints = Complaints::new();
    for name in names {
        let stamp = name.split('_').next().unwrap_or(name);
        if let Some(earlier) = first.insert(stamp, name) {
            complaints.push(format!(
                "the migrations {earlier} and {name} have the same stamp"
            ));
        }
    }
    complaints
}

fn is_stamped(name: &str) -> bool {
    name.split_once('_').is_some_and(|(stamp, rest)| {
        !rest.is_empty()
            && !stamp.is_empty()
            && stamp
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-')
    })
}

fn says_nothing(sql: &str) -> bool {
    sql.lines()
        .map(str::trim)
        .all(|line| line.is_empty() || line.starts_with("--"))
}

#[cfg(test)]
mod tests {
    use super::complaints;

    const PAIR: [(&str, &str); 4] = [
        (
            "migrations/postgres/20260101000000_catalog/up.sql",
            "CREATE TABLE banks ();",
        ),
        (
            "migrations/postgres/20260101000000_catalog/down.sql",
            "DROP TABLE banks;",
        ),
        (
            "migrations/sqlite/20260101000000_catalog/up.sql",
            "CREATE TABLE banks (pk BIGINT);",
        ),
        (
            "migrations/sqlite/20260101000000_catalog/down.sql",
            "DROP TABLE banks;",
        ),
    ];

    #[test]
    fn a_migration_for_both_databases_that_can_be_undone_is_right() {
        assert!(complaints(PAIR.into_iter()).is_empty());
    }

    #[test]
    fn a_migration_for_one_database_only_is_found() {
        assert_eq!(
            complaints(PAIR.into_iter().filter(|(path, _)| path.contains("sqlite"))),
            [
                "migrations/postgres/20260101000000_catalog/up.sql is missing",
                "migrations/postgres/20260101000000_catalog/down.sql is missing",
            ]
        );
    }

    #[test]
    fn a_migration_that_cannot_be_undone_is_found() {
        let without = PAIR
            .into_iter()
            .filter(|(path, _)| !path.ends_with("sqlite/20260101000000_catalog/down.sql"));
        assert_eq!(
            complaints(without),
            ["migrations/sqlite/20260101000000_catalog/down.sql is missing"]
        );
        let empty = PAIR.into_iter().map(|(path, sql)| {
            (
                path,
                if path.contains("postgres") && path.ends_with("down.sql") {
                    "-- later\n"
                } else {
                    sql
                },
            )
        });
        assert_eq!(
            complaints(empty),
            ["migrations/postgres/20260101000000_catalog/down.sql is empty"]
        );
    }

    #[test]
    fn two_migrations_with_one_stamp_are_found() {
        let renamed: Vec<(String, &str)> = PAIR
            .iter()
            .map(|(path, sql)| (path.replace("_catalog", "_flows"), *sql))
            .collect();
        let all = PAIR
            .into_iter()
            .chain(renamed.iter().map(|(path, sql)| (&**path, *sql)));
        assert_eq!(
            complaints(all),
            ["the migrations 20260101000000_catalog and 20260101000000_flows have the same stamp"]
        );
    }

    #[test]
    fn a_script_in_the_wrong_place_is_found() {
        let stray = [("migrations/sqlite/notes.sql", "SELECT 1;")];
        assert_eq!(
            complaints(PAIR.into_iter().chain(stray)),
            ["migrations/sqlite/notes.sql is not migrations/<database>/<stamp>_<name>/<script>"]
        );
    }
}
