//! What `check-settings` prints.

use payments_http::settings::{load, show};

use super::sources;

#[test]
fn shown_settings_hide_secrets() {
    let loaded = load(&sources(&[
        (
            "PAYMENTS__DATABASE__URL",
            "postgres://payments:hunter2@db:5432/payments?sslmode=require",
        ),
        ("PAYMENTS__FLOWS__URL", "redis://:hunter3@redis:6379/0"),
        ("PAYMENTS__SECURITY__KEY_RING", "1:aHVudGVyNA=="),
        ("PAYMENTS__MANAGE__TOKENS__ERP", &"ab".repeat(32)),
    ]))
    .expect("settings");
    let shown = show(&loaded);
    for secret in ["hunter2", "hunter3", "aHVudGVyNA", "abababab"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    for line in [
        "database.url = \"postgres://payments:********@db:5432/payments?sslmode=require\"",
        "http.bind = \"127.0.0.1:8080\"",
        "manage.tokens.erp = \"********\"",
    ] {
        assert!(shown.contains(line), "{line} is not in\n{shown}");
    }
}

#[test]
fn shown_settings_hide_passwords_with_a_slash_and_those_in_queries() {
    let shown_of = |key: &str, url: &str| show(&load(&sources(&[(key, url)])).expect("settings"));
    for key in [
        "PAYMENTS__DATABASE__URL",
        "PAYMENTS__DATABASE__REPLICA_URL",
        "PAYMENTS__FLOWS__URL",
    ] {
        for url in [
            "postgres://u:hun/ter2@h/db",
            "redis://h/0?password=hun/ter2",
        ] {
            let shown = shown_of(key, url);
            assert!(!shown.contains("ter2"), "{shown}");
        }
    }
}
