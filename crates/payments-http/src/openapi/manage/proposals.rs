//! `/manage/v1/proposals/`.

use serde_json::{Value, json};
use utoipa::openapi::Ref;
use utoipa::openapi::Required;
use utoipa::openapi::path::{HttpMethod, PathItem};
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Type};

use super::super::examples::Refusal;
use super::super::operation::{Operation, in_query, path, pk};
use super::history::text;
use super::{NOT_FOUND, operation};
use crate::error::Problem;
use crate::manage::PREFIX;

/// Why a change of rules or cards is not written at once.
pub(super) const WAITS: &[Refusal] = &[Refusal::At(Problem::ApprovalRequired, "proposal", "7")];

pub(super) fn paths() -> Vec<(String, PathItem)> {
    let one = format!("{PREFIX}/proposals/{{pk}}/");
    vec![
        path(&format!("{PREFIX}/proposals/"), [page()]),
        path(&one, [read()]),
        path(&format!("{one}approve/"), [approve()]),
        path(&format!("{one}reject/"), [reject()]),
    ]
}

fn proposal() -> Value {
    json!({
        "pk": 7, "principal": "anna", "request_id": "0123456789abcdef", "created_at": "2026-11-28T12:00:00.123456Z",
        "state": "open", "decided_by": null, "decided_at": null,
        "writes": [{"part": "rules", "key": "gold"}], "deletes": [],
    })
}

fn page() -> Operation {
    operation(HttpMethod::Get, "list_proposals", "Read the proposed changes")
        .about(
            "With `console.four_eyes`, changes of rules and cards are stored as proposals, which a second person approves. \
             The newest first; kept for 90 days.",
        )
        .parameter(in_query(
            "state",
            Required::False,
            text().enum_values(Some(["open", "approved", "rejected"])),
        ))
        .paged()
        .answers(
            200,
            "Proposals, and where the next ones are",
            "ProposalPage",
            json!({"next": null, "results": [proposal()]}),
        )
        .error(
            400,
            "A parameter is wrong",
            &[Refusal::At(
                Problem::ValidationFailed,
                "state",
                "use open, approved or rejected",
            )],
        )
}

fn read() -> Operation {
    let mut example = proposal();
    if let Some(example) = example.as_object_mut() {
        example.insert("is_stale".to_owned(), json!(false));
        let fields = json!([{"pointer": "/then/cap_installments", "old": 4, "new": 6}]);
        let change =
            json!({"part": "rules", "key": "gold", "outcome": "updated", "changes": fields});
        example.insert("changes".to_owned(), json!([change]));
    }
    operation(HttpMethod::Get, "read_proposal", "Read a proposed change")
        .about("With the fields that an open proposal changes, compared with the present catalog.")
        .parameter(pk("Primary key of the proposal"))
        .answers(200, "The proposal", "ProposalWithChanges", example)
        .error(404, "There is none", NOT_FOUND)
}

fn approve() -> Operation {
    let of_part = AdditionalProperties::from(Ref::from_schema_name("Counts"));
    let counts = ObjectBuilder::new()
        .schema_type(Type::Object)
        .additional_properties(Some(of_part));
    operation(HttpMethod::Post, "approve_proposal", "Approve a proposed change")
        .about(
            "Writes it in one transaction, if its objects are what they were when it was proposed. Needs the scopes of its \
             parts. Its author cannot approve it. The audit log names both.",
        )
        .parameter(pk("Primary key of the proposal"))
        .answers_with(
            200,
            "Counts per part; empty if the catalog was like that already",
            counts,
            json!({"rules": {"created": 0, "updated": 1}}),
        )
        .error(
            400,
            "What the present catalog does not permit; nothing was written",
            &[Refusal::At(
                Problem::ManageValidationFailed,
                "/cards/7/bank",
                "there is no such object in banks",
            )],
        )
        .error(403, "It is the caller's own", &[Refusal::Of(Problem::OwnProposal)])
        .error(404, "There is none", NOT_FOUND)
        .error(
            409,
            "It was decided, or what it changes was changed since; nothing was written",
            &[
                Refusal::Of(Problem::ProposalClosed),
                Refusal::Of(Problem::ProposalStale),
            ],
        )
}

fn reject() -> Operation {
    operation(
        HttpMethod::Post,
        "reject_proposal",
        "Reject a proposed change",
    )
    .about("Closes it without writing it. Its author can withdraw it like this.")
    .parameter(pk("Primary key of the proposal"))
    .answers_empty(204, "It is closed")
    .error(404, "There is none", NOT_FOUND)
    .error(
        409,
        "It was decided",
        &[Refusal::Of(Problem::ProposalClosed)],
    )
}
