//! Changes the quantities in the basket.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use payments_core::id::ProductId;
use payments_core::money::Money;
use payments_core::store_data::{Basket, BasketItem};
use serde_json::{Value, json};

use super::{authorized, basket_of, changing, conflict, pre_order, shown};
use crate::host::Demo;
use crate::refusal::Refusal;
use crate::visitor::{self, Visitor};
use crate::{language, product};

/// The maximum quantity of a product in a basket.
const MAX_QUANTITY: u32 = 99;

/// Sets the quantity of a product in the basket: `{"quantity": 2}`; 0 removes it.
pub(crate) async fn put(
    demo: web::Data<Demo>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    authorized(&request, &demo).await?;
    let pk = product::path_pk(&demo, &request).ok_or(Refusal::ProductNotFound)?;
    let quantity = demo.host.quantity(&request, payload).await?;
    if quantity > MAX_QUANTITY {
        return Err(Refusal::InvalidField("quantity").into());
    }
    let (visitor, _guard) = changing(&request, &demo).await?;
    let mut basket = basket_of(&demo, &visitor).await?;
    let product = product::find(&demo, pk).await?;
    basket
        .items
        .retain(|item| item.product != pk || quantity > 0);
    if quantity > 0 {
        let product = product.ok_or(Refusal::ProductNotFound)?;
        // A basket has one currency.
        if !basket.items.is_empty() && product.price.currency != basket.total.currency {
            let language = language::of_request(&demo, &request);
            return Ok(conflict(language, "other-currency", "other_currency"));
        }
        if basket.items.is_empty() {
            basket.total = Money::new(0, product.price.currency);
        }
        set(&mut basket, pk, quantity, product.price);
    }
    save(&demo, &visitor, basket).await?;
    let basket = basket_of(&demo, &visitor).await?;
    shown::of_basket(&demo, &basket, language::of_request(&demo, &request)).await
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

/// Removes everything from the basket, and from the pre-order made from it.
pub(crate) async fn empty(demo: &Demo, visitor: &Visitor, mut basket: Basket) -> Result<(), Error> {
    basket.items.clear();
    save(demo, visitor, basket).await
}

/// Writes the basket, and the pre-order made from it, in one document.
async fn save(demo: &Demo, visitor: &Visitor, mut basket: Basket) -> Result<(), Error> {
    let too_much = |error| Refusal::BadRequest(Box::new(error));
    let mut total = Money::new(0, basket.total.currency);
    for item in &basket.items {
        let line = item.price.checked_mul(item.quantity).map_err(too_much)?;
        total = total.checked_add(line).map_err(too_much)?;
    }
    basket.total = total;
    let mut document = json!({ "baskets": [written(&basket)] });
    if let Some(before) = pre_order::of(demo, visitor).await? {
        let delivery = pre_order::delivery_of(&before);
        document["pre_orders"] = json!([pre_order::written(before.pk, &basket, delivery)?]);
    }
    visitor::write(demo, &document).await
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
