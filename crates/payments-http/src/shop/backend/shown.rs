//! Basket and pre-order as the pages' scripts read them.

use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::language::Language;
use payments_core::record::{Key, Part, Record};
use payments_core::store_data::{Basket, PreOrder};
use serde_json::{Value, json};

use super::{basket_of, json, pre_order as orders};
use crate::error::{ApiError, Problem};
use crate::shop::{language, picture, products, texts, visitor};
use crate::state::AppState;

pub(super) async fn basket(
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let visitor = visitor::known(&request, &state)
        .await?
        .ok_or(Problem::NotAuthenticated)?;
    let basket = basket_of(&state, &visitor).await?;
    of_basket(&state, &basket, language::of_request(&request)).await
}

pub(super) async fn pre_order(
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let visitor = visitor::known(&request, &state)
        .await?
        .ok_or(Problem::NotAuthenticated)?;
    Ok(of_pre_order(orders::of(&state, &visitor).await?.as_ref()))
}

pub(super) async fn of_basket(
    state: &AppState,
    basket: &Basket,
    language: Language,
) -> Result<HttpResponse, ApiError> {
    let mut items: Vec<Value> = Vec::new();
    for item in &basket.items {
        let record = state
            .records
            .get(Part::Products, &Key::Pk(item.product.get()))
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

pub(super) fn of_pre_order(pre_order: Option<&PreOrder>) -> HttpResponse {
    json(&match pre_order {
        Some(pre_order) => json!({
            "currency": pre_order.total.currency.code(),
            "total": pre_order.total.to_string(),
            "delivery": orders::delivery_of(pre_order).0,
        }),
        None => Value::Null,
    })
}
