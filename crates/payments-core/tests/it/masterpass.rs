//! Masterpass: its point of sale and configuration.

use payments_core::catalog::PaymentType;
use payments_core::masterpass::{MasterpassConfig, point_of_sale};
use serde_json::{Map, Value, json};

use crate::shop::{catalog, parts, payment_option, pos};

const ALLOWED: [&str; 2] = ["cdn.masterpass.example", "shop.example"];

fn config() -> Map<String, Value> {
    let config = json!({
        "js": "https://cdn.masterpass.example/mfs.js",
        "client_id": "client-1",
        "merchant_id": "merchant-1",
        "s3d_return_url": "https://shop.example/orders/checkout/?page=MasterpassCompletePage",
    });
    config.as_object().unwrap().clone()
}

fn with(key: &str, value: Value) -> Map<String, Value> {
    let mut config = config();
    config.insert(key.to_owned(), value);
    config
}

fn mistakes(config: &Map<String, Value>) -> Vec<(String, String)> {
    let mistakes = MasterpassConfig::parse(config, &ALLOWED).unwrap_err();
    mistakes
        .into_iter()
        .map(|mistake| (mistake.pointer, mistake.problem.to_string()))
        .collect()
}

fn one(pointer: &str, problem: &str) -> [(String, String); 1] {
    [(pointer.to_owned(), problem.to_owned())]
}

const NOT_TEXT: &str = "use a text of 1 to 2000 characters";

#[test]
fn a_configuration_round_trips() {
    let read = MasterpassConfig::parse(&config(), &ALLOWED).unwrap();
    assert_eq!(read.js, "https://cdn.masterpass.example/mfs.js");
    assert_eq!(read.client_id, "client-1");
    assert_eq!(read.merchant_id, "merchant-1");
    assert_eq!(
        read.s3d_return_url,
        "https://shop.example/orders/checkout/?page=MasterpassCompletePage"
    );
}

#[test]
fn a_custom_merchant_has_an_empty_identifier() {
    let mut custom = with("merchant_type", json!("custom"));
    assert_eq!(
        MasterpassConfig::parse(&custom, &ALLOWED)
            .unwrap()
            .merchant_id,
        ""
    );
    custom.remove("merchant_id");
    assert_eq!(
        MasterpassConfig::parse(&custom, &ALLOWED)
            .unwrap()
            .merchant_id,
        ""
    );
    let normal = with("merchant_type", json!("normal"));
    assert_eq!(
        MasterpassConfig::parse(&normal, &ALLOWED)
            .unwrap()
            .merchant_id,
        "merchant-1"
    );
}

#[test]
fn every_wrong_key_is_reported() {
    let missing = |key: &str| (key.to_owned(), "this is required".to_owned());
    assert_eq!(
        mistakes(&Map::new()),
        ["/js", "/client_id", "/merchant_id", "/s3d_return_url"].map(missing)
    );
    for (key, value) in [
        ("client_id", json!(7)),
        ("client_id", json!("a\u{0}")),
        ("merchant_type", json!(1)),
    ] {
        assert_eq!(
            mistakes(&with(key, value)),
            one(&format!("/{key}"), NOT_TEXT)
        );
    }
}

#[test]
fn only_plain_https_urls_of_allowed_hosts_are_accepted() {
    for bad in [
        "http://shop.example/",
        "//shop.example/",
        "/orders/checkout/",
        "https:shop.example",
        "https:///shop.example",
        "HTTPS://shop.example/",
        "https://user@shop.example/",
        "https://evil.example\\@shop.example/",
        "https://shop.example:0/",
        "https://shop.example:port/",
        "https://shop.example/#fragment",
        "https://shop.example/a b",
        "https://shöp.example/",
        "https://[::1]/",
        "https://-shop.example/",
        "javascript:alert(1)",
        "",
    ] {
        let expected = if bad.is_empty() {
            NOT_TEXT
        } else {
            "use an absolute https URL"
        };
        let mistakes = mistakes(&with("s3d_return_url", json!(bad)));
        assert_eq!(mistakes, one("/s3d_return_url", expected), "{bad}");
    }
    for other in [
        "https://evil.example/",
        "https://a.shop.example/",
        "https://shop.example.evil/",
    ] {
        let expected = one("/js", "this host is not allowed");
        assert_eq!(mistakes(&with("js", json!(other))), expected, "{other}");
    }
    for good in [
        "https://SHOP.example",
        "https://shop.example:8443/x?y=https%3A//z",
        "https://shop.example?q",
    ] {
        let config = with("s3d_return_url", json!(good));
        assert_eq!(
            MasterpassConfig::parse(&config, &ALLOWED)
                .unwrap()
                .s3d_return_url,
            good
        );
    }
}

#[test]
fn an_active_option_with_an_active_masterpass_point_of_sale_is_found() {
    let mut parts = parts();
    parts.pos.push(pos(2, "masterpass"));
    let found = |parts: &_| point_of_sale(&catalog(Clone::clone(parts))).map(|pos| pos.pk.get());
    assert_eq!(found(&parts), None);
    parts
        .payment_options
        .push(payment_option(2, "wrong-pos", PaymentType::Masterpass, 1));
    assert_eq!(found(&parts), None);
    parts
        .payment_options
        .push(payment_option(3, "masterpass", PaymentType::Masterpass, 2));
    assert_eq!(found(&parts), Some(2));
    parts.pos[1].is_active = false;
    assert_eq!(found(&parts), None);
    parts.pos[1].is_active = true;
    parts.payment_options[2].is_active = false;
    assert_eq!(found(&parts), None);
}
