//! Health, metrics and this description itself.

use serde_json::json;
use utoipa::openapi::path::{HttpMethod, PathItem};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder};

use super::operation::{Operation, path};

pub(super) fn paths() -> Vec<(String, PathItem)> {
    vec![
        path(
            "/health/live",
            [get("get_live", "Whether the process answers").answers(
                200,
                "It does",
                "Status",
                json!({"status": "live"}),
            )],
        ),
        path(
            "/health/ready",
            [get(
                "get_ready",
                "Whether requests can be served: 503 while they cannot",
            )
            .answers(200, "They can", "Status", json!({"status": "ready"}))],
        ),
        path(
            "/openapi.json",
            [get("get_openapi", "This description").answers_with(
                200,
                "OpenAPI 3.1",
                ObjectBuilder::new(),
                json!({"openapi": "3.1.0"}),
            )],
        ),
        path("/sandbox/outbox/", [outbox()]),
        path("/sandbox/tokens/", [tokens()]),
    ]
}

fn outbox() -> Operation {
    let example = json!({"results": [{
        "to": "5551234567",
        "text": "Your verification code: 123456. Enter it to save your card, do not share it with anyone.",
        "sent_at": "2026-11-22T12:00:00Z",
    }]});
    get(
        "get_sandbox_outbox",
        "The sandbox's text messages, newest first",
    )
    .about("Only where the settings choose the sandbox; production refuses it.")
    .answers_with(200, "The messages", results(), example)
}

fn tokens() -> Operation {
    let example = json!({"results": [{
        "token": "sbx_5f2b91c4", "pos": 1, "reference": "3f0c…",
        "masked_card_number": "552879******0008", "live": true,
    }]});
    get("get_sandbox_tokens", "The sandbox tokenizer's ledger")
        .about("Only where the settings choose the sandbox; production refuses it.")
        .answers_with(200, "The tokens", results(), example)
}

fn results() -> ObjectBuilder {
    let entries = ArrayBuilder::new().items(ObjectBuilder::new());
    ObjectBuilder::new()
        .property("results", entries)
        .required("results")
}

fn get(id: &str, summary: &str) -> Operation {
    Operation::new(HttpMethod::Get, "service", id, summary)
}
