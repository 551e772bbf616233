//! The settings of the client that calls providers.

use std::time::Duration;

use payments_gateways::http::HttpSettings;
use payments_http::settings::{BadSettings, Settings, Sources, load};
use payments_http::wiring::outgoing::client_settings;

fn settings(variables: &[(&str, &str)]) -> Result<Settings, BadSettings> {
    let named =
        |(key, value): &(&str, &str)| (format!("PAYMENTS__GATEWAYS__{key}"), (*value).to_owned());
    let sources = Sources {
        files: Vec::new(),
        environment: variables.iter().map(named).collect(),
    };
    load(&sources).map(|loaded| loaded.settings)
}

#[test]
fn the_defaults_are_the_clients_own() {
    let client = client_settings(&settings(&[]).expect("defaults")).expect("a client");
    let own = HttpSettings::default();
    assert_eq!(client.connect_timeout, own.connect_timeout);
    assert_eq!(client.total_timeout, own.total_timeout);
    assert_eq!(client.extra_hosts, own.extra_hosts);
    assert_eq!(client.extra_roots, own.extra_roots);
    assert_eq!(client.breaker, own.breaker);
}

#[test]
fn the_settings_reach_the_client() {
    let settings = settings(&[
        ("CONNECT_TIMEOUT_MILLISECONDS", "250"),
        ("TOTAL_TIMEOUT_MILLISECONDS", "2500"),
        ("EXTRA_HOSTS", "proxy.example:8443"),
        ("BREAKER_FAILING_PERCENT", "25"),
        ("BREAKER_PAUSE_SECONDS", "30"),
    ]);
    let client = client_settings(&settings.expect("settings")).expect("a client");
    assert_eq!(client.connect_timeout, Duration::from_millis(250));
    assert_eq!(client.total_timeout, Duration::from_millis(2_500));
    assert_eq!(client.extra_hosts, ["proxy.example:8443"]);
    assert_eq!(client.breaker.failing_share.to_bits(), 0.25_f32.to_bits());
    assert_eq!(client.breaker.open_for, Duration::from_secs(30));
}

#[test]
fn values_out_of_bounds_are_refused_by_name() {
    for (key, name, values) in [
        (
            "CONNECT_TIMEOUT_MILLISECONDS",
            "connect_timeout_milliseconds",
            ["99", "10001", "-1"],
        ),
        (
            "TOTAL_TIMEOUT_MILLISECONDS",
            "total_timeout_milliseconds",
            ["499", "10001", "soon"],
        ),
        (
            "BREAKER_FAILING_PERCENT",
            "breaker_failing_percent",
            ["9", "101", "256"],
        ),
        (
            "BREAKER_PAUSE_SECONDS",
            "breaker_pause_seconds",
            ["0", "601", "long"],
        ),
    ] {
        for value in values {
            let refused = settings(&[(key, value)]).map(|_| ()).expect_err(value);
            assert!(
                refused.to_string().contains(&format!("gateways.{name}")),
                "{key}={value}: {refused}"
            );
        }
    }
}

#[test]
fn a_file_of_authorities_that_is_of_no_use_is_refused_by_name() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let empty = file.path().to_str().expect("a path");
    for path in [empty, "/nowhere/ca.pem"] {
        let settings = settings(&[("CA_FILE", path)]).expect("settings");
        let refused = client_settings(&settings)
            .map(|_| ())
            .expect_err(path)
            .to_string();
        assert!(
            refused.contains("gateways.ca_file") && refused.contains(path),
            "{refused}"
        );
    }
}
