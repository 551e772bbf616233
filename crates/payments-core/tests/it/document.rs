//! The import document: what is accepted, how mistakes are reported, and round trips.

use chrono::DateTime;
use payments_core::catalog::Policy;
use payments_core::import::{Document, write_document};
use payments_core::json::Violations;
use payments_core::record::Record;
use serde_json::{Value, json};

mod against_stored;
mod keys_and_secrets;
mod mutations;
mod report;

fn policy() -> Policy {
    Policy {
        literal_secrets: false,
        masterpass_hosts: vec!["mp.example.com".to_owned()],
    }
}

fn parse(document: &Value) -> Result<Document, Violations> {
    Document::parse(document.to_string().as_bytes(), &policy())
}

/// The mistakes of a document, each as `pointer: sentence`.
fn mistakes(text: &str) -> Vec<String> {
    let violations = Document::parse(text.as_bytes(), &policy()).unwrap_err();
    violations.iter().map(ToString::to_string).collect()
}

fn check(document: &Value, expected: &[&str]) {
    assert_eq!(mistakes(&document.to_string()), expected, "{document}");
}

fn card(installments: &Value) -> Value {
    json!({"cards": [{
        "pk": 1, "name": "Bonus", "slug": "bonus-card", "card_payment_type": "credit",
        "bank": 1, "card_type": 1, "pos": 1, "bins": ["554960"], "installments": installments,
    }]})
}

/// A document with all parts and all keys.
fn whole() -> Value {
    json!({
        "banks": [{"pk": 1, "name": "Garanti", "slug": "garanti", "logo": "https://a.example/x.png", "logo_path": "logos/g.svg"}],
        "card_types": [{"pk": 1, "name": "Bonus", "slug": "bonus", "logo": null, "logo_path": null}],
        "pos": [{"pk": 1, "name": "Sandbox", "slug": "sandbox", "gateway": "sandbox", "is_active": true,
                 "config": {"api_key": "env:API_KEY", "terminal": 7, "three_d": true}}],
        "cards": [{
            "pk": 1, "name": "Bonus", "slug": "bonus-card", "card_payment_type": "credit", "bank": 1,
            "card_type": 1, "pos": 1, "sort_order": -3, "is_active": true, "is_commercial": true, "is_fallback": false, "bins": ["554960"],
            "installments": [{"pk": 11, "installment_count": 3, "interest_rate": "4.75",
                              "label": {"tr": "3 Taksit", "en": "3 Installments"}, "is_active": false}],
        }],
        "payment_options": [{"pk": 1, "name": "Kart", "slug": "credit-card", "payment_type": "credit_card",
                             "pos": 1, "is_active": true, "sort_order": 1}],
        "rules": [{"slug": "gold", "name": "Gold", "when": {"category": ["jewellery/gold"]},
                   "then": {"cap_installments": 1}, "is_active": true,
                   "valid_from": "2026-01-01T00:00:00Z", "valid_until": "2027-01-01T00:00:00Z"}],
        "products": [{"pk": 1, "name": "Küpe", "price": "19.49", "currency": "TRY",
                      "categories": ["jewellery/gold"], "attributes": {"carat": 22, "bullion": false, "tone": "rose"},
                      "is_active": true}],
        "customers": [{"pk": 7, "phone_number": "05551234567", "segments": ["loyal"], "is_active": true}],
        "baskets": [{"pk": 9, "customer": 7, "state": "open", "currency": "TRY", "total": "38.98",
                     "items": [{"product": 1, "quantity": 2, "price": "19.49"}]}],
        "pre_orders": [{"pk": 4, "basket": 9, "state": "open", "currency": "TRY", "total": "48.98"}],
    })
}

#[test]
fn a_whole_document_round_trips() {
    let document = parse(&whole()).unwrap();
    let written: Value =
        serde_json::from_str(&write_document(&document.change().upserts).unwrap()).unwrap();
    assert_eq!(written, whole());
    assert_eq!(parse(&written).unwrap().change(), document.change());
}

#[test]
fn an_empty_document_is_a_document() {
    assert!(parse(&json!({})).unwrap().change().upserts.is_empty());
    assert!(
        parse(&json!({"banks": []}))
            .unwrap()
            .change()
            .upserts
            .is_empty()
    );
}

#[test]
fn optional_keys_have_defaults() {
    let document = parse(&json!({
        "pos": [{"pk": 1, "name": "A", "slug": "a", "gateway": "sandbox"}],
        "baskets": [{"pk": 9, "currency": "JPY", "total": 120}],
        "rules": [{"slug": "draft", "name": "Draft"}],
    }));
    let document = document.unwrap();
    let written: Value =
        serde_json::from_str(&write_document(&document.change().upserts).unwrap()).unwrap();
    assert_eq!(written["pos"][0]["is_active"], json!(true));
    assert_eq!(written["baskets"][0]["state"], json!("open"));
    assert_eq!(written["baskets"][0]["total"], json!("120"));
    assert_eq!(written["rules"][0]["when"], json!({}));
}

#[test]
fn every_mistake_is_reported_by_its_pointer() {
    let mut document = whole();
    document["cards"][0]["installments"][0]["interest_rate"] = json!("-100");
    document["products"][0]["price"] = json!("19.495");
    document["customers"][0]["phone_number"] = json!("0555");
    check(
        &document,
        &[
            "/cards/0/installments/0/interest_rate: use a percentage from -99.9999 to 1000 with at most 4 fraction digits",
            "/products/0/price: use no more fraction digits than the currency has",
            "/customers/0/phone_number: use a phone number of 10 to 14 digits, or null",
        ],
    );
}

#[test]
fn unknown_repeated_and_missing_keys_are_mistakes() {
    check(&json!({"bank": []}), &["/bank: unknown key"]);
    check(
        &json!({"banks": [{"pk": 1, "slug": "a", "colour": 1}]}),
        &[
            "/banks/0/name: this is required",
            "/banks/0/colour: unknown key",
        ],
    );
    assert_eq!(
        mistakes(r#"{"banks": [], "banks": []}"#),
        ["/banks: this key is repeated"]
    );
}

#[test]
fn two_objects_with_the_same_key_are_a_mistake() {
    check(
        &json!({"banks": [{"pk": 1, "name": "A", "slug": "a"}, {"pk": 1, "name": "B", "slug": "b"}]}),
        &["/banks/1: this has the key of /banks/0"],
    );
}

#[test]
fn values_of_the_input_are_never_repeated() {
    for text in [
        r#"{"4111111111111111": 1}"#,
        r#"{"banks": "4111111111111111"}"#,
        r#"{"banks": [{"pk": "4111111111111111"}]}"#,
        "{\"<script>\": 1}",
        "4111111111111111",
        r#"{"rules": [{"slug": "a", "name": "a", "when": {"bank": ["4111111111111111 "]}}]}"#,
        r#"{"rules": [{"slug": "a", "name": "a", "when": {"<script>": 1, "not": {"evil 4111": 1}}, "then": {"a 4111": 1}}]}"#,
        r#"{"rules": [{"slug": "a", "name": "a", "when": {"attribute": {"some 4111111111111111": []}}}]}"#,
    ] {
        let messages = mistakes(text).join("\n");
        assert!(
            !messages.contains("4111") && !messages.contains("script"),
            "{messages}"
        );
    }
}

#[test]
fn input_that_is_not_json_is_reported_as_such() {
    for text in [
        "",
        "{",
        "[1,]",
        "nul",
        "{\"banks\": [}",
        "\u{feff}{}",
        "{} {}",
        "{\"a\":\"\\ud800\"}",
    ] {
        let messages = mistakes(text);
        assert!(messages[0].contains("not JSON"), "{text:?}: {messages:?}");
    }
    assert!(Document::parse(&[0xff, 0xfe], &policy()).is_err());
    for text in ["null", "[]", "\"x\"", "1", "true"] {
        assert_eq!(mistakes(text), [": use an object"], "{text}");
    }
}

#[test]
fn a_lone_surrogate_is_one_mistake_at_its_place() {
    let text = |name: &str| {
        format!("{{\n\n\n\n\n\"banks\": [{{\"pk\": 1, \"name\": {name}, \"slug\": \"a\"}}]}}")
    };
    let message = "this is not JSON: an escape is half of a surrogate pair";
    assert_eq!(
        mistakes(&text(r#""\ud800""#)),
        [format!("/banks/0/name: {message}")]
    );
    assert_eq!(
        mistakes(&text(r#"{"\ud800": 1}"#)),
        [format!("/banks/0/name: {message}")]
    );
    let in_a_rule = r#"{"rules": [{"slug": "a", "name": "A", "when": {"bank": ["\udc00", 1]}}]}"#;
    assert_eq!(
        mistakes(in_a_rule),
        [
            format!("/rules/0/when/bank/0: {message}"),
            "/rules/0/when/bank/1: use a slug".to_owned()
        ]
    );
    assert_eq!(
        mistakes("{\n\n\n\n\n\"banks\": [}"),
        [": this is not JSON: reading stopped at line 6, column 11"]
    );
}

#[test]
fn deep_documents_are_refused_without_recursion_to_their_depth() {
    let text = format!(
        "{{\"banks\": {}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let violations = Document::parse(text.as_bytes(), &policy()).unwrap_err();
    assert!(
        violations
            .iter()
            .any(|violation| violation.to_string().contains("nested"))
    );
}

#[test]
fn amounts_and_rates_are_exact_as_texts_and_as_numbers() {
    let price = |price: &str| {
        format!(
            r#"{{"products": [{{"pk": 1, "name": "A", "currency": "TRY", "price": {price}}}]}}"#
        )
    };
    for (given, kept) in [
        ("19.49", "19.49"),
        ("\"19.49\"", "19.49"),
        ("19.4900", "19.49"),
        ("1e2", "100.00"),
        ("0", "0.00"),
        // More digits than a binary float can hold.
        ("92233720368547758.07", "92233720368547758.07"),
        ("\"90071992547409.93\"", "90071992547409.93"),
    ] {
        let document = Document::parse(price(given).as_bytes(), &policy()).unwrap();
        let Record::Product(product) = &document.change().upserts[0] else {
            panic!("a product")
        };
        assert_eq!(product.price.to_string(), kept);
    }
    for large in ["1e30", "1e400", "1e4294967296", "1e9223372036854775807"] {
        assert_eq!(
            mistakes(&price(large)),
            ["/products/0/price: use a smaller amount"],
            "{large}"
        );
    }
    for refused in [
        "-1",
        "\"-1\"",
        "\"+1\"",
        "\" 1\"",
        "\"1,5\"",
        "\"1e2\"",
        "\".5\"",
        "\"5.\"",
        "\"\"",
        "\"٣\"",
        "0.001",
        "92233720368547758.08",
        "1e400",
        "1e999999999",
        "null",
        "true",
        "\"NaN\"",
    ] {
        let messages = mistakes(&price(refused));
        assert!(
            messages.len() == 1 && messages[0].starts_with("/products/0/price: "),
            "{refused}: {messages:?}"
        );
    }
}

#[test]
fn the_shortest_text_of_a_double_is_kept_as_a_number() {
    let weight = |text: &str| {
        format!(
            r#"{{"products": [{{"pk": 1, "name": "A", "currency": "TRY", "price": 1, "attributes": {{"weight": {text}}}}}]}}"#
        )
    };
    for text in ["13.114189588902203", "0.1", "1e+23", "5e-324"] {
        let document = Document::parse(weight(text).as_bytes(), &policy()).unwrap();
        let Record::Product(product) = &document.change().upserts[0] else {
            panic!("a product")
        };
        assert_eq!(product.attributes["weight"].to_string(), text);
    }
    assert_eq!(
        mistakes(&weight("13.1141895889022031")),
        ["/products/0/attributes/weight: use fewer digits, or a text"]
    );
}

#[test]
fn primary_keys_are_positive_integers_of_64_bits() {
    for refused in [
        "0",
        "-1",
        "1.0",
        "1e3",
        "\"1\"",
        "9223372036854775808",
        "null",
    ] {
        let text = format!(r#"{{"banks": [{{"pk": {refused}, "name": "A", "slug": "a"}}]}}"#);
        assert_eq!(
            mistakes(&text),
            ["/banks/0/pk: use an integer from 1 to 9223372036854775807"]
        );
    }
}

#[test]
fn texts_with_control_characters_are_refused() {
    for name in ["", "   ", "a\u{0}b", "a\nb", &"x".repeat(201)] {
        check(
            &json!({"banks": [{"pk": 1, "name": name, "slug": "a"}]}),
            &["/banks/0/name: use a text of 1 to 200 characters, none of them a control character"],
        );
    }
}

#[test]
fn mistakes_in_rules_have_pointers_into_the_document() {
    check(
        &json!({"rules": [{"slug": "a", "name": "A", "when": {"all": [{"bank": []}]}, "then": {"cap_installments": 0}}]}),
        &[
            "/rules/0/when/all/0/bank: this must not be empty",
            "/rules/0/then/cap_installments: use an integer from 1 to 99",
        ],
    );
    check(
        &json!({"rules": [{"slug": "a", "name": "A", "valid_from": "2027-01-01T00:00:00Z", "valid_until": "2026-01-01T00:00:00Z"}]}),
        &["/rules/0/valid_until: the end must lie after the beginning"],
    );
}

#[test]
fn a_rule_may_name_the_attributes_a_product_may_have() {
    let odd = json!({"the tone": "rose", "4111111111111111": 1});
    let words = |at: &str| {
        format!("{at}/?: use a key of 1 to 64 letters, digits, dashes, dots or underscores")
    };
    let mut document = whole();
    document["products"][0]["attributes"] = odd;
    document["rules"][0]["when"] = json!({"attribute": {"the tone": ["rose"]}, "item": {"attribute": {"4111111111111111": []}}});
    assert_eq!(
        mistakes(&document.to_string()),
        [
            words("/rules/0/when/attribute"),
            words("/rules/0/when/item/attribute"),
            words("/products/0/attributes"),
            words("/products/0/attributes"),
        ]
    );
}

#[test]
fn instants_have_an_offset_and_at_most_microseconds() {
    let session = |at: &str| json!({"sessions": [{"id": "demo_visitor_00000000000000000001", "expires_at": at}]});
    let document = parse(&session("2027-01-01T03:00:00.5+03:00")).unwrap();
    let Record::Session(session_read) = &document.change().upserts[0] else {
        panic!("a session")
    };
    assert_eq!(
        session_read.expires_at,
        DateTime::from_timestamp(1_798_761_600, 500_000_000).unwrap()
    );
    for refused in [
        "2027-01-01",
        "2027-01-01T00:00:00",
        "tomorrow",
        "2027-01-01T00:00:00.0000001Z",
        "2026-12-31T23:59:60Z",
    ] {
        check(
            &session(refused),
            &[
                "/sessions/0/expires_at: use an instant such as 2027-01-01T00:00:00Z with at most 6 decimals",
            ],
        );
    }
}
