//! JSON bodies and documents. Every mistake has a place, and no message repeats a value.

use bolero::check;
use payments_core::catalog::Policy;
use payments_core::import::{Document, write_document};
use payments_core::instrument::InstrumentBody;
use payments_core::json::Violations;
use payments_core::quote_request::{QuoteRequest, quote_to_verify};
use payments_core::quotes::QuoteClaims;

use payments_assurance::edits::{Edit, edited};

/// A document with all parts.
const STORE: &str = include_str!("../../../payments-demo/store.json");

/// A value that no message may repeat.
const CANARY: &str = "canary-5528790000000008";

fn policy() -> Policy {
    Policy {
        literal_secrets: false,
        masterpass_hosts: Vec::new(),
    }
}

fn say_nothing_of_it(violations: &Violations) {
    assert!(!violations.is_empty(), "a refusal has a reason");
    for violation in violations {
        let said = violation.to_string();
        assert!(!said.contains("5528790000000008"), "{said}");
    }
}

#[test]
fn import_documents() {
    check!().with_type::<Vec<Edit>>().for_each(|edits| {
        let bytes = edited(STORE.as_bytes(), edits);
        match Document::parse(&bytes, &policy()) {
            Ok(document) => {
                let upserts = &document.change().upserts;
                let written = write_document(upserts).expect("what was read can be written");
                let again = Document::parse(written.as_bytes(), &policy());
                again.expect("what was written can be read");
            }
            Err(violations) => say_nothing_of_it(&violations),
        }
    });
}

/// Rules and conditions, small enough that most changes hit them.
const RULES: &str = r#"{"rules": [
    {"slug": "gold", "name": "Gold", "when": {"category": ["jewellery/gold"], "total": {"min": "10.00", "max": "99.99"}},
     "then": {"cap_installments": 1}, "is_active": true, "valid_from": "2026-01-01T00:00:00Z", "valid_until": null},
    {"slug": "cheap", "name": "canary-5528790000000008", "when": {"not": {"any": [{"bank": ["garanti"]}, {"bin": ["552879"]}]}},
     "then": {"replace_rate": "1.25"}}
]}"#;

#[test]
fn rules() {
    assert!(RULES.contains(CANARY));
    check!().with_type::<Vec<Edit>>().for_each(|edits| {
        let read = Document::parse(&edited(RULES.as_bytes(), edits), &policy());
        if let Err(violations) = read {
            say_nothing_of_it(&violations);
        }
    });
}

const QUOTE_REQUEST: &str =
    r#"{"basket": true, "card": 1, "installment_count": 3, "bin": "552879", "saved_card": 5}"#;
const VERIFY: &str = r#"{"quote": "eyJhbGciOiJFZERTQSJ9.e30.AAAA"}"#;
const INSTRUMENT: &str =
    r#"{"customer": 7, "order": "order-17", "quote": "eyJhbGciOiJFZERTQSJ9.e30.AAAA"}"#;

#[test]
fn bodies() {
    check!()
        .with_type::<(Vec<Edit>, Vec<u8>)>()
        .for_each(|(edits, bytes)| {
            for body in [QUOTE_REQUEST, VERIFY, INSTRUMENT] {
                for bytes in [&edited(body.as_bytes(), edits), bytes] {
                    let refused = [
                        QuoteRequest::from_json(bytes).err(),
                        quote_to_verify(bytes).err(),
                        InstrumentBody::from_json(bytes).err(),
                    ];
                    refused.iter().flatten().for_each(say_nothing_of_it);
                }
            }
        });
}

const CLAIMS: &str = r#"{
    "iss": "https://pay.example", "sub": "7", "jti": "07070707070707070707070707070707",
    "iat": 1795347000, "exp": 1795347900, "context": "basket", "pk": 9,
    "choice": {"card": 1, "saved_card": 12}, "amount": "19.49", "currency": "TRY",
    "state": "open", "card": 1, "installment_count": 3, "plan": 102, "payment_option": 1,
    "pos": 1, "gateway": "sandbox", "interest_rate": "-5", "interest_amount": "-0.97",
    "single_installment_amount": "6.18", "total_amount": "18.52",
    "schedule": ["6.18", "6.17", "6.17"], "rules": ["three"], "catalog_version": 1,
    "purchase_digest": "0000000000000000000000000000000000000000000000000000000000000000",
    "items_digest": "0000000000000000000000000000000000000000000000000000000000000000"
}"#;

#[test]
fn claims_of_quotes() {
    assert!(serde_json::from_str::<QuoteClaims>(CLAIMS).is_ok());
    check!().with_type::<Vec<Edit>>().for_each(|edits| {
        let bytes = edited(CLAIMS.as_bytes(), edits);
        if let Ok(claims) = serde_json::from_slice::<QuoteClaims>(&bytes) {
            let _ = (claims.purchase(), claims.expires_at(), claims.customer());
            let written = serde_json::to_value(&claims).expect("JSON");
            let again = serde_json::from_value::<QuoteClaims>(written);
            assert_eq!(again.ok().as_ref(), Some(&claims));
        }
    });
}
