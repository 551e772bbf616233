//! The demo store's data, written into an empty database.

/// The demo store's document.
pub const STORE: &str = include_str!("../store.json");

/// The session of a customer with a basket and a pre-order.
pub const CUSTOMER_SESSION: &str = "demo_customer_0000000000000000001";
/// An anonymous session with a basket.
pub const VISITOR_SESSION: &str = "demo_visitor_00000000000000000001";
/// The demo store's token for the management API.
pub const TOKEN: &str = "demo";
/// A second token for the management API, of another principal.
pub const APPROVER_TOKEN: &str = "demo-approver";

/// Hosts that the demo store's Masterpass configuration names.
pub const MASTERPASS_HOSTS: [&str; 2] = ["masterpass.example.com", "shop.example.com"];
