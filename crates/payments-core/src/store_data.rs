//! What the commerce system hands over besides the catalog: products, customers, baskets, pre-orders and sessions.

mod basket;
mod customer;
mod pre_order;
mod product;
mod session;

pub use basket::{Basket, BasketItem};
pub use customer::{Customer, SessionOwner};
pub use pre_order::PreOrder;
pub use product::{CategoryPath, InvalidCategoryPath, Product, ProductsVersion};
pub use session::Session;
