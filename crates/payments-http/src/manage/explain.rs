//! `GET /manage/v1/explain/`: a listing, and why everything else is left out.

mod body;
mod named_card;

use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use payments_core::catalog::CatalogParts;
use payments_core::id::ProductId;
use payments_core::language::Language;
use payments_core::listing;
use payments_core::moment::Moment;
use payments_core::purchase::{Buyer, Context, Purchase, PurchaseKey};
use payments_core::record::Part;

pub use body::{Left, LeftOutBody, ReasonBody};
pub(crate) use body::{left_out, reasons};
use named_card::NamedCard;

use super::audit::time;
use super::query::Parameters;
use super::{Principal, history};
use crate::error::{ApiError, Problem};
use crate::listing_json;
use crate::path::PathPk;
use crate::snapshot::Snapshot;
use crate::state::AppState;

struct Question {
    context: Context,
    pk: i64,
    language: Language,
    card: NamedCard,
    /// The moment of the catalog; `None` for the present one.
    at: Option<DateTime<Utc>>,
}

/// The listing of a basket, a pre-order or a product, by the present catalog or as of a moment, and for each payment
/// option, card and plan left out the fact or rule that caused it.
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
        at: None,
    };
    answer(state, &question).await
}

async fn answer(state: &AppState, question: &Question) -> Result<Vec<u8>, ApiError> {
    let found = purchase(state, question.context, question.pk).await?;
    let purchase = found.ok_or(Problem::NotFound)?;
    let card = question.card.find(state).await?;
    let (snapshot, moment) = catalog_at(state, question.at).await?;
    let rounding = state.settings.pricing.rounding;
    let catalog = &snapshot.catalog;
    let selection = card.selection(catalog);
    let explained = listing::explain_only(catalog, &purchase, moment, rounding, selection.as_ref());
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
    let expected = "use a time such as 2026-11-28T12:00:00Z";
    let at = parameters.optional("at", expected, None, |text| time(text).map(Some));
    let question = (|| {
        Some(Question {
            context: context?,
            pk: pk?,
            language: language?,
            card: card?,
            at: at?,
        })
    })();
    parameters.finish(question)
}

/// The catalog as of a moment, and the moment: the present one without it, and the present catalog for a later one.
pub(super) async fn catalog_at(
    state: &AppState,
    at: Option<DateTime<Utc>>,
) -> Result<(Arc<Snapshot>, Moment), ApiError> {
    let now = state.moment();
    let moment = at.map_or(now, |at| state.settings.pricing.moment(at));
    let snapshot = match at {
        Some(at) if at < now.utc => as_of(state, at).await?,
        Some(_) | None => state.snapshots.current(),
    };
    Ok((snapshot, moment))
}

async fn as_of(state: &AppState, at: DateTime<Utc>) -> Result<Arc<Snapshot>, ApiError> {
    let parts: Vec<Part> = history::parts().collect();
    let (version, then, _) = history::objects_as_of(state, "at", at, &parts, None).await?;
    let mut catalog = CatalogParts::default();
    catalog.extend(then.into_values());
    let snapshot = state.snapshots.of(version, catalog);
    let snapshot = snapshot.map_err(|error| ApiError::new(Problem::Internal).because(error))?;
    Ok(Arc::new(snapshot))
}

/// The basket, pre-order or product with a key, as its owner sees it.
pub(super) async fn purchase(
    state: &AppState,
    context: Context,
    pk: i64,
) -> Result<Option<Purchase>, ApiError> {
    let key = PurchaseKey::new(context, pk).map_err(|_| Problem::NotFound)?;
    let found = state.purchases.keyed(key, Buyer::Owner).await?;
    Ok(found.map(|keyed| keyed.purchase))
}
