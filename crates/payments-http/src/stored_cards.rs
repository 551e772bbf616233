//! Saving a card: three steps, and the customer's own saved cards.
//!
//! Changes to a flow run in their own task: a caller who disconnects does not interrupt them.

pub(crate) mod actions;
mod card;
mod flow;
mod of_catalog;
mod otp;
mod phone_number;
mod refusal;
mod saved_cards;

use actix_web::web;
use payments_core::card_storage::FlowOwner;

pub(crate) use flow::flow_json;

use crate::caller::Caller;
use crate::routes;

/// The routes of `/payments/stored-cards/…`.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let phone_number = [
        "/payments/stored-cards/phone-number/",
        "/payments/stored-cards/phone-number",
    ];
    config
        .service(
            routes::readable(routes::resource(phone_number), phone_number::show)
                .route(web::post().to(phone_number::send_code))
                .default_service(routes::no_other("GET, HEAD, POST, OPTIONS")),
        )
        .service(routes::post(
            ["/payments/stored-cards/otp/", "/payments/stored-cards/otp"],
            otp::submit,
        ))
        .service(routes::post(
            [
                "/payments/stored-cards/card/",
                "/payments/stored-cards/card",
            ],
            card::submit,
        ))
        .service(routes::get(
            [
                "/payments/stored-cards/flow/",
                "/payments/stored-cards/flow",
            ],
            flow::show,
        ))
        .configure(actions::configure)
        .service(routes::get(
            ["/payments/stored-cards/", "/payments/stored-cards"],
            saved_cards::list,
        ))
        .service(
            routes::resource([
                "/payments/stored-cards/{pk}/",
                "/payments/stored-cards/{pk}",
            ])
            .route(web::patch().to(saved_cards::rename))
            .route(web::delete().to(saved_cards::remove))
            .default_service(routes::no_other("PATCH, DELETE, OPTIONS")),
        );
}

fn owner(caller: &Caller) -> FlowOwner {
    FlowOwner {
        session: caller.session.clone(),
        customer: caller.customer.pk,
    }
}
