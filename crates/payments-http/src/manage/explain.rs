//! `GET /manage/v1/explain/`: a listing, and why everything else is left out.

mod body;
mod named_card;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use payments_core::id::ProductId;
use payments_core::language::Language;
use payments_core::listing;
use payments_core::purchase::{Buyer, Context, Purchase, PurchaseKey};

pub(crate) use body::reasons;
pub use body::{Left, LeftOutBody, ReasonBody};
use named_card::NamedCard;

use super::Principal;
use super::query::Parameters;
use crate::error::{ApiError, Problem};
use crate::listing_json;
use crate::path::PathPk;
use crate::state::AppState;

struct Question {
    context: Context,
    pk: i64,
    language: Language,
    card: NamedCard,
}

/// The current listing of a basket, a pre-order or a product, and for each payment option, card and plan left out
/// the fact or rule that caused it.
///
/// # Errors
/// 400 for invalid parameters, 404 if there is no such purchase or the customer has no such card.
pub async fn explain(
    _: Principal,
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let question = question(request.query_string(), state.settings.language.default)?;
    let body = answer(&state, &question).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .body(body))
}

/// The same answer for a product, as bytes.
///
/// # Errors
/// 404 if there is no such product.
pub(crate) async fn of_product(
    state: &AppState,
    product: ProductId,
    language: Language,
) -> Result<Vec<u8>, ApiError> {
    let question = Question {
        context: Context::Product,
        pk: product.get(),
        language,
        card: NamedCard::None,
    };
    answer(state, &question).await
}

async fn answer(state: &AppState, question: &Question) -> Result<Vec<u8>, ApiError> {
    let purchase = find(state, question).await?.ok_or(Problem::NotFound)?;
    let card = question.card.find(state).await?;
    let snapshot = state.snapshots.current();
    let rounding = state.settings.pricing.rounding;
    let catalog = &snapshot.catalog;
    let selection = card.selection(catalog);
    let explained = listing::explain_only(
        catalog,
        &purchase,
        state.moment(),
        rounding,
        selection.as_ref(),
    );
    let fragments = snapshot.fragments(question.language);
    let cards = listing_json::write(&explained.listing, purchase.amount, fragments);
    body::write(question, &purchase, &cards.body, &explained.left_out)
}

fn question(query: &str, default: Language) -> Result<Question, ApiError> {
    let mut parameters = Parameters::of(query)?;
    let context = parameters.required(
        "context",
        "use basket, pre-order or product",
        Context::from_word,
    );
    let pk = parameters.required("pk", "use a positive integer", |text| PathPk::parse(text).0);
    let language = parameters.optional(
        "language",
        "use tr, en, ar, ru, de or fr",
        default,
        Language::from_code,
    );
    let card = NamedCard::of(&mut parameters);
    let question = (|| {
        Some(Question {
            context: context?,
            pk: pk?,
            language: language?,
            card: card?,
        })
    })();
    parameters.finish(question)
}

async fn find(state: &AppState, question: &Question) -> Result<Option<Purchase>, ApiError> {
    let key = PurchaseKey::new(question.context, question.pk).map_err(|_| Problem::NotFound)?;
    let found = state.purchases.keyed(key, Buyer::Owner).await?;
    Ok(found.map(|keyed| keyed.purchase))
}
