//! Customers in documents.

use serde::Serialize;

use crate::customer::Customer;
use crate::id::CustomerId;
use crate::phone::ProfilePhone;
use crate::slug::Slug;

use super::field;
use super::json::Json;
use super::object::Object;
use super::problem::Expected;
use super::reader::Reader;

pub(super) fn read(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Customer> {
    let mut customer = Object::of(reader, json)?;
    let pk = customer.pk(reader, CustomerId::get);
    let phone_number = customer.nullable(reader, "phone_number", phone);
    let segments = customer.optional(reader, "segments", Vec::new(), field::slugs);
    let is_active = customer.optional(reader, "is_active", true, field::boolean);
    customer.finish(reader);
    Some(Customer {
        pk: pk?,
        phone_number: phone_number?,
        segments: segments?,
        is_active: is_active?,
    })
}

fn phone(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<ProfilePhone> {
    field::text(Expected::Phone, |digits| ProfilePhone::parse(digits).ok())(reader, json)
}

pub(super) fn write(customer: &Customer) -> impl Serialize + '_ {
    #[derive(Serialize)]
    struct Shape<'a> {
        pk: i64,
        phone_number: Option<&'a str>,
        segments: &'a [Slug],
        is_active: bool,
    }

    Shape {
        pk: customer.pk.get(),
        phone_number: customer.phone_number.as_ref().map(ProfilePhone::as_given),
        segments: &customer.segments,
        is_active: customer.is_active,
    }
}
