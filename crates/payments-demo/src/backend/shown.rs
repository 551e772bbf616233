//! The basket as JSON for the scripts of the pages.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use payments_core::language::Language;
use payments_core::record::{Key, Part, Record};
use payments_core::store_data::Basket;
use serde_json::{Value, json};

use super::{basket_of, json};
use crate::host::Demo;
use crate::refusal::Refusal;
use crate::{language, picture, products, texts, visitor};

pub(crate) async fn basket(
    demo: web::Data<Demo>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let visitor = visitor::known(&request, &demo)
        .await?
        .ok_or(Refusal::NotAuthenticated)?;
    let basket = basket_of(&demo, &visitor).await?;
    of_basket(&demo, &basket, language::of_request(&demo, &request)).await
}

pub(crate) async fn of_basket(
    demo: &Demo,
    basket: &Basket,
    language: Language,
) -> Result<HttpResponse, Error> {
    let mut items: Vec<Value> = Vec::new();
    for item in &basket.items {
        let record = demo
            .record(Part::Products, &Key::Pk(item.product.get()))
            .await?;
        let Some(Record::Product(product)) = record else {
            continue;
        };
        let line = item.price.checked_mul(item.quantity).ok();
        items.push(json!({
            "product": item.product,
            "name": products::name(texts::of(language), &product),
            "picture": picture::of(&product).into_string(),
            "quantity": item.quantity,
            "price": item.price.to_string(),
            "total": line.map(|line| line.to_string()),
        }));
    }
    Ok(json(&json!({
        "currency": basket.total.currency.code(),
        "total": basket.total.to_string(),
        "count": basket.items.iter().map(|item| u64::from(item.quantity)).sum::<u64>(),
        "items": items,
    })))
}
