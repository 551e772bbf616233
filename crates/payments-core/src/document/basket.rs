//! Baskets in documents.

use serde::Serialize;

use crate::basket::{Basket, BasketItem};
use crate::id::{BasketId, CustomerId};
use crate::money::Currency;
use crate::record::Part;
use crate::slug::Slug;

use super::field;
use super::json::Json;
use super::object::Object;
use super::problem::Expected;
use super::reader::Reader;

/// The state of a basket or pre-order that has none of its own.
pub(super) fn open() -> Option<Slug> {
    Slug::parse("open").ok()
}

pub(super) fn read(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Basket> {
    let mut basket = Object::of(reader, json)?;
    let pk = basket.pk(reader, BasketId::get);
    let customer = basket.nullable(reader, "customer", field::reference(Part::Customers));
    let state = basket.nullable(reader, "state", field::slug);
    let currency = basket.required(reader, "currency", field::currency);
    let total = basket.required(reader, "total", field::amount(currency));
    let items = basket.optional(reader, "items", Vec::new(), |reader, json| {
        reader.at_most(field::MAX_LIST, json, |reader, json| {
            item(reader, currency, json)
        })
    });
    basket.finish(reader);
    Some(Basket {
        pk: pk?,
        customer: customer?,
        state: state?.or_else(open)?,
        total: total?,
        items: items?,
    })
}

fn item(
    reader: &mut Reader<'_>,
    currency: Option<Currency>,
    json: &Json<'_>,
) -> Option<BasketItem> {
    let mut item = Object::of(reader, json)?;
    let product = item.required(reader, "product", field::reference(Part::Products));
    let quantity = item.required(reader, "quantity", quantity);
    let price = item.required(reader, "price", field::amount(currency));
    item.finish(reader);
    Some(BasketItem {
        product: product?,
        quantity: quantity?,
        price: price?,
    })
}

fn quantity(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<u32> {
    let parse = |count| {
        u32::try_from(count)
            .ok()
            .filter(|count| (1..=1_000_000).contains(count))
    };
    field::integer(Expected::Quantity, parse)(reader, json)
}

pub(super) fn write(basket: &Basket) -> impl Serialize + '_ {
    #[derive(Serialize)]
    struct Item {
        product: i64,
        quantity: u32,
        price: String,
    }

    #[derive(Serialize)]
    struct Shape<'a> {
        pk: i64,
        customer: Option<i64>,
        state: &'a str,
        currency: &'static str,
        total: String,
        items: Vec<Item>,
    }

    let item = |item: &BasketItem| Item {
        product: item.product.get(),
        quantity: item.quantity,
        price: item.price.to_string(),
    };
    Shape {
        pk: basket.pk.get(),
        customer: basket.customer.map(CustomerId::get),
        state: basket.state.as_str(),
        currency: basket.total.currency.code(),
        total: basket.total.to_string(),
        items: basket.items.iter().map(item).collect(),
    }
}
