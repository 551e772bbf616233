//! Products in documents.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::id::ProductId;
use crate::pointer::is_key;
use crate::product::{CategoryPath, Product};
use crate::slug::Slug;

use super::field;
use super::json::Json;
use super::object::Object;
use super::problem::{Expected, Problem};
use super::reader::Reader;

pub(super) fn read(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Product> {
    let mut product = Object::of(reader, json)?;
    let pk = product.pk(reader, ProductId::get);
    let name = product.required(reader, "name", field::name);
    let currency = product.required(reader, "currency", field::currency);
    let price = product.required(reader, "price", field::amount(currency));
    let categories = product.optional(reader, "categories", Vec::new(), |reader, json| {
        reader.at_most(field::MAX_LIST, json, category)
    });
    let attributes = product.optional(reader, "attributes", BTreeMap::new(), attributes);
    let is_active = product.optional(reader, "is_active", true, field::boolean);
    product.finish(reader);
    Some(Product {
        pk: pk?,
        name: name?,
        price: price?,
        categories: categories?,
        attributes: attributes?,
        is_active: is_active?,
    })
}

fn category(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<CategoryPath> {
    let category = |path: &str| {
        let is_of_slugs = path.split('/').all(|segment| Slug::parse(segment).is_ok());
        CategoryPath::parse(path).ok().filter(|_| is_of_slugs)
    };
    field::text(Expected::Category, category)(reader, json)
}

/// Names with texts, numbers or booleans.
fn attributes(
    reader: &mut Reader<'_>,
    json: &Json<'_>,
) -> Option<BTreeMap<String, serde_json::Value>> {
    let Json::Object(members) = json else {
        return reader.expected(Expected::Object);
    };
    if members.len() > field::MAX_LIST {
        return reader.problem(Problem::TooMany(field::MAX_LIST));
    }
    let mut attributes = BTreeMap::new();
    for (name, json) in members {
        reader.at(name, |reader| {
            if is_key(name) {
                attributes.extend(field::scalar(reader, json).map(|value| (name.clone(), value)));
            } else {
                reader.expected::<()>(Expected::AttributeName);
            }
        });
    }
    Some(attributes)
}

pub(super) fn write(product: &Product) -> impl Serialize + '_ {
    #[derive(Serialize)]
    struct Shape<'a> {
        pk: i64,
        name: &'a str,
        price: String,
        currency: &'static str,
        categories: &'a [CategoryPath],
        attributes: &'a BTreeMap<String, serde_json::Value>,
        is_active: bool,
    }

    Shape {
        pk: product.pk.get(),
        name: &product.name,
        price: product.price.to_string(),
        currency: product.price.currency.code(),
        categories: &product.categories,
        attributes: &product.attributes,
        is_active: product.is_active,
    }
}
