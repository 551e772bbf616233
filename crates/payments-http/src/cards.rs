//! The three card listings.

pub mod json;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, VARY};
use actix_web::middleware::Compress;
use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::id::ProductId;
use payments_core::language::Language;
use payments_core::listing;
use payments_core::purchase::Purchase;

use crate::error::{ApiError, Problem};
use crate::language;
use crate::path::PathPk;
use crate::routes;
use crate::session::SessionCookie;
use crate::state::AppState;

/// What belongs to one session is kept by nobody.
const PRIVATE: [(HeaderName, &str); 2] = [
    (CACHE_CONTROL, "private, no-store"),
    (VARY, "Accept-Language, Cookie"),
];
/// Everybody sees the same, but prices change.
const PUBLIC: [(HeaderName, &str); 2] = [(CACHE_CONTROL, "no-cache"), (VARY, "Accept-Language")];

/// The routes of `/payments/cards/…`.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(routes::get(
            ["/payments/cards/basket/", "/payments/cards/basket"],
            basket,
        ))
        .service(routes::get(
            ["/payments/cards/pre-order/", "/payments/cards/pre-order"],
            pre_order,
        ))
        .service(
            // The one list that browsers ask for themselves, many times on a page: packed it is a tenth.
            routes::get(
                [
                    "/payments/cards/product/{pk}/",
                    "/payments/cards/product/{pk}",
                ],
                product,
            )
            .wrap(Compress::default()),
        );
}

async fn basket(
    state: web::Data<AppState>,
    request: HttpRequest,
    session: SessionCookie,
) -> Result<HttpResponse, ApiError> {
    let purchase = match session.0 {
        Some(id) => {
            state
                .purchases
                .session_basket(&id.digest(), state.clock.now())
                .await?
        }
        None => None,
    };
    Ok(answer(
        &state,
        purchase.as_ref(),
        language::of_request(&request),
        PRIVATE,
    ))
}

async fn pre_order(
    state: web::Data<AppState>,
    request: HttpRequest,
    session: SessionCookie,
) -> Result<HttpResponse, ApiError> {
    let purchase = match session.0 {
        Some(id) => {
            state
                .purchases
                .session_pre_order(&id.digest(), state.clock.now())
                .await?
        }
        None => None,
    };
    Ok(answer(
        &state,
        purchase.as_ref(),
        language::of_request(&request),
        PRIVATE,
    ))
}

async fn product(
    state: web::Data<AppState>,
    request: HttpRequest,
    pk: PathPk,
) -> Result<HttpResponse, ApiError> {
    let pk: ProductId = pk.or(Problem::ProductNotFound)?;
    let purchase = state
        .purchases
        .product(pk)
        .await?
        .ok_or(Problem::ProductNotFound)?;
    Ok(answer(
        &state,
        Some(&purchase),
        language::of_request(&request),
        PUBLIC,
    ))
}

/// The listing of a purchase; of none, an empty one.
fn answer(
    state: &AppState,
    purchase: Option<&Purchase>,
    language: Language,
    caching: [(HeaderName, &'static str); 2],
) -> HttpResponse {
    let body = purchase.and_then(|purchase| written(state, purchase, language));
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, "application/json"));
    for header in caching {
        response.insert_header(header);
    }
    response.body(body.unwrap_or_else(|| json::EMPTY.to_vec()))
}

/// `None` for an amount so large that a total would not fit 64 bits: nothing can be offered for it.
fn written(state: &AppState, purchase: &Purchase, language: Language) -> Option<Vec<u8>> {
    let snapshot = state.snapshots.current();
    let rounding = state.settings.pricing.rounding;
    match listing::list(&snapshot.catalog, purchase, state.moment(), rounding) {
        Ok(listing) => Some(json::write(
            &listing,
            purchase.amount,
            snapshot.fragments(language),
        )),
        Err(error) => {
            tracing::warn!(%error, context = purchase.context.as_str(), "nothing can be listed");
            None
        }
    }
}
