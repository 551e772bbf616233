//! The shop's small back end: it keeps each visitor's basket and pre-order and imports them as documents, as a
//! commerce system does. Every change needs the session's CSRF token, as in the public API.

mod account;
mod items;
mod payment;
mod pre_order;
mod shown;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{Error, HttpRequest, HttpResponse, HttpResponseBuilder, web};
use payments_core::language::Language;
use payments_core::record::{Key, Part, Record};
use payments_core::store_data::Basket;
use tokio::sync::MutexGuard;

use super::texts;
use super::visitor::{self, Visitor};
use crate::host::Demo;
use crate::refusal::Refusal;
use crate::routes::{Routes, readable, resource};

/// The delivery options, with their prices in minor units of the basket's currency.
pub(crate) const DELIVERIES: [(&str, i64); 3] =
    [("standard", 0), ("fast", 5_990), ("point", 1_990)];

/// Mounts the routes of the back end.
pub(crate) fn configure(config: &mut web::ServiceConfig, routes: Routes) {
    config
        .service(routes.get(["/shop/api/basket/", "/shop/api/basket"], shown::basket))
        .service(
            resource(["/shop/api/items/{pk}/", "/shop/api/items/{pk}"])
                .route(web::put().to(items::put))
                .default_service((routes.other_methods)("PUT, OPTIONS")),
        )
        .service(
            readable(
                resource(["/shop/api/pre-order/", "/shop/api/pre-order"]),
                pre_order::show,
            )
            .route(web::put().to(pre_order::put))
            .default_service((routes.other_methods)("GET, HEAD, PUT, OPTIONS")),
        )
        .service(routes.post(["/shop/api/pay/", "/shop/api/pay"], payment::pay))
        .service(routes.post(["/shop/api/log-in/", "/shop/api/log-in"], account::log_in))
        .service(routes.post(
            ["/shop/api/log-out/", "/shop/api/log-out"],
            account::log_out,
        ));
}

/// A visitor with a live session and a valid CSRF token.
async fn authorized(request: &HttpRequest, demo: &Demo) -> Result<Visitor, Error> {
    let visitor = visitor::known(request, demo)
        .await?
        .ok_or(Refusal::NotAuthenticated)?;
    demo.host.check_csrf(request, &visitor.id)?;
    Ok(visitor)
}

/// Such a visitor whose basket no other request changes until the guard is dropped.
async fn changing<'d>(
    request: &HttpRequest,
    demo: &'d Demo,
) -> Result<(Visitor, MutexGuard<'d, ()>), Error> {
    let visitor = authorized(request, demo).await?;
    let basket = visitor.session.basket.ok_or(Refusal::NotFound)?;
    let guard = demo.changes.lock(basket).await;
    // The request before may have given the session a pre-order.
    Ok((authorized(request, demo).await?, guard))
}

async fn basket_of(demo: &Demo, visitor: &Visitor) -> Result<Basket, Error> {
    let pk = visitor.session.basket.ok_or(Refusal::NotFound)?;
    match demo.record(Part::Baskets, &Key::Pk(pk.get())).await? {
        Some(Record::Basket(basket)) => Ok(basket),
        _ => Err(Refusal::NotFound.into()),
    }
}

/// Refuses a request that the visitor's basket or the offers do not allow now, with a text of the shop.
fn conflict(language: Language, text: &str, code: &str) -> HttpResponse {
    let detail = texts::of(language).get(text);
    let body = serde_json::json!({ "detail": detail, "code": code });
    uncached(HttpResponse::Conflict(), &body)
}

fn json(body: &serde_json::Value) -> HttpResponse {
    uncached(HttpResponse::Ok(), body)
}

fn uncached(mut response: HttpResponseBuilder, body: &serde_json::Value) -> HttpResponse {
    response
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .json(body)
}
