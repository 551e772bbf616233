//! Goods into the basket, more of them, fewer, none.

use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::id::ProductId;
use payments_core::money::Money;
use payments_core::store_data::{Basket, BasketItem};
use serde_json::{Value, json};

use super::{authorized, basket_of, pre_order, shown};
use crate::body;
use crate::error::{ApiError, Problem};
use crate::path::PathPk;
use crate::shop::visitor::{self, Visitor};
use crate::shop::{language, product, texts};
use crate::state::AppState;

/// The most of one product a basket takes.
const MOST: u32 = 99;

/// Puts so many of a product into the basket: `{"quantity": 2}`; none takes it out.
pub(super) async fn put(
    state: web::Data<AppState>,
    request: HttpRequest,
    pk: PathPk,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let visitor = authorized(&request, &state).await?;
    let pk: ProductId = pk.or(Problem::ProductNotFound)?;
    let fields = body::fields(&request, payload, &state.settings.http).await?;
    let quantity = fields.digits("quantity", 2, "field-invalid");
    let quantity = quantity.map_err(|sentence| ApiError::field("quantity", sentence))?;
    if quantity > MOST {
        return Err(ApiError::field("quantity", "field-invalid"));
    }
    let mut basket = basket_of(&state, &visitor).await?;
    let product = product::find(&state, pk).await?;
    basket
        .items
        .retain(|item| item.product != pk || quantity > 0);
    if quantity > 0 {
        let product = product.ok_or(Problem::ProductNotFound)?;
        if !basket.items.is_empty() && product.price.currency != basket.total.currency {
            return Ok(other_currency(&request));
        }
        if basket.items.is_empty() {
            basket.total = Money::new(0, product.price.currency);
        }
        set(&mut basket, pk, quantity, product.price);
    }
    save(&state, &visitor, basket).await?;
    let basket = basket_of(&state, &visitor).await?;
    shown::of_basket(&state, &basket, language::of_request(&request)).await
}

fn set(basket: &mut Basket, product: ProductId, quantity: u32, price: Money) {
    match basket.items.iter_mut().find(|item| item.product == product) {
        Some(item) => (item.quantity, item.price) = (quantity, price),
        None => basket.items.push(BasketItem {
            product,
            quantity,
            price,
        }),
    }
}

/// A basket has one currency; whoever wants another buys that by itself.
fn other_currency(request: &HttpRequest) -> HttpResponse {
    let text = texts::of(language::of_request(request)).get("other-currency");
    HttpResponse::Conflict().json(json!({ "detail": text, "code": "other_currency" }))
}

/// Writes the basket, and the pre-order made of it, in one document.
async fn save(state: &AppState, visitor: &Visitor, mut basket: Basket) -> Result<(), ApiError> {
    let too_much = |error| ApiError::new(Problem::BadRequest).because(error);
    let mut total = Money::new(0, basket.total.currency);
    for item in &basket.items {
        let line = item.price.checked_mul(item.quantity).map_err(too_much)?;
        total = total.checked_add(line).map_err(too_much)?;
    }
    basket.total = total;
    let mut document = json!({ "baskets": [written(&basket)] });
    if let Some(before) = pre_order::of(state, visitor).await? {
        let delivery = pre_order::delivery_of(&before);
        document["pre_orders"] = json!([pre_order::written(before.pk, &basket, delivery)?]);
    }
    visitor::write(state, &document).await
}

fn written(basket: &Basket) -> Value {
    let items: Vec<Value> = basket
        .items
        .iter()
        .map(|item| {
            json!({
                "product": item.product,
                "quantity": item.quantity,
                "price": item.price.to_string(),
            })
        })
        .collect();
    json!({
        "pk": basket.pk,
        "customer": basket.customer,
        "state": basket.state,
        "currency": basket.total.currency.code(),
        "total": basket.total.to_string(),
        "items": items,
    })
}
