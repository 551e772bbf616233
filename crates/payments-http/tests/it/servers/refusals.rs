//! Unusable servers: one line that names the setting and never the secret, and an exit code.

use std::time::Duration;

use payments_store::testing::{REDIS_URL, TestDatabase, named};

use super::journey::now;
use crate::program::{run, run_in_production};

/// The output of a command that must fail.
#[track_caller]
fn refusal(arguments: &[&str], settings: &[(&str, &str)], code: i32) -> String {
    let started = now();
    let over = [("log.filter", "off"), ("demo.enabled", "false")];
    let output = run(arguments, &[&over[..], settings].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(started.elapsed() < Duration::from_secs(10), "{said}");
    assert!(
        !said.contains("s3cret") && !said.contains("throw-away"),
        "{said}"
    );
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    assert!(said.starts_with("payments: "), "{said}");
    said
}

#[track_caller]
fn says(said: &str, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn urls_of_nothing_are_refused_with_2() {
    for url in [
        "mysql://u:s3cret@host/db",
        "postgres://u:s3cret@host:port/db",
        "s3cret",
    ] {
        let said = refusal(&["serve"], &[("database.url", url)], 2);
        says(&said, &["database.url"]);
    }
    for url in [
        "http://u:s3cret@host",
        "redis://u:s3cret@host:port",
        "s3cret",
    ] {
        let said = refusal(&["serve"], &[("flows.url", url)], 2);
        says(&said, &["flows.url"]);
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_named() {
    let database = TestDatabase::migrated().await;
    let wrong_password = database.url.replace("throw-away", "s3cret");
    let nowhere = "postgres://payments:s3cret@127.0.0.1:1/payments";
    let unknown = "postgres://payments:s3cret@no-such-host.invalid/payments?sslmode=disable";
    let no_database = format!("{}_gone", database.url);
    for url in [&wrong_password, nowhere, unknown, &no_database] {
        for command in ["serve", "migrate"] {
            let said = refusal(&[command], &[("database.url", url)], 1);
            says(&said, &["database.url", "cannot be reached"]);
        }
    }
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_is_refused() {
    let database = TestDatabase::migrated().await;
    let url = format!("{}?sslmode=require", database.url);
    let said = refusal(&["serve"], &[("database.url", &url)], 1);
    says(&said, &["database.url", "certificate"]);
    let authority = named("PAYMENTS_TEST_CA_FILE");
    let settings = [("database.url", &*url), ("database.ca_file", &*authority)];
    let good = run(&["migrate"], &settings);
    assert!(good.status.success(), "{good:?}");
    let missing = [("database.url", &*url), ("database.ca_file", "missing.pem")];
    says(&refusal(&["serve"], &missing, 2), &["database.ca_file"]);
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let no_certificate = [("database.url", &*url), ("database.ca_file", manifest)];
    says(
        &refusal(&["serve"], &no_certificate, 2),
        &["database.ca_file"],
    );
}

#[test]
fn a_redis_whose_certificate_nobody_vouches_for_is_refused() {
    let url = named("PAYMENTS_TEST_REDIS_TLS_URL");
    let said = refusal(&["serve"], &[("flows.url", &url)], 1);
    says(&said, &["flows.url", "certificate"]);
    let authority = named("PAYMENTS_TEST_CA_FILE");
    let slow = ("flows.wait_timeout_seconds", "5");
    let good = [("flows.url", &*url), ("flows.ca_file", &*authority), slow];
    let good = run(&["export"], &good);
    assert!(good.status.success(), "{good:?}");
    let missing = [("flows.url", &*url), ("flows.ca_file", "missing.pem")];
    says(&refusal(&["serve"], &missing, 2), &["flows.ca_file"]);
}

#[test]
fn a_redis_that_cannot_be_reached_is_named() {
    let (single, sentinel, cluster) = (
        named(REDIS_URL),
        named("PAYMENTS_TEST_REDIS_SENTINEL_URL"),
        named("PAYMENTS_TEST_REDIS_CLUSTER_URL"),
    );
    let wrong_password = |url: &str| url.replace("throw-away", "s3cret");
    let no_cluster = single.replace("redis://", "redis-cluster://");
    for url in [
        "redis://:s3cret@127.0.0.1:1/0",
        "redis://:s3cret@no-such-host.invalid",
        "redis-sentinel://:s3cret@127.0.0.1:1/0?master=payments",
        &wrong_password(&single),
        &wrong_password(&sentinel),
        &wrong_password(&cluster),
        &single.replace("payments:", "nobody:"),
        &sentinel.replace("master=payments", "master=another"),
        no_cluster.trim_end_matches("/0"),
    ] {
        let said = refusal(&["serve"], &[("flows.url", url)], 1);
        says(&said, &["flows.url", "cannot be reached"]);
    }
}

#[tokio::test]
async fn a_replica_that_is_none_is_named() {
    let database = TestDatabase::migrated().await;
    for replica in [
        "mysql://u:s3cret@host/db",
        "postgres://u:s3cret@host:port/db",
    ] {
        let settings = [
            ("database.url", &*database.url),
            ("database.replica_url", replica),
        ];
        says(
            &refusal(&["serve"], &settings, 2),
            &["database.replica_url"],
        );
    }
}

#[tokio::test]
async fn a_schema_that_is_missing_or_too_new_is_refused_with_what_to_run() {
    let database = TestDatabase::empty().await;
    let settings = [("database.url", &*database.url)];
    let said = refusal(&["serve"], &settings, 1);
    says(&said, &["database.url", "run `payments migrate`"]);
    let migrated = run(&["migrate"], &settings);
    assert!(migrated.status.success(), "{migrated:?}");
    let again = run(&["migrate"], &settings);
    assert!(String::from_utf8_lossy(&again.stdout).contains("up to date"));
    assert!(run(&["export"], &settings).status.success());
    let (client, link) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls)
        .await
        .expect("PostgreSQL");
    tokio::spawn(link);
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')";
    client.batch_execute(newer).await.expect("a newer schema");
    for command in ["serve", "migrate", "import", "export", "reconcile"] {
        let arguments = if command == "import" {
            vec![command, "/dev/null"]
        } else {
            vec![command]
        };
        let said = refusal(&arguments, &settings, 1);
        says(
            &said,
            &["database.url", "newer than this program", "29990101000000"],
        );
    }
}

#[tokio::test]
async fn a_redis_that_evicts_is_refused_in_production_only() {
    let database = TestDatabase::migrated().await;
    let evicting = named("PAYMENTS_TEST_REDIS_EVICTING_URL");
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        format!("file:{}", path.display())
    };
    let url = file("database", &database.url);
    let flows = file("flows", &evicting);
    let mut settings = vec![("database.url", &*url), ("flows.url", &*flows)];
    let refused = run_in_production(&["export"], &settings);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    says(
        &String::from_utf8_lossy(&refused.stderr),
        &["flows.url", "maxmemory-policy", "flows.accept_concerns"],
    );
    settings.push(("flows.accept_concerns", "true"));
    let accepted = run_in_production(&["export"], &settings);
    assert!(accepted.status.success(), "{accepted:?}");
    let development = [("database.url", &*database.url), ("flows.url", &*evicting)];
    let warned = run(&["export"], &development);
    assert!(warned.status.success(), "{warned:?}");
    assert!(String::from_utf8_lossy(&warned.stderr).contains("maxmemory-policy"));
}
