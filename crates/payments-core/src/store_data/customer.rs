//! Customers.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::id::CustomerId;
use crate::json::{Json, Object, Reader, field};
use crate::phone::ProfilePhone;
use crate::slug::Slug;

/// A customer of the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The customer's primary key.
    pub pk: CustomerId,
    /// The phone number in the profile, as the commerce system sent it.
    pub phone_number: Option<ProfilePhone>,
    /// The segments that rules may test.
    pub segments: Vec<Slug>,
    /// An inactive customer is treated as not logged in.
    pub is_active: bool,
}

impl Customer {
    /// An active customer without a phone number and segments.
    pub const fn new(pk: CustomerId) -> Self {
        Self {
            pk,
            phone_number: None,
            segments: Vec::new(),
            is_active: true,
        }
    }

    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
        let mut customer = Object::of(reader, json)?;
        let pk = customer.pk(reader, CustomerId::get);
        let phone_number = customer.nullable(reader, "phone_number", phone);
        let segments = customer.optional(reader, "segments", Vec::new(), field::slugs);
        let is_active = customer.optional(reader, "is_active", true, field::boolean);
        customer.finish(reader);
        Some(Self {
            pk: pk?,
            phone_number: phone_number?,
            segments: segments?,
            is_active: is_active?,
        })
    }
}

/// A session that has not expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOwner {
    /// The logged-in customer; `None` for a visitor or an inactive customer.
    pub customer: Option<Customer>,
}

fn phone(reader: &mut Reader, json: &Json<'_>) -> Option<ProfilePhone> {
    field::text("a phone number of 10 to 14 digits, or null", |digits| {
        ProfilePhone::parse(digits).ok()
    })(reader, json)
}
