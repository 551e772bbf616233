//! The pre-order of the checkout: the basket and its delivery.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::SecondsFormat;
use payments_core::id::PreOrderId;
use payments_core::money::Money;
use payments_core::record::{Key, Part, Record};
use payments_core::store_data::{Basket, PreOrder};
use serde_json::{Value, json};

use super::{DELIVERIES, authorized, basket_of, shown};
use crate::body;
use crate::error::{ApiError, Problem};
use crate::shop::visitor::{self, Visitor};
use crate::state::AppState;

/// What a pre-order's state begins with; the way of delivery follows.
const STATE: &str = "delivery-";

/// Makes the pre-order, or changes its delivery: `{"delivery": "fast"}`.
pub(super) async fn put(
    state: web::Data<AppState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let visitor = authorized(&request, &state).await?;
    let fields = body::fields(&request, payload, &state.settings.http).await?;
    let asked = fields.text("delivery").unwrap_or_default();
    let delivery = DELIVERIES.into_iter().find(|(name, _)| *name == asked);
    let delivery = delivery.ok_or_else(|| ApiError::field("delivery", "field-invalid"))?;
    let basket = basket_of(&state, &visitor).await?;
    let before = of(&state, &visitor).await?;
    let pk = match &before {
        Some(before) => before.pk,
        None => new_pk(&state)?,
    };
    let mut document = json!({ "pre_orders": [written(pk, &basket, delivery)?] });
    if before.is_none() {
        document["sessions"] = json!([session(&visitor, pk)]);
    }
    visitor::write(&state, &document).await?;
    let pre_order = of(
        &state,
        &Visitor {
            session: with(&visitor, pk),
            ..visitor
        },
    )
    .await?;
    Ok(shown::of_pre_order(pre_order.as_ref()))
}

fn new_pk(state: &AppState) -> Result<PreOrderId, ApiError> {
    let pk = i64::try_from(visitor::draw_pk(state))
        .ok()
        .and_then(|pk| PreOrderId::new(pk).ok());
    pk.ok_or_else(|| Problem::Internal.into())
}

fn with(visitor: &Visitor, pk: PreOrderId) -> payments_core::store_data::Session {
    payments_core::store_data::Session {
        pre_order: Some(pk),
        ..visitor.session.clone()
    }
}

/// The visitor's session with the pre-order in it.
fn session(visitor: &Visitor, pk: PreOrderId) -> Value {
    let id = visitor
        .id
        .expose(|id| String::from_utf8_lossy(id).into_owned());
    json!({
        "id": id,
        "customer": visitor.session.customer,
        "basket": visitor.session.basket,
        "pre_order": pk,
        "expires_at": visitor.session.expires_at.to_rfc3339_opts(SecondsFormat::Micros, true),
    })
}

/// The visitor's pre-order.
pub(super) async fn of(state: &AppState, visitor: &Visitor) -> Result<Option<PreOrder>, ApiError> {
    let Some(pk) = visitor.session.pre_order else {
        return Ok(None);
    };
    Ok(
        match state
            .records
            .get(Part::PreOrders, &Key::Pk(pk.get()))
            .await?
        {
            Some(Record::PreOrder(pre_order)) => Some(pre_order),
            _ => None,
        },
    )
}

/// How a pre-order is delivered; one that this shop did not make, the first way.
pub(super) fn delivery_of(pre_order: &PreOrder) -> (&'static str, i64) {
    let name = pre_order.state.as_str().strip_prefix(STATE);
    DELIVERIES
        .into_iter()
        .find(|(one, _)| Some(*one) == name)
        .unwrap_or(DELIVERIES[0])
}

/// The pre-order of a basket as a document has it.
pub(super) fn written(
    pk: PreOrderId,
    basket: &Basket,
    (name, minor): (&str, i64),
) -> Result<Value, ApiError> {
    let delivery = if basket.items.is_empty() { 0 } else { minor };
    let total = basket
        .total
        .checked_add(Money::new(delivery, basket.total.currency));
    let total = total.map_err(|error| ApiError::new(Problem::BadRequest).because(error))?;
    Ok(json!({
        "pk": pk,
        "basket": basket.pk,
        "state": format!("{STATE}{name}"),
        "currency": total.currency.code(),
        "total": total.to_string(),
    }))
}
