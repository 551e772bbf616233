//! The three card listings, and the lowest plans of many products.

use std::sync::Arc;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, VARY,
};
use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::id::ProductId;
use payments_core::language::Language;
use payments_core::ports::Unavailable;
use payments_core::purchase::Purchase;
use payments_core::session::SessionDigest;

use crate::customers_card::CustomersCard;
use crate::error::{ApiError, Problem};
use crate::language;
use crate::listing_cache::{Coding, EncodedListing, NotListed};
use crate::listing_json::ListingJson;
use crate::path::PathPk;
use crate::product_keys::ProductKeys;
use crate::routes;
use crate::session::SessionCookie;
use crate::state::AppState;

/// The routes of `/payments/cards/…`.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    // Routes are tried in this order: the busiest comes first.
    config
        .service(routes::get(
            [
                "/payments/cards/product/{pk}/",
                "/payments/cards/product/{pk}",
            ],
            product,
        ))
        .service(routes::get(
            ["/payments/cards/products/", "/payments/cards/products"],
            lowest,
        ))
        .service(routes::get(
            ["/payments/cards/basket/", "/payments/cards/basket"],
            basket,
        ))
        .service(routes::get(
            ["/payments/cards/pre-order/", "/payments/cards/pre-order"],
            pre_order,
        ));
}

async fn basket(
    state: web::Data<AppState>,
    request: HttpRequest,
    session: SessionCookie,
    card: CustomersCard,
) -> Result<HttpResponse, ApiError> {
    let find = async |session: SessionDigest| {
        let purchases = &state.purchases;
        purchases.session_basket(&session, state.clock.now()).await
    };
    of_session(&state, &request, session, card, find).await
}

async fn pre_order(
    state: web::Data<AppState>,
    request: HttpRequest,
    session: SessionCookie,
    card: CustomersCard,
) -> Result<HttpResponse, ApiError> {
    let find = async |session: SessionDigest| {
        let purchases = &state.purchases;
        purchases
            .session_pre_order(&session, state.clock.now())
            .await
    };
    of_session(&state, &request, session, card, find).await
}

/// The listing of a session's purchase; empty without a session.
async fn of_session(
    state: &AppState,
    request: &HttpRequest,
    session: SessionCookie,
    card: CustomersCard,
    find: impl AsyncFnOnce(SessionDigest) -> Result<Option<Purchase>, Unavailable>,
) -> Result<HttpResponse, ApiError> {
    let purchase = match session.0 {
        Some(id) => find(id.digest()).await?,
        None => None,
    };
    Ok(private(state, purchase.as_ref(), &card, request))
}

async fn product(
    state: web::Data<AppState>,
    request: HttpRequest,
    pk: PathPk,
    card: CustomersCard,
) -> Result<HttpResponse, ApiError> {
    let pk: ProductId = pk.or(Problem::ProductNotFound)?;
    let language = language::of_request(&request);
    let digits = match card {
        CustomersCard::Unknown => None,
        CustomersCard::Typed(digits) => Some(digits),
        CustomersCard::Saved(_) => {
            let (_, purchase) = state
                .purchases
                .product(pk)
                .await?
                .ok_or(Problem::ProductNotFound)?;
            return Ok(private(&state, Some(&purchase), &card, &request));
        }
    };
    let entry = state.listing_cache.get(pk, language, digits).await?;
    public(&state, &entry.listing, Some(language), &request)
}

/// The lowest plan of each product. No text in it depends on the language, so caches keep one response for all.
async fn lowest(
    state: web::Data<AppState>,
    request: HttpRequest,
    products: ProductKeys,
) -> Result<HttpResponse, ApiError> {
    let page = state.listing_cache.lowest(&products.0).await?;
    public(&state, &page, None, &request)
}

/// The listing of a session's purchase or for a saved card, which is never cached. Without a purchase it is empty.
fn private(
    state: &AppState,
    purchase: Option<&Purchase>,
    card: &CustomersCard,
    request: &HttpRequest,
) -> HttpResponse {
    let language = language::of_request(request);
    let json = purchase.map_or_else(ListingJson::empty, |purchase| {
        let snapshot = state.snapshots.current();
        let selection = card.selection(&snapshot.catalog);
        let rounding = state.settings.pricing.rounding;
        snapshot.list(
            purchase,
            state.moment(),
            rounding,
            language,
            selection.as_ref(),
        )
    });
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((VARY, "Accept-Language, Cookie"))
        .body(json.body)
}

/// A response that is the same for every caller, or every caller of a language: conditional, compressed, and cacheable by
/// browsers and proxies.
fn public(
    state: &AppState,
    listing: &EncodedListing,
    language: Option<Language>,
    request: &HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let is_known = listing.matches(request);
    let mut response = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header(listing.etag())
        .insert_header((CACHE_CONTROL, state.listing_cache.cache_control()));
    match language {
        Some(language) => response
            .insert_header((CONTENT_LANGUAGE, language.code()))
            .insert_header((VARY, "Accept-Language, Accept-Encoding")),
        None => response.insert_header((VARY, "Accept-Encoding")),
    };
    if is_known {
        return Ok(response.finish());
    }
    let encoded = listing.encoded(Coding::of_request(request));
    let (coding, body) =
        encoded.map_err(|error| ApiError::new(Problem::Internal).because(error))?;
    if let Some(name) = coding.header() {
        response.insert_header((CONTENT_ENCODING, name));
    }
    response.insert_header((CONTENT_TYPE, "application/json"));
    Ok(response.body(body))
}

impl From<Arc<NotListed>> for ApiError {
    fn from(reason: Arc<NotListed>) -> Self {
        match *reason {
            NotListed::Absent => Problem::ProductNotFound.into(),
            NotListed::Unavailable(_) => Self::new(Problem::Unavailable)
                .retry_after(1)
                .because(reason),
        }
    }
}
