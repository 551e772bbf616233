//! `GET /manage/v1/matrix/`: which plans cards offer for a purchase, and why they offer no others.

mod asked;
mod body;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::SecondsFormat;
use payments_core::id::BankId;
use payments_core::listing::{MatrixPage, matrix};
use payments_core::purchase::Purchase;
use serde::Serialize;

use super::{PREFIX, Principal, explain};
use crate::caller_url::link_base;
use crate::error::{ApiError, FieldError, Problem};
use crate::snapshot::Snapshot;
use crate::state::AppState;
use asked::{Asked, Bought};
pub(super) use body::MatrixBody;

#[derive(Serialize)]
struct Body<'m> {
    context: &'static str,
    pk: Option<i64>,
    amount: String,
    currency: &'static str,
    at: String,
    count: usize,
    next: Option<String>,
    previous: Option<String>,
    #[serde(flatten)]
    matrix: MatrixBody<'m>,
}

pub(super) async fn show(
    _: Principal,
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let asked = Asked::of(request.query_string())?;
    let purchase = purchase(&state, &asked).await?.ok_or(Problem::NotFound)?;
    let (snapshot, moment) = explain::catalog_at(&state, asked.at).await?;
    let bank = bank(&snapshot, &asked)?;
    let page = MatrixPage {
        bank,
        skip: (asked.page - 1) * asked.page_size,
        limit: asked.page_size,
    };
    let rounding = state.settings.pricing.rounding;
    let catalog = &snapshot.catalog;
    let found = matrix(catalog, &purchase, moment, rounding, None, &page);
    let base = link_base(&request, &state);
    let link = |page| format!("{base}{PREFIX}/matrix/?{}", asked.query_of(page));
    let pages = found.card_count().div_ceil(asked.page_size);
    let body = Body {
        context: purchase.context.as_str(),
        pk: asked.bought.pk(),
        amount: purchase.amount.to_string(),
        currency: purchase.amount.currency.code(),
        at: moment.utc.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        count: found.card_count(),
        next: (asked.page < pages).then(|| link(asked.page + 1)),
        previous: (asked.page > 1).then(|| link((asked.page - 1).min(pages.max(1)))),
        matrix: MatrixBody::of(&found),
    };
    Ok(HttpResponse::Ok().json(body))
}

async fn purchase(state: &AppState, asked: &Asked) -> Result<Option<Purchase>, ApiError> {
    match &asked.bought {
        Bought::Stored(context, pk) => explain::purchase(state, *context, *pk).await,
        Bought::Described(purchase) => Ok(Some(purchase.clone())),
    }
}

fn bank(snapshot: &Snapshot, asked: &Asked) -> Result<Option<BankId>, ApiError> {
    let Some(slug) = &asked.bank else {
        return Ok(None);
    };
    let mut banks = snapshot.catalog.banks().iter();
    let bank = banks.find(|bank| bank.slug == *slug);
    let unknown = || FieldError::at("bank", "use the slug of a bank");
    let bank = bank.ok_or_else(|| ApiError::validation(vec![unknown()]))?;
    Ok(Some(bank.pk))
}
