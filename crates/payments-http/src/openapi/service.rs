//! Health, metrics and this description itself.

use serde_json::json;
use utoipa::openapi::path::{HttpMethod, PathItem};
use utoipa::openapi::schema::ObjectBuilder;

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
            [get("get_ready", "Whether requests can be served: 503 while they cannot").answers(
                200,
                "They can",
                "Status",
                json!({"status": "ready"}),
            )],
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
    ]
}

fn get(id: &str, summary: &str) -> Operation {
    Operation::new(HttpMethod::Get, "service", id, summary)
}
