//! Settings: valid ones, and errors by name.

use std::io::Write as _;

use payments_http::settings::{BadSettings, Settings, Sources, load};
use tempfile::NamedTempFile;

mod openid_connect;
mod shown;
mod tokens;

fn from_environment(variables: &[(&str, &str)]) -> Result<Settings, BadSettings> {
    load(&sources(variables)).map(|loaded| loaded.settings)
}

fn sources(variables: &[(&str, &str)]) -> Sources {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Sources {
        files: Vec::new(),
        environment: variables.iter().map(owned).collect(),
    }
}

fn from_file(text: &str) -> Result<Settings, BadSettings> {
    let mut file = NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("written");
    let sources = Sources {
        files: vec![file.path().to_owned()],
        environment: Vec::new(),
    };
    load(&sources).map(|loaded| loaded.settings)
}

#[test]
fn the_defaults_are_the_contracts() {
    let settings = from_environment(&[]).expect("defaults");
    assert_eq!(settings.http.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.session.cookie_name, "osessionid");
    assert!(!settings.session.enable_x_cookie_header);
    assert!(settings.csrf.accept_unbound);
    assert!(!settings.otp.require_held_card);
    assert!(settings.demo.enabled);
}

#[test]
fn the_demos_settings_let_a_page_speak_as_any_session() {
    let settings = from_file(include_str!("../../../../config/demo.toml")).expect("the demo's");
    assert!(settings.session.enable_x_cookie_header);
    assert!(settings.demo.enabled);
}

#[test]
fn the_environment_goes_over_files_and_files_over_defaults() {
    let settings = from_environment(&[
        ("PAYMENTS__HTTP__BIND", "0.0.0.0:9090"),
        ("PAYMENTS__PRICING__ROUNDING", "half_even"),
        ("PAYMENTS__SESSION__COOKIE_NAME", "12345"),
        ("PAYMENTS__SESSION__ENABLE_X_COOKIE_HEADER", "true"),
        (
            "PAYMENTS__MASTERPASS__ALLOWED_HOSTS",
            "a.example.com,b.example.com",
        ),
        ("PAYMENTS__MANAGE__TOKENS__ERP", &"ab".repeat(32)),
        ("OTHER__HTTP__BIND", "nonsense"),
    ])
    .expect("settings");
    assert_eq!(settings.http.bind.to_string(), "0.0.0.0:9090");
    assert_eq!(settings.session.cookie_name, "12345");
    assert_eq!(
        settings.masterpass.allowed_hosts,
        ["a.example.com", "b.example.com"]
    );
    assert_eq!(settings.manage.tokens.len(), 1);
    let settings = from_file("[http]\nbind = \"127.0.0.1:1\"\n").expect("settings");
    assert_eq!(settings.http.bind.to_string(), "127.0.0.1:1");
}

#[test]
fn unknown_keys_are_named() {
    for (text, key) in [
        ("[http]\nbnid = \"x\"\n", "http.bnid"),
        ("[nothing]\nx = 1\n", "nothing.x"),
        ("surprise = 1\n", "surprise"),
    ] {
        let error = from_file(text).expect_err(text).to_string();
        assert!(error.contains(key), "{text}: {error}");
    }
    let error = from_environment(&[("PAYMENTS__HTTP__BNID", "x")]).expect_err("unknown");
    assert!(error.to_string().contains("http.bnid"), "{error}");
}

#[test]
fn bad_values_are_named() {
    for (variable, value, key) in [
        ("PAYMENTS__HTTP__BIND", "nowhere", "http.bind"),
        ("PAYMENTS__PRICING__ROUNDING", "down", "pricing.rounding"),
        (
            "PAYMENTS__PRICING__TIME_ZONE",
            "Mars/Olympus",
            "pricing.time_zone",
        ),
        ("PAYMENTS__OTP__LENGTH", "9", "otp.length"),
        (
            "PAYMENTS__OTP__CODE_LIFETIME_SECONDS",
            "181",
            "otp.code_lifetime_seconds",
        ),
        (
            "PAYMENTS__OTP__CARD_LIFETIME_SECONDS",
            "301",
            "otp.card_lifetime_seconds",
        ),
        (
            "PAYMENTS__SESSION__COOKIE_NAME",
            "a b",
            "session.cookie_name",
        ),
        ("PAYMENTS__ENVIRONMENT", "staging", "environment"),
        (
            "PAYMENTS__MANAGE__TOKENS__ERP",
            "the-token-itself",
            "manage.tokens",
        ),
        (
            "PAYMENTS__HTTP__PUBLIC_URL",
            "shop.example.com",
            "http.public_url",
        ),
        ("PAYMENTS__MANAGE__BIND", "here", "manage.bind"),
        (
            "PAYMENTS__MANAGE__WRONG_TOKENS_PER_MINUTE",
            "0",
            "manage.wrong_tokens_per_minute",
        ),
        ("PAYMENTS__DEMO__ENABLED", "perhaps", "demo.enabled"),
        ("PAYMENTS__LOG__FILTER", "warning", "log.filter"),
        (
            "PAYMENTS__HTTP__WORKERS",
            "513",
            "http.workers must be 0 to 512",
        ),
        (
            "PAYMENTS__HTTP__KEEP_ALIVE_SECONDS",
            "3601",
            "http.keep_alive_seconds must be 0 to 3600",
        ),
        ("PAYMENTS__RECONCILER__BATCH", "0", "reconciler.batch"),
        (
            "PAYMENTS__RETENTION__BASKET_DAYS",
            "36501",
            "retention.basket_days must be 0 to 36500",
        ),
        (
            "PAYMENTS__OTP__CODES_PER_CUSTOMER_HOUR",
            "0",
            "otp.codes_per_customer_hour",
        ),
        (
            "PAYMENTS__OTP__CODES_PER_PHONE_HOUR",
            "0",
            "otp.codes_per_phone_hour",
        ),
        (
            "PAYMENTS__GATEWAYS__EXTRA_HOSTS",
            "proxy.example,https://the-token-itself",
            "gateways.extra_hosts",
        ),
        (
            "PAYMENTS__MASTERPASS__ALLOWED_HOSTS",
            "https://the-token-itself/",
            "masterpass.allowed_hosts",
        ),
        (
            "PAYMENTS__MASTERPASS__ALLOWED_HOSTS",
            "masterpass.example.com:443",
            "masterpass.allowed_hosts",
        ),
    ] {
        let error = from_environment(&[(variable, value)])
            .expect_err(variable)
            .to_string();
        assert!(error.contains(key), "{variable}: {error}");
        assert!(!error.contains("the-token-itself"), "{error}");
    }
}

#[test]
fn production_refuses_what_is_only_for_trying_out_all_at_once() {
    let error = from_environment(&[
        ("PAYMENTS__ENVIRONMENT", "production"),
        ("PAYMENTS__SESSION__ENABLE_X_COOKIE_HEADER", "true"),
        ("PAYMENTS__SECURITY__LASTING_KEY", "bGl0ZXJhbA=="),
    ])
    .expect_err("production");
    let text = error.to_string();
    for key in [
        "session.enable_x_cookie_header",
        "demo.enabled",
        "sms.providers",
        "gateways.enabled",
        "security.key_ring",
        "security.lasting_key",
        "http.public_url",
        "manage.tokens: ",
        "manage.bind",
        "metrics.bind",
        "otp.cooldown_seconds must be at least 60",
        "sms.daily_budget",
        "sms.breaker_codes",
    ] {
        assert!(text.contains(key), "{key}: {text}");
    }
    assert!(!text.contains("bGl0ZXJhbA"), "{text}");
}

#[test]
fn providers_are_named_in_order_with_their_own_settings() {
    let settings = from_environment(&[
        ("PAYMENTS__SMS__PROVIDERS", "netgsm,twilio"),
        ("PAYMENTS__SMS__SETTINGS__NETGSM__USERCODE", "8500000000"),
        ("PAYMENTS__GATEWAYS__ENABLED", "iyzico"),
    ])
    .expect("settings");
    assert_eq!(settings.sms.providers, ["netgsm", "twilio"]);
    assert_eq!(settings.gateways.enabled, ["iyzico"]);
    assert!(settings.sms.settings["netgsm"].contains_key("usercode"));
}

#[test]
fn what_cannot_be_read_is_named_without_the_value_that_may_be_a_password() {
    for (variable, value, problem) in [
        (
            "PAYMENTS__DATABASE",
            "postgres://u:SECRET@h/db, expected SECRET",
            "database must be a table (in the environment)",
        ),
        (
            "PAYMENTS__HTTP__WORKERS",
            "SECRET",
            "http.workers must be an integer (in the environment)",
        ),
        (
            "PAYMENTS__OTP__LENGTH",
            "300",
            "otp.length must be an unsigned 8 bit integer (in the environment)",
        ),
        (
            "PAYMENTS__ENVIRONMENT",
            "SECRET",
            "environment must be development or production (in the environment)",
        ),
        (
            "PAYMENTS__PRICING__TIME_ZONE",
            "SECRET",
            "pricing.time_zone must be a name of the time zone database (in the environment)",
        ),
        (
            "PAYMENTS__SMS__SETTINGS__NETGSM",
            "SECRET",
            "sms.settings.netgsm must be a table (in the environment)",
        ),
    ] {
        let error = from_environment(&[(variable, value)]).expect_err(variable);
        assert_eq!(error.problems, [problem], "{variable}");
    }
}

#[test]
fn a_files_mistake_is_named_by_its_place_without_the_line() {
    let file = NamedTempFile::new().expect("a file");
    let name = file.path().display().to_string();
    for (text, problem) in [
        (
            "[database]\nurl = \"postgres://u:SECRET@h/db\nca_file = \"\"\n",
            format!("{name} is not TOML at line 2, column "),
        ),
        (
            "[database]\nSECRET\n",
            format!("{name} is not TOML at line 2, column "),
        ),
        (
            "[http]\nworkers = 99999999999999999999\n",
            format!("{name} holds a value that TOML does not have"),
        ),
        (
            "database = \"postgres://u:SECRET@h/db\"\n",
            "database must be a table (in ".to_owned(),
        ),
    ] {
        std::fs::write(file.path(), text).expect("written");
        let sources = Sources {
            files: vec![file.path().to_owned()],
            environment: Vec::new(),
        };
        let error = load(&sources).expect_err(text).to_string();
        assert!(error.starts_with(&problem), "{text}: {error}");
        assert!(!error.contains("SECRET"), "{text}: {error}");
    }
}

#[test]
fn the_bounds_themselves_are_taken() {
    for (variable, value) in [
        ("PAYMENTS__HTTP__WORKERS", "512"),
        ("PAYMENTS__HTTP__KEEP_ALIVE_SECONDS", "3600"),
        ("PAYMENTS__RECONCILER__BATCH", "1"),
        ("PAYMENTS__RETENTION__CLOSED_INTENT_DAYS", "0"),
        ("PAYMENTS__RETENTION__PRE_ORDER_DAYS", "36500"),
        ("PAYMENTS__OTP__CODES_PER_CUSTOMER_HOUR", "1"),
        ("PAYMENTS__OTP__CODES_PER_PHONE_HOUR", "1"),
        ("PAYMENTS__SMS__COUNTRY", "DE"),
        ("PAYMENTS__SMS__ALLOWED_COUNTRIES", "TR,DE"),
        ("PAYMENTS__GATEWAYS__EXTRA_HOSTS", "proxy:8443,127.0.0.1:1"),
    ] {
        let taken = from_environment(&[(variable, value)]);
        assert!(taken.is_ok(), "{variable}={value}: {taken:?}");
    }
}

#[test]
fn a_variables_text_stays_as_it_is_and_an_empty_list_is_empty() {
    let settings = from_environment(&[
        ("PAYMENTS__FLOWS__KEY_PREFIX", "007"),
        ("PAYMENTS__SESSION__COOKIE_NAME", "TRUE"),
        ("PAYMENTS__SMS__PROVIDERS", "007,sandbox"),
        ("PAYMENTS__GATEWAYS__ENABLED", "007"),
        ("PAYMENTS__GATEWAYS__EXTRA_HOSTS", ""),
        ("PAYMENTS__HTTP__WORKERS", "2"),
        ("PAYMENTS__DEMO__ENABLED", "false"),
    ])
    .expect("settings");
    assert_eq!(settings.flows.key_prefix, "007");
    assert_eq!(settings.session.cookie_name, "TRUE");
    assert_eq!(settings.sms.providers, ["007", "sandbox"]);
    assert_eq!(settings.gateways.enabled, ["007"]);
    assert!(settings.gateways.extra_hosts.is_empty());
    assert_eq!(settings.http.workers, 2);
    assert!(!settings.demo.enabled);
}
