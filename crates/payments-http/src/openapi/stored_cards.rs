//! Card storage: the contract's operations and ours, and the CSRF token they need.

use serde_json::{Value, json};
use utoipa::openapi::Required;
use utoipa::openapi::path::{HttpMethod, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::examples::{self, Refusal};
use super::operation::{Operation, in_path, in_query, path, pk};
use crate::error::Problem;

/// Other accepted media types are only in the document's description: a client generated from several media types sends
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
        path("/payments/stored-cards/flow/", [flow()]),
        path("/payments/stored-cards/actions/{id}/", [go_on()]),
        path(
            "/payments/stored-cards/actions/{id}/return/",
            [come_back(), post_back()],
        ),
        path("/payments/stored-cards/webhooks/{pk}/", [webhook()]),
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
        "Get the customer's phone number",
    )
    .answers(
        200,
        "Successfully retrieved user's phone number",
        "PhoneNumberResponse",
        json!({"phone_number": "5551234567"}),
    )
}

fn send_code() -> Operation {
    operation(HttpMethod::Post, "send_otp_for_card_storage", "Send a code")
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
                Refusal::Field(Problem::ValidationFailed, "phone_number", "phone-invalid"),
                Refusal::Field(Problem::PhoneNotMobile, "phone_number", "phone-not-mobile"),
                Refusal::Field(
                    Problem::PhoneCountryNotAllowed,
                    "phone_number",
                    "phone-country-not-allowed",
                ),
                Refusal::Field(Problem::PhoneRefused, "phone_number", "sms-refused-number"),
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
        "Verify the code and save the card",
    )
    .about(
        "Step 3: the right code sends the held card to the gateway and saves its token. A \
             code is valid for 3 minutes and counts once; the fifth distinct wrong one ends the \
             flow. Where the settings allow 3-D Secure, the answer may be 400 with the code \
             `action_required`: send the customer's browser to `next_action`. The same code sent \
             again gets the same answer until that is done, and then 200 or the refusal.",
    )
    .body("OtpRequest", &json!({"otp": "123456"}), &BODIES)
    .answers_empty(200, "Card successfully saved (no content returned)")
    .error(
        400,
        "Validation error, cache miss, or gateway failure",
        &[
            Refusal::Field(Problem::OtpWrong, "otp", "otp-wrong"),
            Refusal::Field(Problem::ValidationFailed, "otp", "otp-format"),
            Refusal::Of(Problem::CodeExpired),
            Refusal::Of(Problem::FlowVoid),
            Refusal::Of(Problem::NoCardHeld),
            Refusal::Of(Problem::NoCodeSent),
            Refusal::Of(Problem::CardGone),
            Refusal::Of(Problem::ActionRequired),
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
        "Submit the card to save",
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
            Refusal::Field(
                Problem::ValidationFailed,
                "card_number",
                "card-number-invalid",
            ),
            Refusal::Field(
                Problem::ValidationFailed,
                "card_holder",
                "card-holder-invalid",
            ),
            Refusal::Field(Problem::CardExpired, "card_month", "card-expired"),
            Refusal::Field(Problem::ValidationFailed, "card_cvv", "card-cvv-invalid"),
            Refusal::Field(Problem::ValidationFailed, "consent", "consent-required"),
            Refusal::Of(Problem::MalformedBody),
        ],
    )
}

fn flow() -> Operation {
    operation(
        HttpMethod::Get,
        "get_card_storage_flow",
        "Get the progress of saving a card",
    )
    .about(
        "The step at which a page that was loaded again continues. `step` is what comes next (`card`, `phone_number`, \
         `otp`), what is in progress (`saving`, `action`), or how the flow ended (`saved`, `failed`, `void`). It changes \
         nothing, and contains nothing that was entered or sent.",
    )
    .answers(
        200,
        "The progress of the session's flow",
        "FlowResponse",
        json!({"step": "otp", "seconds_left": 170, "tries_left": 5}),
    )
}

fn saved_card() -> Value {
    json!({
        "pk": 1, "name": "My card", "masked_card_number": "552879******0008",
        "card_holder": "AYŞE YILMAZ", "card_month": 12, "card_year": 2030, "brand": "mastercard",
        "family": "Bonus", "bank": "Garanti BBVA", "pos": 1, "created_at": "2026-11-22T12:00:00Z",
        "card": examples::card(),
    })
}

fn list() -> Operation {
    let purchases = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(["basket", "pre-order"]));
    operation(
        HttpMethod::Get,
        "get_saved_cards",
        "Get the customer's saved cards",
    )
    .about(
        "The newest first, each with the card of the catalog that it is. With `for`, each also has `plans_from`: the plan \
         of the session's basket or pre-order with the smallest single installment.",
    )
    .parameter(
        in_query("for", Required::False, purchases)
            .description(Some("The purchase of the session that plans are computed for")),
    )
    .answers(
        200,
        "The customer's own cards",
        "SavedCardList",
        json!({"count": 1, "next": null, "previous": null, "results": [saved_card()]}),
    )
    .error(
        400,
        "`for` has another value",
        &[Refusal::Field(Problem::ValidationFailed, "for", "for-invalid")],
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
            Refusal::Field(Problem::ValidationFailed, "name", "card-name-invalid"),
            Refusal::Field(Problem::ValidationFailed, "name", "field-required"),
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

fn of_action(method: HttpMethod, id: &str, summary: &str) -> Operation {
    let text = ObjectBuilder::new().schema_type(Type::String);
    Operation::new(method, "payments", id, summary)
        .in_language()
        .parameter(in_path("id", "The id in `next_action`").schema(Some(text)))
        .answers_text(
            404,
            "There is no such action, or it is over",
            "text/html",
            "<!DOCTYPE html>…",
        )
}

fn go_on() -> Operation {
    of_action(
        HttpMethod::Get,
        "continue_card_storage",
        "Continue at the gateway",
    )
    .about("For the customer's browser, without a session: leads to a page of the gateway.")
    .answers_empty(303, "The gateway's page; see Location")
}

fn come_back() -> Operation {
    back(HttpMethod::Get, "finish_card_storage")
}

fn post_back() -> Operation {
    back(HttpMethod::Post, "finish_card_storage_by_post")
}

fn back(method: HttpMethod, id: &str) -> Operation {
    of_action(method, id, "Come back from the gateway")
        .about(
            "The gateway sends the customer's browser here. Nothing that it brings is believed: the \
             gateway is asked, and the card saved. Asked again, the answer is the same.",
        )
        .answers_text(
            200,
            "Whether the card is saved",
            "text/html",
            "<!DOCTYPE html>…",
        )
        .answers_empty(303, "The page of the front end, where the settings name one")
}

fn webhook() -> Operation {
    Operation::new(
        HttpMethod::Post,
        "payments",
        "take_gateway_notice",
        "Take a gateway's webhook",
    )
    .about("For the gateway of a point of sale. Its signature is checked, and the gateway asked.")
    .in_language()
    .parameter(pk("Point of sale unique identifier"))
    .answers_empty(204, "Taken")
    .error(
        403,
        "Not signed by the gateway, or too long ago",
        &[Refusal::Of(Problem::SignatureRefused)],
    )
    .error(
        404,
        "There is no such point of sale",
        &[Refusal::Of(Problem::NotFound)],
    )
    .errors(&[Problem::RequestTimeout, Problem::PayloadTooLarge])
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
