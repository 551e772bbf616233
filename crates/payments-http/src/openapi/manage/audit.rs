//! The audit log.

use serde_json::json;
use utoipa::openapi::Required;
use utoipa::openapi::path::HttpMethod;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};

use super::super::examples::Refusal;
use super::super::operation::{Operation, in_query, number};
use super::operation;
use crate::error::Problem;

pub(super) fn page() -> Operation {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let kinds = || text().enum_values(Some(["card", "management"]));
    let instant = || text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
    let intent = || text().pattern(Some("^[0-9a-f]{32}$"));
    operation(HttpMethod::Get, "list_audit", "Read the audit log")
        .about(
            "The newest records first. A customer is named by a pseudonym, next to the primary key until the customer \
             is erased. A date without a time (2026-11-28) means the start of that day.",
        )
        .parameter(in_query("customer", Required::False, number(None)))
        .parameter(in_query("intent", Required::False, intent()))
        .parameter(in_query("kind", Required::False, kinds()))
        .parameter(in_query("from", Required::False, instant()))
        .parameter(in_query("to", Required::False, instant()))
        .paged()
        .answers(
            200,
            "Records, and where the next ones are",
            "AuditPage",
            json!({"next": null, "results": [{
                "id": 2, "at": "2026-11-28T12:00:00.123456Z", "kind": "management", "outcome": "updated",
                "principal": "back_office", "request_id": "0123456789abcdef", "part": "banks", "object_key": "1",
                "changes": {"fields": ["name"], "before": {"name": "Garanti"}, "after": {"name": "Garanti BBVA"}},
            }, {
                "id": 1, "at": "2026-11-28T11:00:00.123456Z", "kind": "card", "outcome": "saved", "customer": 7,
                "pseudonym": "5f0c1d2e3a4b5c6d7e8f901a2b3c4d5e", "intent": "00112233445566778899aabbccddeeff",
                "pos": 1, "consented_at": "2026-11-28T10:59:00.123456Z", "consent_version": "1",
            }]}),
        )
        .error(
            400,
            "A parameter is wrong",
            &[Refusal::At(
                Problem::ValidationFailed,
                "kind",
                "use card or management",
            )],
        )
}
