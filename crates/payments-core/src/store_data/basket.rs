//! Baskets.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Serialize;

use crate::id::{BasketId, CustomerId, ProductId};
use crate::json::{Json, Object, Reader, field};
use crate::money::{Currency, Money};
use crate::record::Part;
use crate::slug::Slug;

/// A basket with the total that the commerce system computed (discounts included).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basket {
    /// The basket's primary key.
    pub pk: BasketId,
    /// The customer, if known.
    pub customer: Option<CustomerId>,
    /// The basket's state in the commerce system (`open`, …). Only rules use it.
    pub state: Slug,
    /// The amount to pay.
    pub total: Money,
    /// The lines of the basket. An empty basket has no listing.
    pub items: Vec<BasketItem>,
}

/// One line of a basket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasketItem {
    /// The product of the line.
    pub product: ProductId,
    /// The number of units, at least 1.
    pub quantity: u32,
    /// The price of one unit, in the basket's currency.
    pub price: Money,
}

impl Basket {
    /// An empty basket of an unknown customer, in the state `open`.
    pub fn new(pk: BasketId, total: Money) -> Self {
        Self {
            pk,
            customer: None,
            state: open(),
            total,
            items: Vec::new(),
        }
    }

    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
        let mut basket = Object::of(reader, json)?;
        let pk = basket.pk(reader, BasketId::get);
        let customer = basket.nullable(reader, "customer", field::reference(Part::Customers));
        let state = basket.nullable(reader, "state", field::slug);
        let currency = basket.required(reader, "currency", field::currency);
        let total = basket.required(reader, "total", field::amount(currency));
        let items = basket.optional(reader, "items", Vec::new(), |reader, json| {
            reader.at_most(field::MAX_LIST, json, |reader, json| {
                BasketItem::read(reader, currency, json)
            })
        });
        basket.finish(reader);
        Some(Self {
            pk: pk?,
            customer: customer?,
            state: state?.unwrap_or_else(open),
            total: total?,
            items: items?,
        })
    }

    pub(crate) fn write(&self) -> impl Serialize {
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
            pk: self.pk.get(),
            customer: self.customer.map(CustomerId::get),
            state: self.state.as_str(),
            currency: self.total.currency.code(),
            total: self.total.to_string(),
            items: self.items.iter().map(item).collect(),
        }
    }
}

impl BasketItem {
    fn read(reader: &mut Reader, currency: Option<Currency>, json: &Json<'_>) -> Option<Self> {
        let mut item = Object::of(reader, json)?;
        let product = item.required(reader, "product", field::reference(Part::Products));
        let quantity = item.required(reader, "quantity", quantity);
        let price = item.required(reader, "price", field::amount(currency));
        item.finish(reader);
        Some(Self {
            product: product?,
            quantity: quantity?,
            price: price?,
        })
    }
}

fn quantity(reader: &mut Reader, json: &Json<'_>) -> Option<u32> {
    let parse = |count: u32| Some(count).filter(|count| (1..=1_000_000).contains(count));
    field::integer("an integer from 1 to 1000000", parse)(reader, json)
}

/// The default state of a basket or pre-order.
#[expect(clippy::expect_used, reason = "the constant is a slug")]
pub(super) fn open() -> Slug {
    Slug::parse("open").expect("a slug")
}
