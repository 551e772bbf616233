//! The catalog: banks, card types, points of sale, cards with their plans, payment options and rules.

mod bank;
mod bin_range;
mod bins;
mod card;
mod card_type;
mod checks;
mod defect;
mod gateway_account;
mod payment_option;
mod plan;
mod pos;
mod snapshot;

pub use bank::Bank;
pub use bin_range::BinRange;
pub use card::{Bin, Card, CardPaymentType, InvalidBin};
pub use card_type::CardType;
pub use defect::{Defect, Fault, Place};
pub(crate) use gateway_account::present_label;
pub use gateway_account::{ACCOUNT, ACCOUNTS, GatewayAccount};
pub use payment_option::{PaymentOption, PaymentType};
pub use plan::{InstallmentCount, InvalidInstallmentCount, Labels, Plan};
pub use pos::Pos;
pub use snapshot::Catalog;
pub(crate) use snapshot::defects;

use crate::rules::Rule;

/// Counts up with every write to the catalog; a snapshot is as old as the version it was loaded at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CatalogVersion(pub i64);

/// The catalog's nouns, as stored: what a snapshot is built from. Not yet checked against each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogParts {
    /// Banks.
    pub banks: Vec<Bank>,
    /// Card types.
    pub card_types: Vec<CardType>,
    /// Points of sale.
    pub pos: Vec<Pos>,
    /// Cards with their plans.
    pub cards: Vec<Card>,
    /// Payment options.
    pub payment_options: Vec<PaymentOption>,
    /// Rules.
    pub rules: Vec<Rule>,
}
