//! The card of each BIN: the whole table, so that no digit leaves the page while it is typed.

use std::collections::BTreeMap;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use payments_core::catalog::Catalog;
use serde_json::{Value, json};

use crate::host::Demo;

pub(crate) async fn show(demo: web::Data<Demo>) -> HttpResponse {
    let mut bins = BTreeMap::new();
    demo.host
        .with_catalog(&mut |catalog| bins = by_bin(catalog));
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-cache"))
        .json(json!({ "bins": bins }))
}

fn by_bin(catalog: &Catalog) -> BTreeMap<String, Value> {
    let mut bins = BTreeMap::new();
    for card in catalog.cards().iter().filter(|card| card.is_active) {
        let bank = catalog.bank(card.bank);
        let card_type = catalog.card_type(card.card_type);
        let shown = json!({
            "slug": card.slug,
            "name": card.name,
            "payment_type": card.card_payment_type.as_str(),
            "bank": bank.map(|bank| &bank.name),
            "programme": card_type.map(|card_type| &card_type.name),
            "logo_path": card_type.and_then(|card_type| card_type.logo_path.as_deref()),
        });
        for bin in &card.bins {
            bins.insert(bin.as_str().to_owned(), shown.clone());
        }
    }
    bins
}
