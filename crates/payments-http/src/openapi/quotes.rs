//! Quotes, and the keys that verify them.

use serde_json::{Value, json};
use utoipa::openapi::path::{HttpMethod, PathItem};

use super::examples::Refusal;
use super::operation::{Operation, path};
use crate::error::Problem;
use crate::jwks;
use crate::manage::PREFIX;

const JSON: [&str; 1] = ["application/json"];
const BODY: [Problem; 3] = [
    Problem::RequestTimeout,
    Problem::PayloadTooLarge,
    Problem::UnsupportedMediaType,
];

pub(super) fn paths() -> Vec<(String, PathItem)> {
    vec![
        path(&format!("{PREFIX}/quotes/"), [give()]),
        path(&format!("{PREFIX}/quotes/verify/"), [verify()]),
        path(jwks::PATH, [keys()]),
    ]
}

fn give() -> Operation {
    Operation::new(
        HttpMethod::Post,
        "manage",
        "create_quote",
        "Quote a plan",
    )
    .of_holder()
    .about(
        "The price of one plan for one purchase, signed. The purchase is a session's (`session`), or is named by `pk`, \
         for the `customer` if there is one. The plan is on `card`, on the card that the customer's `bin` means, or on \
         that of a `saved_card` of the customer. `quote` is a JWS (EdDSA) that has the same figures as claims.",
    )
    .body(
        "QuoteRequest",
        &json!({"context": "basket", "pk": 4, "customer": 7, "choice": {"card": 1, "installment_count": 3}}),
        &JSON,
    )
    .answers(201, "The quote; nothing is stored", "Quote", example())
    .error(
        400,
        "Every mistake by its JSON pointer",
        &[Refusal::At(
            Problem::ManageValidationFailed,
            "/choice/installment_count",
            "this is required",
        )],
    )
    .error(
        404,
        "There is no such purchase, or the customer has no such card",
        &[
            Refusal::Of(Problem::NotFound),
            Refusal::Of(Problem::CardNotFound),
        ],
    )
    .error(
        409,
        "The plan is not offered (`left_out` has the reasons), or several cards can be meant (`candidates`)",
        &[
            Refusal::Of(Problem::NotOffered),
            Refusal::Of(Problem::AmbiguousCard),
        ],
    )
    .with_quote_keys()
    .errors(&BODY)
}

fn example() -> Value {
    json!({
        "quote": "eyJ0eXAiOiJwYXltZW50cy1xdW90ZStqd3QiLCJhbGciOiJFZERTQSIs…",
        "id": "5f2b0c9d8e7a4b61938271605f4e3d2c",
        "context": "basket", "pk": 4, "customer": 7, "saved_card": null,
        "currency": "TRY", "amount": "19.49", "interest_rate": "5", "interest_amount": "0.98",
        "total_amount": "20.47", "single_installment_amount": "6.83", "installment_count": 3,
        "schedule": ["6.83", "6.82", "6.82"],
        "plan": 103, "card": 1, "payment_option": 1, "pos": 1, "gateway": "iyzico", "rules": ["gold-cap"],
        "catalog_version": 42,
        "purchase_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "issued_at": "2026-11-29T12:00:00Z", "expires_at": "2026-11-29T12:15:00Z",
    })
}

fn verify() -> Operation {
    Operation::new(
        HttpMethod::Post,
        "manage",
        "verify_quote",
        "Verify a quote",
    )
    .of_holder()
    .about(
        "Compares a quote with the present purchase and catalog. Every outcome is 200; `status` is the first that applies.",
    )
    .body("QuoteToVerify", &json!({"quote": "eyJ0eXAi…"}), &JSON)
    .answers(
        200,
        "What is true of it now",
        "QuoteVerification",
        json!({"status": "purchase_changed", "details": {"changed": ["amount", "items"]}}),
    )
    .error(
        400,
        "Every mistake by its JSON pointer",
        &[Refusal::At(
            Problem::ManageValidationFailed,
            "/quote",
            "this is required",
        )],
    )
    .with_quote_keys()
    .errors(&BODY)
}

fn keys() -> Operation {
    Operation::new(
        HttpMethod::Get,
        "service",
        "get_jwks",
        "Get the keys that verify quotes",
    )
    .about(
        "A JWK set (RFC 7517). May be cached for `max-age`; fetch it again for a `kid` that it does not have. Empty if \
         quotes are not configured.",
    )
    .answers(
        200,
        "The public keys",
        "JwkSet",
        json!({"keys": [{
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
            "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        }]}),
    )
}
