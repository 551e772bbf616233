//! The pre-order of the checkout: the basket and its delivery.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use chrono::SecondsFormat;
use payments_core::id::PreOrderId;
use payments_core::money::Money;
use payments_core::record::{Key, Part, Record};
use payments_core::store_data::{Basket, PreOrder};
use serde_json::{Value, json};

use super::{DELIVERIES, authorized, basket_of, changing};
use crate::host::Demo;
use crate::refusal::Refusal;
use crate::visitor::{self, Visitor};

/// The prefix of a pre-order's state, before the delivery.
const STATE: &str = "delivery-";

/// Creates the pre-order, or changes its delivery: `{"delivery": "fast"}`.
pub(crate) async fn put(
    demo: web::Data<Demo>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    authorized(&request, &demo).await?;
    let asked = demo.host.delivery(&request, payload).await?;
    let asked = asked.unwrap_or_default();
    let delivery = DELIVERIES.into_iter().find(|(name, _)| *name == asked);
    let delivery = delivery.ok_or_else(|| Refusal::InvalidField("delivery"))?;
    let (visitor, _guard) = changing(&request, &demo).await?;
    let basket = basket_of(&demo, &visitor).await?;
    let before = of(&demo, &visitor).await?;
    let pk = match &before {
        Some(before) => before.pk,
        None => new_pk(&demo)?,
    };
    let mut document = json!({ "pre_orders": [written(pk, &basket, delivery)?] });
    if before.is_none() {
        document["sessions"] = json!([session(&visitor, pk)]);
    }
    visitor::write(&demo, &document).await?;
    let pre_order = of(
        &demo,
        &Visitor {
            session: with(&visitor, pk),
            ..visitor
        },
    )
    .await?;
    Ok(answer(pre_order.as_ref()))
}

fn new_pk(demo: &Demo) -> Result<PreOrderId, Error> {
    let pk = i64::try_from(visitor::draw_pk(demo))
        .ok()
        .and_then(|pk| PreOrderId::new(pk).ok());
    pk.ok_or_else(|| Refusal::Internal(None).into())
}

fn with(visitor: &Visitor, pk: PreOrderId) -> payments_core::store_data::Session {
    payments_core::store_data::Session {
        pre_order: Some(pk),
        ..visitor.session.clone()
    }
}

/// The visitor's session, with the pre-order.
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

pub(crate) async fn of(demo: &Demo, visitor: &Visitor) -> Result<Option<PreOrder>, Error> {
    let Some(pk) = visitor.session.pre_order else {
        return Ok(None);
    };
    Ok(
        match demo.record(Part::PreOrders, &Key::Pk(pk.get())).await? {
            Some(Record::PreOrder(pre_order)) => Some(pre_order),
            _ => None,
        },
    )
}

/// The delivery of a pre-order; the first option if the shop did not create it.
pub(crate) fn delivery_of(pre_order: &PreOrder) -> (&'static str, i64) {
    let name = pre_order.state.as_str().strip_prefix(STATE);
    DELIVERIES
        .into_iter()
        .find(|(one, _)| Some(*one) == name)
        .unwrap_or(DELIVERIES[0])
}

/// The pre-order of a basket, as documents contain it.
pub(crate) fn written(
    pk: PreOrderId,
    basket: &Basket,
    (name, minor): (&str, i64),
) -> Result<Value, Error> {
    let delivery = if basket.items.is_empty() { 0 } else { minor };
    let total = basket
        .total
        .checked_add(Money::new(delivery, basket.total.currency));
    let total = total.map_err(|error| Refusal::BadRequest(Box::new(error)))?;
    Ok(json!({
        "pk": pk,
        "basket": basket.pk,
        "state": format!("{STATE}{name}"),
        "currency": total.currency.code(),
        "total": total.to_string(),
    }))
}

pub(crate) async fn show(
    demo: web::Data<Demo>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let visitor = visitor::known(&request, &demo)
        .await?
        .ok_or(Refusal::NotAuthenticated)?;
    Ok(answer(of(&demo, &visitor).await?.as_ref()))
}

fn answer(pre_order: Option<&PreOrder>) -> HttpResponse {
    super::json(&match pre_order {
        Some(pre_order) => json!({
            "currency": pre_order.total.currency.code(),
            "total": pre_order.total.to_string(),
            "delivery": delivery_of(pre_order).0,
        }),
        None => Value::Null,
    })
}
