//! Customers, as far as this service knows them.

use serde::{Deserialize, Serialize};

use crate::id::CustomerId;
use crate::phone::ProfilePhone;
use crate::slug::Slug;

/// A customer of the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Primary key.
    pub pk: CustomerId,
    /// The phone number in the profile, as the commerce system gave it.
    pub phone_number: Option<ProfilePhone>,
    /// The segments rules may ask for.
    pub segments: Vec<Slug>,
    /// An inactive customer counts as not logged in.
    pub is_active: bool,
}

/// A session that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOwner {
    /// The logged-in customer; none for a visitor, or when the customer is inactive.
    pub customer: Option<Customer>,
}
