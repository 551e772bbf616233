//! The demo store: a shop that uses the service as any store would.
//!
//! Pages are rendered here. Their scripts request listings, save cards and start Masterpass through the public API
//! only. A small back end (`backend`) keeps the store's basket and pre-order and imports them as documents, as a
//! commerce system does. The service mounts the routes only if `demo.enabled` is set; production refuses that setting.

mod amount;
mod assets;
mod backend;
mod basket;
mod cards;
mod changes;
mod checkout;
mod cleanup;
mod component;
mod data;
mod frame;
mod host;
mod language;
mod missing;
mod orders;
mod picture;
mod product;
mod products;
mod refusal;
mod result;
mod routes;
mod texts;
mod visitor;
mod why;

use actix_web::web;

pub use changes::Changes;
pub use cleanup::clean_up;
pub use data::{APPROVER_TOKEN, CUSTOMER_SESSION, MASTERPASS_HOSTS, STORE, TOKEN, VISITOR_SESSION};
pub use frame::OwnBody;
pub use host::{Authorized, CardsRemoved, Demo, Host, Payment, Quoted};
pub use orders::{Orders, is_number as is_order_number};
pub use refusal::Refusal;
pub use texts::{VARIABLES, sources};

/// Mounts the shop's routes.
pub fn configure(config: &mut web::ServiceConfig, demo: web::Data<Demo>) {
    let routes = demo.routes();
    texts::load(&*demo.host);
    config
        .app_data(demo)
        .default_service(web::to(missing::show))
        .service(routes.get(["/", ""], products::show))
        .service(routes.get(["/shop/product/{pk}/", "/shop/product/{pk}"], product::show))
        .service(routes.get(["/shop/basket/", "/shop/basket"], basket::show))
        .service(routes.get(["/shop/checkout/", "/shop/checkout"], checkout::show))
        .service(routes.get(
            ["/shop/result/{order}/", "/shop/result/{order}"],
            result::show,
        ))
        .service(routes.get(["/shop/cards/", "/shop/cards"], cards::show))
        .service(routes.get(["/shop/component/", "/shop/component"], component::show))
        .service(routes.get(["/shop/language/", "/shop/language"], language::choose))
        .configure(|config| backend::configure(config, routes))
        .configure(|config| assets::configure(config, routes));
}
