//! Health, metrics and this description itself.

use serde_json::json;
use utoipa::openapi::Required;
use utoipa::openapi::path::{HttpMethod, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::Type;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder};

use super::examples::Refusal;
use super::operation::{BODY, Operation, path};
use crate::error::Problem;

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
            .about(
                "`failing` names what does not answer: `database`, `flows` (then 503, with `detail` and `status: unready` \
                 beside it) or `catalog`. A catalog that cannot be followed is no reason to send customers away: listings \
                 go on with the present one, so that is 200 with `status: degraded`.",
            )
            .answers(200, "They can", "Status", json!({"status": "ready"}))],
        ),
        path("/metrics", [metrics()]),
        path(
            "/openapi.json",
            [get("get_openapi", "This description").answers_with(
                200,
                "OpenAPI 3.1",
                ObjectBuilder::new(),
                json!({"openapi": "3.1.0"}),
            )],
        ),
        path("/sms/twilio/status/", [twilio_report()]),
        path("/sandbox/outbox/", [outbox()]),
        path("/sandbox/tokens/", [tokens()]),
    ]
}

fn twilio_report() -> Operation {
    let signature = ParameterBuilder::new()
        .name("X-Twilio-Signature")
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some(
            "HMAC-SHA1 of the URL and the fields under the auth token",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)));
    Operation::new(
        HttpMethod::Post,
        "service",
        "take_twilio_report",
        "Take a delivery report of Twilio",
    )
    .about(
        "Only where Twilio is one of the senders. A form (application/x-www-form-urlencoded) as Twilio \
         posts it: MessageSid and MessageStatus are read, the other fields are not kept.",
    )
    .parameter(signature)
    .answers_empty(204, "Kept")
    .error(
        400,
        "The form names no message or no state",
        &[Refusal::Of(Problem::BadRequest)],
    )
    .error(
        403,
        "The signature is not valid",
        &[Refusal::Of(Problem::SignatureRefused)],
    )
    .error(
        404,
        "Twilio is not one of the senders",
        &[Refusal::Of(Problem::NotFound)],
    )
    .errors(&BODY)
}

fn metrics() -> Operation {
    get("get_metrics", "What monitoring reads")
        .about(
            "Requests by method, route and status with their times; steps of saving a card and calls of providers by \
             how they ended; version, age and failures of the catalog; connections. 404 where `metrics.enabled` is \
             false or `metrics.bind` gives them an address of their own, as production does.",
        )
        .answers_text(
            200,
            "OpenMetrics 1.0, the text format of Prometheus",
            "application/openmetrics-text",
            "# TYPE payments_catalog_version gauge\npayments_catalog_version 42\n# EOF\n",
        )
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
