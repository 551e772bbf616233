//! The management API's operations on a customer: saved cards, sessions, erasure.

use serde_json::{Value, json};
use utoipa::openapi::path::{HttpMethod, PathItem};

use super::examples::Refusal;
use super::operation::{Operation, in_path, number, path, pk};
use crate::error::Problem;
use crate::manage::PREFIX;

const NO_CUSTOMER: &[Refusal] = &[Refusal::Of(Problem::CustomerNotFound)];

pub(super) fn paths() -> Vec<(String, PathItem)> {
    let of_customer = |rest: &str| format!("{PREFIX}/customers/{{pk}}/{rest}");
    vec![
        path(&of_customer("saved-cards/"), [list()]),
        path(&of_customer("saved-cards/{card}/"), [delete()]),
        path(&of_customer("flows/"), [flows()]),
        path(&of_customer("audit/"), [audit()]),
        path(&of_customer("sessions/"), [end_sessions()]),
        path(&of_customer("erase/"), [status(), erase()]),
    ]
}

fn operation(method: HttpMethod, id: &str, summary: &str) -> Operation {
    Operation::new(method, "manage", id, summary)
        .of_holder()
        .parameter(pk("Primary key of the customer"))
}

fn list() -> Operation {
    let card = json!({
        "pk": 1, "name": "My card", "masked_card_number": "552879******0008",
        "card_holder": "AYŞE YILMAZ", "card_month": 12, "card_year": 2030, "brand": "mastercard",
        "family": "Bonus", "bank": "Garanti BBVA", "pos": 1, "gateway": "sandbox",
        "created_at": "2026-11-22T12:00:00Z", "consented_at": "2026-11-22T12:00:00Z",
    });
    operation(
        HttpMethod::Get,
        "list_saved_cards_of_customer",
        "List a customer's saved cards",
    )
    .about("Masked; never a token. Also of an inactive customer. The audit log records who looked.")
    .answers(
        200,
        "The cards",
        "CustomerSavedCardList",
        json!({"count": 1, "next": null, "previous": null, "results": [card]}),
    )
    .error(404, "There is no such customer", NO_CUSTOMER)
}

fn delete() -> Operation {
    operation(
        HttpMethod::Delete,
        "delete_saved_card_of_customer",
        "Delete a customer's saved card",
    )
    .about(
        "Its token is deleted at the gateway too, immediately or as soon as the gateway responds.",
    )
    .parameter(in_path("card", "Primary key of the saved card").schema(Some(number(None))))
    .answers_empty(204, "The card is deleted")
    .error(
        404,
        "There is no such customer, or the customer has no such card",
        &[
            Refusal::Of(Problem::CustomerNotFound),
            Refusal::Of(Problem::CardNotFound),
        ],
    )
}

fn flows() -> Operation {
    let flow = json!({
        "step": "otp", "seconds_left": 143, "tries_left": 4, "intent": "00112233445566778899aabbccddeeff",
    });
    operation(
        HttpMethod::Get,
        "list_flows_of_customer",
        "List a customer's card-saving flows",
    )
    .about("Never what was entered or sent. The audit log records who looked.")
    .answers(
        200,
        "The flows",
        "CustomerFlowList",
        json!({"results": [flow], "is_complete": true}),
    )
    .error(404, "There is no such customer", NO_CUSTOMER)
}

fn audit() -> Operation {
    operation(
        HttpMethod::Get,
        "list_audit_of_customer",
        "Read the audit log about a customer",
    )
    .about("The newest records first. The log records who looked, too.")
    .paged()
    .answers(
        200,
        "Records, and where the next ones are",
        "AuditPage",
        json!({"next": null, "results": [{
            "id": 3, "at": "2026-11-28T12:00:00.123456Z", "kind": "card", "outcome": "audit_viewed", "customer": 7,
            "pseudonym": "5f0c1d2e3a4b5c6d7e8f901a2b3c4d5e", "principal": "support_anna",
            "request_id": "0123456789abcdef",
        }]}),
    )
    .error(
        400,
        "A parameter is wrong",
        &[Refusal::At(Problem::ValidationFailed, "after", "use a number from 1 on")],
    )
    .error(404, "There is no such customer", NO_CUSTOMER)
}

fn end_sessions() -> Operation {
    operation(
        HttpMethod::Delete,
        "end_sessions_of_customer",
        "End a customer's sessions",
    )
    .about("All of them. A card that a session holds is dropped.")
    .answers(
        200,
        "How many were ended",
        "EndedSessions",
        json!({"ended": 2}),
    )
    .error(404, "There is no such customer", NO_CUSTOMER)
}

fn erase() -> Operation {
    let mut example = example();
    example["removed"] = json!({"saved_cards": 2, "sessions": 1, "baskets": 3});
    operation(HttpMethod::Post, "erase_customer", "Erase a customer")
        .about(
            "Deletes the saved cards and sessions, empties and deactivates the profile, and removes the \
             customer from baskets, in one transaction. The tokens are deleted at the gateways as soon as \
             these answer. The key stays, inactive. May be repeated.",
        )
        .answers(
            202,
            "The customer is erased; tokens may be outstanding",
            "Erasure",
            example,
        )
        .error(404, "There is no such customer", NO_CUSTOMER)
}

fn status() -> Operation {
    operation(
        HttpMethod::Get,
        "get_erasure_of_customer",
        "Get what a customer's erasure has yet to do",
    )
    .answers(200, "How far it is", "ErasureStatus", example())
    .error(404, "There is no such customer", NO_CUSTOMER)
}

fn example() -> Value {
    json!({
        "customer": 7, "erased_at": "2026-11-22T12:00:00Z", "is_complete": false, "has_returned": false,
        "outstanding": {"tokens": 2, "open_intents": 0},
    })
}
