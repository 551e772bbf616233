//! Stripe's objects, with all fields of the real ones, and of their size.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::reply::Reply;

/// The details of every card, as if its bank had renewed it.
pub(super) fn card() -> Value {
    json!({
        "brand": "mastercard", "display_brand": "mastercard", "country": "TR", "exp_month": 1, "exp_year": 2031,
        "fingerprint": "Xt5EWLLDS7FJjR1c", "funding": "credit", "generated_from": null, "last4": "0008",
        "regulated_status": "unregulated", "wallet": null,
        "checks": {"address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass"},
        "networks": {"available": ["mastercard"], "preferred": null},
        "three_d_secure_usage": {"supported": true},
    })
}

/// A payment method; without metadata if other software created it.
pub(super) fn payment_method(id: &str, customer: Option<&str>, reference: Option<&str>) -> Value {
    let metadata = reference.map(|reference| json!({"reference": reference}));
    json!({
        "id": id, "object": "payment_method", "allow_redisplay": "unspecified", "type": "card", "created": 1_795_348_800,
        "billing_details": {
            "address": {
                "city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null,
            },
            "email": null, "name": "Ayşe Yılmaz", "phone": null, "tax_id": null,
        },
        "card": card(), "customer": customer, "customer_account": null, "livemode": false, "metadata": metadata,
        "radar_options": {}, "redaction": null,
    })
}

/// A customer, as our reference alone describes it.
pub(super) fn customer(id: &str, reference: &str) -> Value {
    json!({
        "id": id, "object": "customer", "address": null, "balance": 0, "created": 1_795_348_800, "currency": null,
        "default_source": null, "delinquent": false, "description": null, "discount": null, "email": null,
        "invoice_prefix": "0759376C", "livemode": false, "metadata": {"reference": reference}, "name": null,
        "invoice_settings": {
            "custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null,
        },
        "next_invoice_sequence": 1, "phone": null, "preferred_locales": [], "shipping": null, "tax_exempt": "none",
        "test_clock": null,
    })
}

pub(super) fn setup_intent(id: &str, status: &str, card_id: &str) -> Value {
    json!({
        "id": id, "object": "setup_intent", "allowed_payment_method_types": ["card"], "payment_method": card_id,
        "status": status, "usage": "off_session", "metadata": {},
    })
}

/// The requested page of a list: ten objects, or `limit`, after `starting_after`.
pub(super) fn page(url: &str, all: &[Value], asked: &BTreeMap<String, String>) -> Reply {
    let limit = asked.get("limit").and_then(|limit| limit.parse().ok());
    let limit: usize = limit.unwrap_or(10);
    let after = asked
        .get("starting_after")
        .and_then(|last| all.iter().position(|object| object["id"] == **last));
    let rest = &all[after.map_or(0, |last| last + 1)..];
    let data = &rest[..limit.min(rest.len())];
    let has_more = data.len() < rest.len();
    pretty(&json!({"object": "list", "url": url, "has_more": has_more, "data": data}))
}

/// The requested page of a search result; its cursor is opaque.
pub(super) fn search_page(url: &str, all: &[Value], asked: &BTreeMap<String, String>) -> Reply {
    let limit = asked.get("limit").and_then(|limit| limit.parse().ok());
    let limit: usize = limit.unwrap_or(10);
    let cursor = asked
        .get("page")
        .and_then(|page| page.strip_prefix("cursor-"));
    let start: usize = cursor.and_then(|start| start.parse().ok()).unwrap_or(0);
    let end = all.len().min(start + limit);
    let data = all.get(start..end).unwrap_or_default();
    let next = (end < all.len()).then(|| format!("cursor-{end}"));
    pretty(&json!({
        "object": "search_result", "url": url, "has_more": next.is_some(), "next_page": next, "data": data,
    }))
}

/// 200 with an object, pretty-printed as Stripe does.
pub(super) fn pretty(object: &Value) -> Reply {
    Reply::text(200, "application/json", format!("{object:#}"))
}
