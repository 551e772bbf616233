//! Settings that production refuses.

use crate::program::{run_in_production, told_in_production};

const HASH_OF_DEMO: &str = "2a97516c354b68848cdbd8f54a226a0a55b21ed138e207ad6c5cbb9c00aa5aea";
const HASH_OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
const OTHER: &str = "2e70b9d3b1fa5a4c8d6e9f203b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e";
/// The hash of the token `back_office`.
const USED: &str = "1D6fb8c2a0e94f3b7c5d8e1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d";

/// Each setting, a value that production refuses, and the beginning of the error.
const REFUSED: [(&str, &str, &str); 66] = [
    ("demo.enabled", "true", "demo.enabled"),
    (
        "session.enable_x_cookie_header",
        "true",
        "session.enable_x_cookie_header",
    ),
    (
        "sms.providers",
        "sandbox",
        "sms.providers: production refuses the sandbox",
    ),
    (
        "gateways.enabled",
        "sandbox",
        "gateways.enabled: production refuses the sandbox",
    ),
    (
        "manage.tokens.back_office.sha256",
        HASH_OF_DEMO,
        "manage.tokens.back_office is the hash of a token that is easy to guess",
    ),
    (
        "manage.tokens.back_office.sha256",
        HASH_OF_NOTHING,
        "manage.tokens.back_office is the hash of a token that is easy to guess",
    ),
    (
        "manage.tokens.back_office.sha256",
        ZEROS,
        "manage.tokens.back_office is the hash of a token that is easy to guess",
    ),
    (
        "manage.tokens.back_office.sha256",
        "demo",
        "manage.tokens.back_office must hold a SHA-256 hash",
    ),
    (
        "manage.tokens.x",
        USED,
        "manage.tokens.x is the same token as another one",
    ),
    (
        "manage.tokens.x",
        OTHER,
        "manage.tokens.x: production wants scopes",
    ),
    ("manage.bind", "", "manage.bind: customers would reach"),
    (
        "http.max_connections_per_peer",
        "0",
        "http.max_connections_per_peer must be",
    ),
    (
        "http.trusted_proxies",
        "::1,0.0.0.0/0",
        "http.trusted_proxies trusts every address",
    ),
    (
        "otp.cooldown_seconds",
        "0",
        "otp.cooldown_seconds must be at least 60",
    ),
    ("sms.daily_budget", "1000000", "sms.daily_budget must say"),
    ("sms.breaker_codes", "0", "sms.breaker_codes must be set"),
    ("security.key_ring", "", "security.key_ring is missing"),
    (
        "security.lasting_key",
        "",
        "security.lasting_key is missing",
    ),
    (
        "security.key_ring",
        "1:q0kPjcx3Vv2lYd8rZ7s1uWbN5tGmE4oHfA9iKyTzQ6M=",
        "security.key_ring must be a reference",
    ),
    (
        "security.lasting_key",
        "Zm3xP8vQ1sLr7TnKy5WcUj0dHgBa2EoIe6fMtXq9RzY=",
        "security.lasting_key must be a reference",
    ),
    (
        "security.lasting_key",
        "file:KEYS/zeros",
        "security.lasting_key is not random",
    ),
    (
        "security.key_ring",
        "file:KEYS/twice",
        "security.key_ring: key 1 is the same as key_ring: key 2",
    ),
    (
        "security.key_ring",
        "file:KEYS/twice",
        "security.lasting_key is the same as key_ring: key 2",
    ),
    (
        "security.lasting_key",
        "file:KEYS/readable",
        "security.lasting_key names a world-readable file",
    ),
    (
        "security.lasting_key",
        "file:KEYS/none",
        "security.lasting_key names a file that cannot be read",
    ),
    (
        "security.lasting_key",
        "env:NOT_SET_ANYWHERE",
        "security.lasting_key names an environment variable",
    ),
    (
        "quotes.keys",
        "1:q0kPjcx3Vv2lYd8rZ7s1uWbN5tGmE4oHfA9iKyTzQ6M=",
        "quotes.keys must be a reference",
    ),
    (
        "quotes.keys",
        "file:KEYS/lasting",
        "quotes.keys needs 1 to 8",
    ),
    (
        "quotes.keys",
        "file:KEYS/weak",
        "quotes.keys: key 1 is not random",
    ),
    (
        "quotes.keys",
        "file:KEYS/twice",
        "quotes.keys: key 1 has the number or the bytes of an earlier key",
    ),
    (
        "quotes.keys",
        "file:KEYS/readable",
        "quotes.keys names a world-readable file",
    ),
    (
        "quotes.keys",
        "env:NOT_SET_ANYWHERE",
        "quotes.keys names an environment variable",
    ),
    ("otp.length", "4", "otp.length must be 6 to 8 in production"),
    (
        "otp.require_held_card",
        "false",
        "otp.require_held_card is false",
    ),
    (
        "otp.codes_per_customer_hour",
        "1000",
        "otp.codes_per_customer_hour must be 1 to 10",
    ),
    (
        "otp.codes_per_phone_hour",
        "11",
        "otp.codes_per_phone_hour must be 1 to 10",
    ),
    (
        "http.request_deadline_seconds",
        "0",
        "http.request_deadline_seconds must be",
    ),
    (
        "http.request_deadline_seconds",
        "3600",
        "http.request_deadline_seconds must be",
    ),
    (
        "http.shutdown_timeout_seconds",
        "0",
        "http.shutdown_timeout_seconds must be",
    ),
    (
        "http.body_limit_bytes",
        "1073741824",
        "http.body_limit_bytes must be",
    ),
    (
        "http.manage_body_limit_bytes",
        "1073741824",
        "http.manage_body_limit_bytes must be",
    ),
    (
        "reconciler.interval_seconds",
        "86400",
        "reconciler.interval_seconds must be",
    ),
    (
        "reconciler.gateway_horizon_seconds",
        "60",
        "reconciler.gateway_horizon_seconds must be",
    ),
    ("flows.url", "memory:", "flows.url is memory"),
    (
        "database.url",
        "sqlite:var/payments.db",
        "database.url is SQLite",
    ),
    (
        "database.url",
        "postgres://u:hunter2@127.0.0.1/db",
        "database.url holds a password",
    ),
    (
        "database.url",
        "postgres://u@127.0.0.1/db?password=hunter2",
        "database.url holds a password",
    ),
    (
        "database.replica_url",
        "postgres://u:hunter2@127.0.0.1/db",
        "database.replica_url holds a password",
    ),
    (
        "flows.url",
        "redis://:hunter2@127.0.0.1",
        "flows.url holds a password",
    ),
    (
        "flows.url",
        "env:NOT_SET_ANYWHERE",
        "flows.url names an environment variable that is not set",
    ),
    (
        "database.url",
        "postgres://u@db.acme.com.tr/db?sslmode=disable",
        "database.url or database.replica_url leaves",
    ),
    (
        "flows.url",
        "redis://cache.acme.com.tr",
        "flows.url leaves this machine without TLS",
    ),
    (
        "gateways.extra_hosts",
        "sandbox-api.iyzipay.com",
        "gateways.extra_hosts names a provider's sandbox",
    ),
    (
        "gateways.extra_hosts",
        "169.254.169.254",
        "gateways.extra_hosts names an address behind which",
    ),
    (
        "gateways.extra_hosts",
        "proxy.example.com",
        "gateways.extra_hosts names a host that is kept for examples",
    ),
    (
        "gateways.ca_file",
        "missing.pem",
        "no usable certificate authorities: gateways.ca_file",
    ),
    (
        "http.public_url",
        "",
        "http.public_url must be what customers reach",
    ),
    (
        "http.public_url",
        "http://shop.acme.com.tr",
        "http.public_url must be what customers reach",
    ),
    (
        "http.public_url",
        "https://u:hunter2@shop.acme.com.tr",
        "http.public_url must be empty or begin",
    ),
    (
        "http.public_url",
        "https://shop.example.com",
        "http.public_url names a host that is kept for examples",
    ),
    (
        "masterpass.allowed_hosts",
        "masterpass.example.com",
        "masterpass.allowed_hosts names a host that is kept",
    ),
    ("metrics.bind", "", "metrics.bind: customers would see"),
    (
        "metrics.bind",
        "0.0.0.0:9464",
        "metrics.bind can be reached from other networks",
    ),
    (
        "sms.settings.netgsm.password",
        "hunter2",
        "sms.settings.netgsm.password: it is a literal secret",
    ),
    ("sms.providers", "", "sms.providers: name at least one"),
    ("production.accept", "everything", "production.accept"),
];

#[test]
fn production_accepts_its_file_once_it_is_filled_in() {
    let (code, said) = told_in_production(&[]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = told_in_production(&[("database.url", "file:KEYS/database")]);
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn each_setting_that_exposes_money_cards_or_secrets_is_refused() {
    for (key, value, refusal) in REFUSED {
        let (code, said) = told_in_production(&[(key, value)]);
        assert_eq!(code, Some(2), "{key} = {value}: {said}");
        let is_told = said
            .lines()
            .any(|line| line.trim_start_matches("payments: ").starts_with(refusal));
        assert!(is_told, "{key} = {value}: {said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn everything_is_refused_at_once_and_by_serve_as_by_check_settings() {
    let bad = [
        ("demo.enabled", "true"),
        ("otp.length", "4"),
        ("flows.url", "memory:"),
        ("security.lasting_key", "file:KEYS/zeros"),
        ("sms.settings.netgsm.password", "hunter2"),
        ("database.url", "postgres://u:hunter2@127.0.0.1/db"),
        ("manage.tokens.back_office.sha256", HASH_OF_DEMO),
        ("gateways.ca_file", "missing.pem"),
        ("masterpass.allowed_hosts", "masterpass.example.com"),
    ];
    let (code, said) = told_in_production(&bad);
    assert_eq!(code, Some(2), "{said}");
    for (key, _) in bad {
        let key = key.trim_end_matches(".sha256");
        assert!(said.contains(key), "{key}: {said}");
    }
    let served = run_in_production(&["serve"], &bad);
    assert_eq!(served.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&served.stderr), said);
}

#[test]
fn risks_that_an_operator_may_accept_are_accepted_by_name() {
    for (key, value, risk) in [
        ("otp.require_held_card", "false", "codes_without_card"),
        ("flows.url", "memory:", "memory_flows"),
        ("database.url", "sqlite:var/payments.db", "sqlite"),
        (
            "database.url",
            "postgres://u@db.acme.com.tr/db?sslmode=disable",
            "plaintext_database",
        ),
        ("flows.url", "redis://cache.acme.com.tr", "plaintext_flows"),
        (
            "security.lasting_key",
            "file:KEYS/readable",
            "readable_key_files",
        ),
        (
            "gateways.extra_hosts",
            "sandbox-api.iyzipay.com",
            "provider_sandboxes",
        ),
        ("metrics.bind", "0.0.0.0:9464", "public_metrics"),
    ] {
        let (code, said) = told_in_production(&[(key, value)]);
        assert_eq!(code, Some(2), "{risk}: {said}");
        assert!(said.contains(risk), "{risk}: {said}");
        let (code, said) = told_in_production(&[(key, value), ("production.accept", risk)]);
        assert_eq!(code, Some(0), "{risk}: {said}");
    }
}
