//! Pre-orders: a basket in checkout.

use alloc::string::{String, ToString};

use serde::Serialize;

use crate::id::{BasketId, PreOrderId};
use crate::json::{Json, Object, Reader, field};
use crate::money::Money;
use crate::record::Part;
use crate::slug::Slug;

use super::basket;

/// A pre-order with its own total (shipping included). Its items are those of its basket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreOrder {
    /// The pre-order's primary key.
    pub pk: PreOrderId,
    /// The basket that it was made from.
    pub basket: BasketId,
    /// The pre-order's state in the commerce system (`open`, …). Only rules use it.
    pub state: Slug,
    /// The amount to pay.
    pub total: Money,
}

impl PreOrder {
    /// A pre-order in the state `open`.
    pub fn new(pk: PreOrderId, basket: BasketId, total: Money) -> Self {
        Self {
            pk,
            basket,
            state: basket::open(),
            total,
        }
    }

    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
        let mut pre_order = Object::of(reader, json)?;
        let pk = pre_order.pk(reader, PreOrderId::get);
        let basket = pre_order.required(reader, "basket", field::reference(Part::Baskets));
        let state = pre_order.nullable(reader, "state", field::slug);
        let currency = pre_order.required(reader, "currency", field::currency);
        let total = pre_order.required(reader, "total", field::amount(currency));
        pre_order.finish(reader);
        Some(Self {
            pk: pk?,
            basket: basket?,
            state: state?.unwrap_or_else(basket::open),
            total: total?,
        })
    }

    pub(crate) fn write(&self) -> impl Serialize {
        #[derive(Serialize)]
        struct Shape<'a> {
            pk: i64,
            basket: i64,
            state: &'a str,
            currency: &'static str,
            total: String,
        }

        Shape {
            pk: self.pk.get(),
            basket: self.basket.get(),
            state: self.state.as_str(),
            currency: self.total.currency.code(),
            total: self.total.to_string(),
        }
    }
}
