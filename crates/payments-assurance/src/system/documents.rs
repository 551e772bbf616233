//! The settings of every process, and the store's documents.

use std::ops::Range;

use serde_json::{Value, json};

use super::Setting;
use super::customer::{phone, session};

/// The token of the commerce system.
pub(super) const MANAGE_TOKEN: &str = "bench";
const MANAGE_TOKEN_SHA256: &str =
    "1b32c28cb38c05480eccc1bd60ff97029b57a05c96718b96dad7e9d84894f549";

/// The settings of every process.
pub(super) fn settings() -> impl Iterator<Item = Setting<'static>> {
    [
        ("http.bind", "127.0.0.1:0"),
        ("http.workers", "2"),
        ("log.format", "json"),
        ("demo.enabled", "false"),
        ("database.pool_size", "16"),
        // On a busy machine the defaults end in 503.
        ("database.wait_timeout_seconds", "10"),
        ("database.statement_timeout_seconds", "60"),
        ("flows.wait_timeout_seconds", "10"),
        (
            "security.key_ring",
            "1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        ),
        (
            "security.lasting_key",
            "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=",
        ),
        ("manage.tokens.commerce", MANAGE_TOKEN_SHA256),
    ]
    .into_iter()
}

/// A catalog whose only point of sale takes every card.
pub(super) fn catalog(pos: &Value) -> Value {
    json!({
        "banks": [{"pk": 1, "name": "Garanti BBVA", "slug": "garanti", "logo": null, "logo_path": null}],
        "card_types": [{"pk": 1, "name": "Bonus", "slug": "bonus", "logo": null, "logo_path": null}],
        "pos": [pos],
        "payment_options": [{"pk": 1, "name": "Credit card", "slug": "credit-card",
            "payment_type": "credit_card", "pos": 1, "is_active": true, "sort_order": 1}],
    })
}

/// Customers with a profile and two sessions each.
pub(super) fn customers(numbers: Range<u64>) -> Value {
    let customer = |number| json!({"pk": number, "phone_number": phone(number), "segments": [], "is_active": true});
    let of_customer = |number| {
        [0, 1].map(|place| {
            json!({"id": session(number, place), "customer": number, "basket": null,
                "pre_order": null, "expires_at": "2099-01-01T00:00:00Z"})
        })
    };
    json!({
        "customers": numbers.clone().map(customer).collect::<Vec<_>>(),
        "sessions": numbers.flat_map(of_customer).collect::<Vec<_>>(),
    })
}
