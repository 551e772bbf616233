//! The Masterpass wallet: its point of sale and configuration.

use crate::catalog::{Catalog, PaymentType, Pos};

mod config;
mod https_url;

pub use config::{GATEWAY, MasterpassConfig};

/// The point of sale of Masterpass: that of the first active `masterpass` payment option whose point of sale is active
/// and configured for the Masterpass gateway (the contract, Masterpass).
pub fn point_of_sale(catalog: &Catalog) -> Option<&Pos> {
    catalog
        .active_option_pos(&PaymentType::Masterpass)
        .find(|pos| pos.gateway.as_str() == GATEWAY)
}
