//! Payment options in documents.

use serde::Serialize;

use crate::catalog::{PaymentOption, PaymentType};
use crate::id::PaymentOptionId;
use crate::record::Part;

use super::field;
use super::json::Json;
use super::object::Object;
use super::problem::Expected;
use super::reader::Reader;

pub(super) fn read(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<PaymentOption> {
    let mut option = Object::of(reader, json)?;
    let pk = option.pk(reader, PaymentOptionId::get);
    let name = option.required(reader, "name", field::name);
    let slug = option.required(reader, "slug", field::slug);
    let payment_type = option.required(reader, "payment_type", field::slug);
    let pos = option.required(reader, "pos", field::reference(Part::Pos));
    let is_active = option.optional(reader, "is_active", true, field::boolean);
    let sort_order = option.optional(
        reader,
        "sort_order",
        0,
        field::integer(Expected::Integer, Some),
    );
    option.finish(reader);
    Some(PaymentOption {
        pk: pk?,
        name: name?,
        slug: slug?,
        payment_type: PaymentType::from_slug(payment_type?),
        pos: pos?,
        is_active: is_active?,
        sort_order: sort_order?,
    })
}

pub(super) fn write(option: &PaymentOption) -> impl Serialize + '_ {
    #[derive(Serialize)]
    struct Shape<'a> {
        pk: i64,
        name: &'a str,
        slug: &'a str,
        payment_type: &'a str,
        pos: i64,
        is_active: bool,
        sort_order: i64,
    }

    Shape {
        pk: option.pk.get(),
        name: &option.name,
        slug: option.slug.as_str(),
        payment_type: option.payment_type.as_str(),
        pos: option.pos.get(),
        is_active: option.is_active,
        sort_order: option.sort_order,
    }
}
