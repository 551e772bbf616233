//! The operation that issues the instrument of a saved card.

use serde_json::json;
use utoipa::openapi::path::{HttpMethod, PathItem};

use super::examples::Refusal;
use super::operation::{Operation, path, pk};
use crate::error::Problem;
use crate::manage::PREFIX;

pub(super) fn paths() -> Vec<(String, PathItem)> {
    vec![path(
        &format!("{PREFIX}/saved-cards/{{pk}}/instrument/"),
        [give()],
    )]
}

fn give() -> Operation {
    Operation::new(
        HttpMethod::Post,
        "manage",
        "get_instrument",
        "Get a saved card's instrument",
    )
    .of_holder()
    .parameter(pk("Primary key of the saved card"))
    .about(
        "The gateway's token, for one order. Each answer has an audit record, which is committed first. With a \
         `quote`, the quote must be valid and for this card, and belongs to the first `order` it is sent with: the \
         same order may ask again, also when the quote is no longer valid. Without one, `customer` is required and must own the card; the setting \
         `instrument.require_quote` refuses that.",
    )
    .body(
        "InstrumentRequest",
        &json!({"order": "ORD-10023", "customer": 7}),
        &["application/json"],
    )
    .answers(
        200,
        "The instrument; never cached or logged",
        "Instrument",
        json!({
            "gateway": "iyzico", "pos": 1, "token": "Qx1r…", "customer_key": "8vPz…",
            "masked_card_number": "552879******0008", "expiry": "2030-12", "requires_cvv": false,
            "provider": {"cardUserKey": "8vPz…", "cardToken": "Qx1r…"},
        }),
    )
    .error(400, "The body is not valid, or the settings require a quote", &[
        Refusal::Of(Problem::MalformedBody),
        Refusal::At(Problem::ManageValidationFailed, "/order", "this is required"),
        Refusal::Of(Problem::QuoteRequired),
    ])
    .error(
        404,
        "There is no such card, or it is another customer's",
        &[Refusal::Of(Problem::CardNotFound)],
    )
    .error(409, "The card cannot be charged, or not under this quote", &[
        Refusal::At(Problem::CardNotChargeable, "saved_card", "expired"),
        Refusal::At(Problem::QuoteRefused, "quote", "expired"),
        Refusal::Of(Problem::QuoteUsed),
    ])
    .with_quote_keys()
    .errors(&[
        Problem::RequestTimeout,
        Problem::PayloadTooLarge,
        Problem::UnsupportedMediaType,
    ])
}
