//! The demo store: a shop window that uses the service as any store would.
//!
//! Pages are written here; lists, card saving and Masterpass are asked for by the pages' scripts, through the public
//! API only. The store's own basket and pre-order are kept by a small back end (`backend`), which hands them over in
//! documents, as a commerce system does. There is a shop only where the demo is on; production refuses the demo.

mod assets;
mod backend;
mod basket;
mod broom;
mod cards;
mod checkout;
mod component;
mod frame;
mod language;
mod picture;
mod product;
mod products;
mod texts;
mod visitor;

use actix_web::web;

use crate::routes;

pub use broom::tidy;

/// The routes of the shop.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(routes::get(["/", ""], products::show))
        .service(routes::get(
            ["/shop/product/{pk}/", "/shop/product/{pk}"],
            product::show,
        ))
        .service(routes::get(["/shop/basket/", "/shop/basket"], basket::show))
        .service(routes::get(
            ["/shop/checkout/", "/shop/checkout"],
            checkout::show,
        ))
        .service(routes::get(["/shop/cards/", "/shop/cards"], cards::show))
        .service(routes::get(
            ["/shop/component/", "/shop/component"],
            component::show,
        ))
        .service(routes::get(
            ["/shop/language/", "/shop/language"],
            language::choose,
        ))
        .configure(backend::configure)
        .configure(assets::configure);
}
