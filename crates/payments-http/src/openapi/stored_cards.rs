//! Card storage: the contract's operations and ours, and the CSRF token they need.

use serde_json::{Value, json};
use utoipa::openapi::path::{HttpMethod, PathItem};

use super::examples::Refusal;
use super::operation::{Operation, path, pk};
use crate::error::Problem;

/// What is read besides stands in the document's description: a client made of several media types for one body sends
/// a mixture of them.
const BODIES: [&str; 1] = ["application/json"];

pub(super) fn paths() -> Vec<(String, PathItem)> {
    vec![
        path(
            "/payments/stored-cards/phone-number/",
            [phone_number(), send_code()],
        ),
        path("/payments/stored-cards/otp/", [submit_code()]),
        path("/payments/stored-cards/card/", [submit_card()]),
        path("/payments/stored-cards/", [list()]),
        path("/payments/stored-cards/{pk}/", [rename(), remove()]),
        path("/csrf_token/", [csrf_token()]),
    ]
}

fn operation(method: HttpMethod, id: &str, summary: &str) -> Operation {
    Operation::new(method, "payments", id, summary).of_customer()
}

fn phone_number() -> Operation {
    operation(
        HttpMethod::Get,
        "get_phone_number_for_otp",
        "Get Phone Number for OTP",
    )
    .answers(
        200,
        "Successfully retrieved user's phone number",
        "PhoneNumberResponse",
        json!({"phone_number": "5551234567"}),
    )
}

fn send_code() -> Operation {
    operation(
        HttpMethod::Post,
        "send_otp_for_card_storage",
        "Send OTP for Card Storage",
    )
    .about(
        "Step 2 of saving a card: sends a code to a phone. Spaces and one leading 0 are \
             removed; 10 to 14 digits have to be left. A fresh code replaces any earlier one.",
    )
    .body(
        "PhoneNumberRequest",
        &json!({"phone_number": "05551234567"}),
        &BODIES,
    )
    .answers_empty(204, "OTP sent successfully (no content returned)")
    .error(
        400,
        "Validation error",
        &[
            Refusal::Field("phone_number", "phone-invalid"),
            Refusal::Field("phone_number", "sms-refused-number"),
            Refusal::Of(Problem::NoCardHeld),
            Refusal::Of(Problem::MalformedBody),
        ],
    )
    .errors(&[Problem::TooManyRequests])
}

fn submit_code() -> Operation {
    operation(
        HttpMethod::Post,
        "verify_otp_and_save_card",
        "Verify OTP and Save Card",
    )
    .about(
        "Step 3: the right code sends the held card to the gateway and saves its token. A \
             code is valid for 3 minutes and counts once; the fifth distinct wrong one ends the \
             flow.",
    )
    .body("OtpRequest", &json!({"otp": "123456"}), &BODIES)
    .answers_empty(200, "Card successfully saved (no content returned)")
    .error(
        400,
        "Validation error, cache miss, or gateway failure",
        &[
            Refusal::Field("otp", "otp-wrong"),
            Refusal::Field("otp", "otp-format"),
            Refusal::Of(Problem::CodeExpired),
            Refusal::Of(Problem::FlowVoid),
            Refusal::Of(Problem::NoCardHeld),
            Refusal::Of(Problem::NoCodeSent),
            Refusal::Of(Problem::CardGone),
            Refusal::Of(Problem::GatewayDeclined),
            Refusal::Of(Problem::GatewayExpiredCard),
            Refusal::Of(Problem::GatewayInvalidCard),
            Refusal::Of(Problem::GatewayNotAllowed),
            Refusal::Of(Problem::GatewayTryLater),
            Refusal::Of(Problem::GatewayContactBank),
            Refusal::Of(Problem::GatewayRefused),
            Refusal::Of(Problem::GatewayUnavailable),
            Refusal::Of(Problem::GatewayOutcomeUnknown),
        ],
    )
    .errors(&[Problem::TooManyToday])
}

fn submit_card() -> Operation {
    let example = json!({
        "card_holder": "AYŞE YILMAZ", "card_number": "5528790000000008", "card_month": "12",
        "card_year": "2030", "card_cvv": "123", "name": "My card", "consent": true,
    });
    operation(
        HttpMethod::Post,
        "submit_card_for_storage",
        "Submit the card to be saved",
    )
    .about(
        "Step 1: the card is held, sealed, for at most 5 minutes. Nothing of it is kept when \
             no right code comes.",
    )
    .body("CardRequest", &example, &BODIES)
    .answers_empty(204, "The card is held")
    .error(
        400,
        "Validation error",
        &[
            Refusal::Field("card_number", "card-number-invalid"),
            Refusal::Field("card_holder", "card-holder-invalid"),
            Refusal::Field("card_month", "card-expired"),
            Refusal::Field("card_cvv", "card-cvv-invalid"),
            Refusal::Field("consent", "consent-required"),
            Refusal::Of(Problem::MalformedBody),
        ],
    )
}

fn saved_card() -> Value {
    json!({
        "pk": 1, "name": "My card", "masked_card_number": "552879******0008",
        "card_holder": "AYŞE YILMAZ", "card_month": 12, "card_year": 2030, "brand": "mastercard",
        "family": "Bonus", "bank": "Garanti BBVA", "pos": 1, "created_at": "2026-11-22T12:00:00Z",
    })
}

fn list() -> Operation {
    operation(
        HttpMethod::Get,
        "get_saved_cards",
        "Get the customer's saved cards",
    )
    .answers(
        200,
        "The customer's own cards",
        "SavedCardList",
        json!({"count": 1, "next": null, "previous": null, "results": [saved_card()]}),
    )
}

fn rename() -> Operation {
    operation(
        HttpMethod::Patch,
        "rename_saved_card",
        "Rename a saved card",
    )
    .parameter(pk("Saved card unique identifier"))
    .body("SavedCardName", &json!({"name": "My card"}), &BODIES)
    .answers(200, "The card with its new name", "SavedCard", saved_card())
    .error(
        400,
        "Validation error",
        &[
            Refusal::Field("name", "card-name-invalid"),
            Refusal::Field("name", "field-required"),
        ],
    )
    .error(
        404,
        "The customer has no such card",
        &[Refusal::Of(Problem::CardNotFound)],
    )
}

fn remove() -> Operation {
    operation(
        HttpMethod::Delete,
        "delete_saved_card",
        "Delete a saved card",
    )
    .about("Its token is removed at the gateway too.")
    .parameter(pk("Saved card unique identifier"))
    .answers_empty(204, "The card is deleted")
    .error(
        404,
        "The customer has no such card",
        &[Refusal::Of(Problem::CardNotFound)],
    )
}

fn csrf_token() -> Operation {
    Operation::new(
        HttpMethod::Get,
        "payments",
        "get_csrf_token",
        "Get a CSRF token",
    )
    .about(
        "The answer also sets the csrftoken cookie. With a session cookie the token is bound \
             to that session; without one it counts only together with the equal cookie.",
    )
    .answers(
        200,
        "A token",
        "CsrfToken",
        json!({"csrf_token": "5f2b….91c4…"}),
    )
}
