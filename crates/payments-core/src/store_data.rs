//! The commerce system's data besides the catalog: products, customers, baskets, pre-orders and sessions.

mod basket;
#[cfg(feature = "card-storage")]
mod customer;
mod pre_order;
mod product;
#[cfg(feature = "card-storage")]
mod session;

pub use basket::{Basket, BasketItem};
#[cfg(feature = "card-storage")]
pub use customer::{Customer, SessionOwner};
pub use pre_order::PreOrder;
pub use product::{CategoryPath, InvalidCategoryPath, Product, ProductsVersion};
#[cfg(feature = "card-storage")]
pub use session::Session;
