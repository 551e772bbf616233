//! The three card listings.

mod coding;
pub mod json;
mod kept;
mod making;
pub mod product_listings;
mod ready;

use std::sync::Arc;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, VARY,
};
use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::id::ProductId;
use payments_core::language::Language;
use payments_core::listing;
use payments_core::moment::Moment;
use payments_core::purchase::Purchase;
use payments_core::store_data::ProductsVersion;

use crate::error::{ApiError, Problem};
use crate::language;
use crate::path::PathPk;
use crate::routes;
use crate::session::SessionCookie;
use crate::snapshot::Snapshot;
use crate::state::AppState;

use coding::Coding;
use making::{Source, Written};
use product_listings::NotListed;
use ready::ReadyListing;

/// The routes of `/payments/cards/…`.
pub fn configure(config: &mut web::ServiceConfig) {
    // Routes are tried in this order: what is asked for most comes first.
    config
        .service(routes::get(
            [
                "/payments/cards/product/{pk}/",
                "/payments/cards/product/{pk}",
            ],
            product,
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
    Ok(private(&state, purchase.as_ref(), &request))
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
    Ok(private(&state, purchase.as_ref(), &request))
}

async fn product(
    state: web::Data<AppState>,
    request: HttpRequest,
    pk: PathPk,
) -> Result<HttpResponse, ApiError> {
    let pk: ProductId = pk.or(Problem::ProductNotFound)?;
    let language = language::of_request(&request);
    let snapshot = state.snapshots.current();
    let catalog = snapshot.catalog.version();
    let source = || Product {
        state: state.clone(),
        snapshot,
        pk,
        language,
    };
    let listings = &state.product_listings;
    let kept = listings.of(pk, language, catalog, source).await?;
    public(&state, &kept.listing, language, &request)
}

/// A product, to be listed in a language by a catalog.
struct Product {
    state: web::Data<AppState>,
    snapshot: Arc<Snapshot>,
    pk: ProductId,
    language: Language,
}

impl Source for Product {
    async fn read(&self) -> Result<(ProductsVersion, Purchase), NotListed> {
        let found = self.state.purchases.product(self.pk).await?;
        found.ok_or(NotListed::Absent)
    }

    fn write(&self, purchase: &Purchase) -> Written {
        let moment = self.state.moment();
        Written {
            body: written(&self.state, &self.snapshot, purchase, self.language, moment),
            holds_until: self.snapshot.catalog.holds_until(moment.utc),
        }
    }
}

/// The listing of what belongs to one session, which nobody keeps; of nothing, an empty one.
fn private(state: &AppState, purchase: Option<&Purchase>, request: &HttpRequest) -> HttpResponse {
    let language = language::of_request(request);
    let body = purchase.map_or_else(
        || json::EMPTY.to_vec(),
        |purchase| {
            let snapshot = state.snapshots.current();
            written(state, &snapshot, purchase, language, state.moment())
        },
    );
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((VARY, "Accept-Language, Cookie"))
        .body(body)
}

/// A listing that everybody sees the same: whoever has it is told so, and it may be kept for a moment on the way.
fn public(
    state: &AppState,
    listing: &ReadyListing,
    language: Language,
    request: &HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let is_known = listing.is_known_to(request);
    let mut response = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header(listing.etag())
        .insert_header((CACHE_CONTROL, state.product_listings.cache_control()))
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((VARY, "Accept-Language, Accept-Encoding"));
    if is_known {
        return Ok(response.finish());
    }
    let packed = listing.in_coding(Coding::of_request(request));
    let (coding, body) = packed.map_err(|error| ApiError::new(Problem::Internal).because(error))?;
    if let Some(name) = coding.header() {
        response.insert_header((CONTENT_ENCODING, name));
    }
    response.insert_header((CONTENT_TYPE, "application/json"));
    Ok(response.body(body))
}

/// A listing as JSON.
fn written(
    state: &AppState,
    snapshot: &Snapshot,
    purchase: &Purchase,
    language: Language,
    moment: Moment,
) -> Vec<u8> {
    let rounding = state.settings.pricing.rounding;
    let listing = listing::list(&snapshot.catalog, purchase, moment, rounding);
    json::write(&listing, purchase.amount, snapshot.fragments(language))
}
