//! Pages of a part of the stored objects, and which objects are on them.

use alloc::string::String;
use alloc::vec::Vec;

use crate::record::{Key, Record};

/// Which objects of a part are asked for: those whose field has this value. A part without the field has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// By slug.
    Slug(String),
    /// Whether it is active.
    IsActive(bool),
    /// By the gateway of a point of sale.
    Gateway(String),
    /// By bank.
    Bank(i64),
    /// By card type.
    CardType(i64),
    /// By point of sale.
    Pos(i64),
    /// `credit` or `debit`.
    CardPaymentType(String),
    /// By the type of a payment option.
    PaymentType(String),
    /// By customer.
    Customer(i64),
    /// By basket.
    Basket(i64),
    /// By pre-order.
    PreOrder(i64),
}

/// Where a page of a part begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageStart {
    /// By page number, from 1. Reading a page costs as much as reading all pages before it.
    Number(u32),
    /// After this key, whether or not an object has it. The key of another kind than the part's begins at the start.
    After(Key),
}

/// Which page of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// Where it begins.
    pub start: PageStart,
    /// 1 to 1,000.
    pub page_size: u32,
    /// What holds for all its objects.
    pub filters: Vec<Filter>,
    /// Whether to count more than [`COUNTED`] objects too, which takes as long as reading their keys.
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

/// The most objects that are counted for every page.
pub const COUNTED: u32 = 10_000;

/// A page of objects, by key.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// How many objects there are; `None` for more than [`COUNTED`], unless the request asks for the count.
    pub count: Option<u64>,
    /// Those of this page.
    pub records: Vec<Record>,
    /// Whether objects follow.
    pub has_more: bool,
}
