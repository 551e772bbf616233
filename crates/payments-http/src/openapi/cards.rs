//! The listings and Masterpass.

use serde_json::json;
use utoipa::openapi::Required;
use utoipa::openapi::path::{HttpMethod, ParameterBuilder, ParameterIn, ParameterStyle, PathItem};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};

use super::examples::{self, Refusal};
use super::operation::{Operation, in_query, path, pk};
use crate::error::Problem;
use crate::product_keys::MAX_KEYS;

pub(super) fn paths() -> Vec<(String, PathItem)> {
    vec![
        path("/payments/cards/basket/", [basket()]),
        path("/payments/cards/pre-order/", [pre_order()]),
        path("/payments/cards/product/{pk}/", [product()]),
        path("/payments/cards/products/", [lowest()]),
        path("/masterpass-js/", [masterpass()]),
    ]
}

fn listing(id: &str, summary: &str, text: &str) -> Operation {
    Operation::new(HttpMethod::Get, "payments", id, summary)
        .in_language()
        .parameter(bin())
        .parameter(saved_card(
            "One of the session's saved cards: only cards of its point of sale that it can be are listed. Not together \
             with `bin`. The answer is never cached.",
        ))
        .error(
            400,
            "`bin` is not 6 to 8 digits, `saved_card` is not a key, or both are given",
            &[
                Refusal::Field(Problem::ValidationFailed, "bin", "bin-invalid"),
                Refusal::Field(
                    Problem::ValidationFailed,
                    "saved_card",
                    "saved-card-invalid",
                ),
            ],
        )
        .error(
            401,
            "`saved_card` needs a logged-in customer",
            &[Refusal::Of(Problem::NotAuthenticated)],
        )
        .error(
            404,
            "The customer has no such saved card",
            &[Refusal::Of(Problem::CardNotFound)],
        )
        .answers(200, text, "CardListResponse", examples::listing())
}

/// The first digits of the customer's card.
pub(super) fn bin() -> ParameterBuilder {
    let digits = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[0-9]{6,8}$"));
    in_query("bin", Required::False, digits)
        .description(Some(
            "The first 6 to 8 digits of the customer's card: only cards that they can mean are listed. Never send more.",
        ))
}

/// A saved card of the customer.
pub(super) fn saved_card(text: &str) -> ParameterBuilder {
    let pk = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1));
    in_query("saved_card", Required::False, pk).description(Some(text))
}

fn basket() -> Operation {
    listing(
        "get_basket_cards",
        "Get the available cards for the basket",
        "Successfully retrieved available cards for basket",
    )
    .about(
        "The cards and installment plans the session's basket can be paid with, computed on its \
         total. No session, no basket, an empty one or nothing to pay: an empty list.",
    )
}

fn pre_order() -> Operation {
    listing(
        "get_pre_order_cards",
        "Get the available cards for the pre-order",
        "Successfully retrieved available cards for pre-order",
    )
    .about(
        "The cards and installment plans the session's pre-order can be paid with, computed on its total. No pre-order: an \
         empty list.",
    )
}

fn product() -> Operation {
    listing(
        "get_product_cards",
        "Get the available cards for a product",
        "Successfully retrieved available cards for product",
    )
    .about(
        "The cards and installment plans one product can be paid with, at its current price: quantity 1, no discounts. \
         The answer is the same for all callers: it has an ETag, and caches may keep it for the time it says, except with `saved_card`.",
    )
    .parameter(pk("Product unique identifier"))
    .unless_known()
    .error(
        404,
        "Product not found, or the customer has no such saved card",
        &[
            Refusal::Of(Problem::ProductNotFound),
            Refusal::Of(Problem::CardNotFound),
        ],
    )
}

fn lowest() -> Operation {
    let key = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1));
    let keys = ArrayBuilder::new()
        .items(key)
        .min_items(Some(1))
        .max_items(Some(MAX_KEYS));
    let keys = ParameterBuilder::new()
        .name("pk")
        .parameter_in(ParameterIn::Query)
        .required(Required::True)
        .style(Some(ParameterStyle::Form))
        .explode(Some(false))
        .description(Some(
            "Keys of products, separated by commas or repeated, 1 to 100 distinct ones",
        ))
        .schema(Some(keys));
    Operation::new(
        HttpMethod::Get,
        "payments",
        "get_lowest_plans",
        "Get the lowest plans of products",
    )
    .about(
        "For category pages: the plan with the smallest single installment of each product, in the order \
         asked. Unknown and inactive products are absent. It is the same for all callers and in every language: \
         the answer has an ETag, and caches may keep it for the time it says.",
    )
    .parameter(keys)
    .unless_known()
    .error(
        400,
        "`pk` is not 1 to 100 keys",
        &[Refusal::Field(
            Problem::ValidationFailed,
            "pk",
            "product-keys-invalid",
        )],
    )
    .answers(
        200,
        "The lowest plans",
        "LowestPlanList",
        examples::lowest(),
    )
}

fn masterpass() -> Operation {
    Operation::new(
        HttpMethod::Get,
        "payments",
        "get_masterpass_js_config",
        "Get the Masterpass JavaScript configuration",
    )
    .answers(
        200,
        "Successfully retrieved Masterpass configuration",
        "MasterpassJSConfig",
        json!({
            "js": "https://masterpass.example.com/js/mfs-client.min.js",
            "client_id": "10000001",
            "merchant_id": "200000000000001",
            "s3d_return_url":
                "https://shop.example.com/orders/checkout/?page=MasterpassCompletePage",
        }),
    )
    .answers_empty(
        404,
        "Masterpass not configured or unavailable (empty response body)",
    )
}
