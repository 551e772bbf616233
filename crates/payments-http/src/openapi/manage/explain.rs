//! `/manage/v1/explain/`.

use serde_json::json;
use utoipa::openapi::Required;
use utoipa::openapi::path::HttpMethod;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::super::cards;
use super::super::examples::{self, Refusal};
use super::super::operation::{Operation, in_query};
use crate::error::Problem;

pub(super) fn operation() -> Operation {
    let words = |words: &[&str]| {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(words.to_vec()))
    };
    let key = || {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
    };
    let languages = words(&["tr", "en", "ar", "ru", "de", "fr"]).default(Some(json!("tr")));
    let contexts = words(&["basket", "pre-order", "product"]);
    let example = json!({
        "context": "product", "pk": 1, "language": "tr", "amount": "19.49", "currency": "TRY",
        "listing": examples::listing(),
        "left_out": [{"what": "plan", "payment_option": "credit-card", "card": 1,
            "card_slug": "bonus-card", "plan": 112, "installment_count": 12,
            "reason": {"kind": "rule", "rule": "gold", "name": "Gold", "effect": "cap_installments",
                "limit": "4", "detail": "the rule allows at most 4 installments"}}],
    });
    super::operation(
        HttpMethod::Get,
        "explain_listing",
        "Get a listing with its reasons",
    )
    .about("For every payment option, card and plan left out: the fact or rule that did it.")
    .parameter(in_query("context", Required::True, contexts))
    .parameter(in_query("pk", Required::True, key()))
    .parameter(in_query("language", Required::False, languages))
    .parameter(cards::bin())
    .parameter(cards::saved_card(
        "A saved card of `customer`: only cards of its point of sale that it can be are listed. Not together with `bin`.",
    ))
    .parameter(
        in_query("customer", Required::False, key())
            .description(Some("The owner of `saved_card`; required with it")),
    )
    .parameter(
        in_query("at", Required::False, super::history::instant())
            .description(Some("By the catalog and at the time of this moment; the purchase is the present one")),
    )
    .answers(
        200,
        "The listing and what is not in it",
        "Explanation",
        example,
    )
    .error(
        400,
        "A parameter is missing or wrong",
        &[Refusal::At(
            Problem::ValidationFailed,
            "context",
            "use basket, pre-order or product",
        )],
    )
    .error(
        409,
        "The audit log does not say what the catalog was",
        super::history::NOT_KNOWN,
    )
    .error(
        404,
        "There is no such basket, pre-order or active product, or the customer has no such saved card",
        &[
            Refusal::Of(Problem::NotFound),
            Refusal::Of(Problem::CardNotFound),
        ],
    )
}
