//! The shop's own small back end: it keeps each visitor's basket and pre-order, and hands them over in documents, as a
//! commerce system does. Whatever changes something asks for the session's CSRF token, as the public API does.

mod account;
mod bins;
mod items;
mod pre_order;
mod shown;

use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::record::{Key, Part, Record};
use payments_core::store_data::Basket;

use super::visitor::{self, Visitor};
use crate::csrf;
use crate::error::{ApiError, Problem};
use crate::routes;
use crate::state::AppState;

/// The ways goods are delivered, and what each costs in minor units of the basket's currency.
pub(super) const DELIVERIES: [(&str, i64); 3] =
    [("standard", 0), ("fast", 5_990), ("point", 1_990)];

/// The routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(routes::get(
            ["/shop/api/basket/", "/shop/api/basket"],
            shown::basket,
        ))
        .service(
            routes::resource(["/shop/api/items/{pk}/", "/shop/api/items/{pk}"])
                .route(web::put().to(items::put))
                .default_service(routes::no_other("PUT, OPTIONS")),
        )
        .service(
            routes::readable(
                routes::resource(["/shop/api/pre-order/", "/shop/api/pre-order"]),
                shown::pre_order,
            )
            .route(web::put().to(pre_order::put))
            .default_service(routes::no_other("GET, HEAD, PUT, OPTIONS")),
        )
        .service(routes::get(
            ["/shop/api/bins/", "/shop/api/bins"],
            bins::show,
        ))
        .service(routes::post(
            ["/shop/api/log-in/", "/shop/api/log-in"],
            account::log_in,
        ))
        .service(routes::post(
            ["/shop/api/log-out/", "/shop/api/log-out"],
            account::log_out,
        ));
}

/// A visitor who may change what is theirs.
async fn authorized(request: &HttpRequest, state: &AppState) -> Result<Visitor, ApiError> {
    let visitor = visitor::known(request, state)
        .await?
        .ok_or(Problem::NotAuthenticated)?;
    csrf::check(request, state, &visitor.id)?;
    Ok(visitor)
}

async fn basket_of(state: &AppState, visitor: &Visitor) -> Result<Basket, ApiError> {
    let pk = visitor.session.basket.ok_or(Problem::NotFound)?;
    match state.records.get(Part::Baskets, &Key::Pk(pk.get())).await? {
        Some(Record::Basket(basket)) => Ok(basket),
        _ => Err(Problem::NotFound.into()),
    }
}

fn json(body: &serde_json::Value) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((actix_web::http::header::CACHE_CONTROL, "private, no-store"))
        .json(body)
}
