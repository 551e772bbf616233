//! `/manage/v1/history/`.

use serde_json::{Value, json};
use utoipa::openapi::path::{HttpMethod, PathItem};
use utoipa::openapi::schema::{
    AdditionalProperties, KnownFormat, ObjectBuilder, SchemaFormat, Type,
};
use utoipa::openapi::{Ref, Required};

use super::super::examples::Refusal;
use super::super::operation::{Operation, in_query, path};
use super::proposals::WAITS;
use super::{JSON, NOT_FOUND, example, flag, operation, warnings};
use crate::error::Problem;
use crate::manage::{PREFIX, history};
use payments_core::record::Part;

pub(super) const NOT_KNOWN: &[Refusal] = &[Refusal::At(
    Problem::HistoryUnknown,
    "at",
    "the records of the audit log from then were deleted (audit.retention_days)",
)];
const WRONG: &[Refusal] = &[Refusal::At(
    Problem::ValidationFailed,
    "from",
    "use a time such as 2026-11-28T12:00:00Z",
)];

pub(super) fn paths() -> Vec<(String, PathItem)> {
    vec![
        path(&format!("{PREFIX}/history/"), [page()]),
        path(&format!("{PREFIX}/history/compare/"), [compare()]),
        path(&format!("{PREFIX}/history/export/"), [export()]),
        path(&format!("{PREFIX}/history/restore/"), [restore()]),
    ]
}

pub(super) fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

pub(super) fn instant() -> ObjectBuilder {
    text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
}

fn part() -> ObjectBuilder {
    let parts: Vec<&str> = history::parts().map(Part::as_str).collect();
    text().enum_values(Some(parts))
}

fn changes() -> Value {
    json!([{"pointer": "/installments/0/interest_rate", "old": "5", "new": "4.5"}])
}

fn page() -> Operation {
    operation(HttpMethod::Get, "list_history", "Read the catalog's history")
        .about(
            "Changes of banks, card types, points of sale, cards, payment options and rules, the newest first: those of \
             the parts that the token may read. A date without a time (2026-11-28) means the start of that day.",
        )
        .parameter(in_query("part", Required::False, part()))
        .parameter(in_query("key", Required::False, text()))
        .parameter(in_query("principal", Required::False, text()))
        .parameter(in_query("from", Required::False, instant()))
        .parameter(in_query("to", Required::False, instant()))
        .paged()
        .answers(
            200,
            "Changes, and where the next ones are",
            "HistoryPage",
            json!({"next": null, "results": [{
                "id": 2, "at": "2026-11-28T12:00:00.123456Z", "principal": "back_office",
                "request_id": "0123456789abcdef", "part": "cards", "key": "1", "outcome": "updated",
                "changes": changes(),
            }]}),
        )
        .error(400, "A parameter is wrong", WRONG)
}

fn compare() -> Operation {
    operation(HttpMethod::Get, "compare_history", "Compare the catalog at two moments")
        .about(
            "What was created, updated and deleted between two moments, as a whole, of the parts that the token may \
             read. Without `to`, the catalog is compared with the present one.",
        )
        .parameter(in_query("from", Required::True, instant()))
        .parameter(in_query("to", Required::False, instant()))
        .parameter(in_query("part", Required::False, part()))
        .answers(
            200,
            "The objects that differ",
            "HistoryComparison",
            json!({"from": "2026-11-28T00:00:00Z", "to": "2026-11-29T00:00:00Z", "results": [
                {"part": "cards", "key": "1", "outcome": "updated", "changes": changes()},
            ]}),
        )
        .error(400, "A parameter is missing or wrong", WRONG)
        .error(409, "The audit log does not say what there was", NOT_KNOWN)
}

fn export() -> Operation {
    operation(
        HttpMethod::Get,
        "export_history",
        "Get the catalog as of a moment",
    )
    .about("A document to import, of the parts that the token may read. Never literal secrets.")
    .parameter(in_query("at", Required::True, instant()))
    .answers(
        200,
        "The document",
        "Document",
        json!({"banks": [example(Part::Banks)]}),
    )
    .error(400, "The parameter is missing or wrong", WRONG)
    .error(409, "The audit log does not say what there was", NOT_KNOWN)
}

fn restore() -> Operation {
    let of_part = AdditionalProperties::from(Ref::from_schema_name("Restored"));
    let results = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("warnings", warnings())
        .additional_properties(Some(of_part));
    let keys = json!({"created": [], "updated": ["gold"], "unchanged": [], "deleted": []});
    operation(HttpMethod::Post, "restore_history", "Restore the catalog or one object")
        .about(
            "Makes the catalog, or the object of `part` and `key`, what it was at a moment, in one transaction: what was \
             deleted since is created, what did not exist is deleted. It is checked and recorded like any other write, and \
             needs the scopes of the parts that it changes. A point of sale keeps its present literal secrets. With \
             `dry_run=1` nothing is written. `If-Match` and `If-None-Match` are for one object.",
        )
        .parameter(in_query("dry_run", Required::False, flag()))
        .with_conditions()
        .body(
            "RestoreRequest",
            &json!({"at": "2026-11-28T12:00:00Z", "part": "rules", "key": "gold"}),
            &JSON,
        )
        .answers_with(200, "Keys of each part by what was done", results, json!({ "rules": keys }))
        .error(
            400,
            "What the present catalog does not permit, by its JSON pointer; nothing was written",
            &[Refusal::At(
                Problem::ManageValidationFailed,
                "/cards/7/bank",
                "there is no such object in banks",
            )],
        )
        .error(404, "The object exists neither now nor then", NOT_FOUND)
        .error(
            409,
            "The audit log does not say what there was, it waits for approval, or something refers to an object that would be \
             deleted",
            &[
                NOT_KNOWN[0],
                WAITS[0],
                Refusal::At(
                    Problem::ManageReferred,
                    "/cards/7",
                    "this refers to bank 9, which would be deleted",
                ),
            ],
        )
}
