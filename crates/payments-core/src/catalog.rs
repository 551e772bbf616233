//! The catalog: banks, card types, points of sale, cards with their plans, payment options and rules.

mod bank;
mod bin;
mod bins;
mod card;
mod card_type;
mod checks;
mod document;
mod gateway_account;
mod leading_digits;
mod parts;
mod payment_option;
mod plan;
mod pos;
mod pos_config;
mod selection;
mod snapshot;

pub use bank::Bank;
pub use bin::{Bin, BinRange, InvalidBin};
pub use card::{Card, CardPaymentType};
pub use card_type::CardType;
pub(crate) use checks::{Finding, Place, findings};
pub use gateway_account::GatewayAccount;
pub use leading_digits::{InvalidLeadingDigits, LeadingDigits};
pub use parts::{CatalogParts, CatalogVersion};
pub use payment_option::{PaymentOption, PaymentType};
pub use plan::{InstallmentCount, InvalidInstallmentCount, Labels, Plan};
pub use pos::Pos;
pub use pos_config::{ACCOUNT, ACCOUNTS, Policy};
pub use selection::CardSelection;
pub use snapshot::Catalog;
