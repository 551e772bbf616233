//! Pre-orders in documents.

use serde::Serialize;

use crate::id::PreOrderId;
use crate::pre_order::PreOrder;
use crate::record::Part;

use super::json::Json;
use super::object::Object;
use super::reader::Reader;
use super::{basket, field};

pub(super) fn read(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<PreOrder> {
    let mut pre_order = Object::of(reader, json)?;
    let pk = pre_order.pk(reader, PreOrderId::get);
    let basket = pre_order.required(reader, "basket", field::reference(Part::Baskets));
    let state = pre_order.nullable(reader, "state", field::slug);
    let currency = pre_order.required(reader, "currency", field::currency);
    let total = pre_order.required(reader, "total", field::amount(currency));
    pre_order.finish(reader);
    Some(PreOrder {
        pk: pk?,
        basket: basket?,
        state: state?.or_else(basket::open)?,
        total: total?,
    })
}

pub(super) fn write(pre_order: &PreOrder) -> impl Serialize + '_ {
    #[derive(Serialize)]
    struct Shape<'a> {
        pk: i64,
        basket: i64,
        state: &'a str,
        currency: &'static str,
        total: String,
    }

    Shape {
        pk: pre_order.pk.get(),
        basket: pre_order.basket.get(),
        state: pre_order.state.as_str(),
        currency: pre_order.total.currency.code(),
        total: pre_order.total.to_string(),
    }
}
