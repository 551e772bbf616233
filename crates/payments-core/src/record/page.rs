//! Pages of a part's stored objects, and filters.

use alloc::string::String;
use alloc::vec::Vec;

use crate::record::{Key, Record};

/// Selects the objects whose field has this value. Matches nothing in a part without the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// The slug of the object.
    Slug(String),
    /// Whether the object is active.
    IsActive(bool),
    /// The gateway of a point of sale.
    Gateway(String),
    /// The primary key of a bank.
    Bank(i64),
    /// The primary key of a card type.
    CardType(i64),
    /// The primary key of a point of sale.
    Pos(i64),
    /// The payment type of a card: `credit` or `debit`.
    CardPaymentType(String),
    /// The type of a payment option.
    PaymentType(String),
    /// The primary key of a customer.
    Customer(i64),
    /// The primary key of a basket.
    Basket(i64),
    /// The primary key of a pre-order.
    PreOrder(i64),
}

/// Where a page of a part begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageStart {
    /// A page number, from 1. Reading a page costs as much as reading all pages before it.
    Number(u32),
    /// After this key, which need not exist. A key of the wrong kind for the part starts at the beginning.
    After(Key),
}

/// A request for a page of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// Where the page begins.
    pub start: PageStart,
    /// The maximum number of objects, 1 to 1,000.
    pub page_size: u32,
    /// Conditions that all objects must match.
    pub filters: Vec<Filter>,
    /// Whether to count beyond [`COUNTED`] objects, which takes as long as reading their keys.
    pub count: bool,
}

impl PageRequest {
    /// A page by its number, from 1.
    pub const fn number(page: u32, page_size: u32) -> Self {
        Self {
            start: PageStart::Number(page),
            page_size,
            filters: Vec::new(),
            count: false,
        }
    }

    /// The page after a key.
    pub const fn after(key: Key, page_size: u32) -> Self {
        Self {
            start: PageStart::After(key),
            page_size,
            filters: Vec::new(),
            count: false,
        }
    }
}

/// The maximum number of objects that are counted for every page.
pub const COUNTED: u32 = 10_000;

/// A page of objects, ordered by key.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The number of objects; `None` if there are more than [`COUNTED`], unless the request asks for the count.
    pub count: Option<u64>,
    /// The objects of this page.
    pub records: Vec<Record>,
    /// Whether more objects follow.
    pub has_more: bool,
}
