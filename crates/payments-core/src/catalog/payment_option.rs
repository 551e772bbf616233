//! Payment options: the ways to pay a store offers.

use crate::id::{PaymentOptionId, PosId};
use crate::slug::Slug;

/// A way to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentOption {
    /// Primary key.
    pub pk: PaymentOptionId,
    /// Display name.
    pub name: String,
    /// Unique among payment options.
    pub slug: Slug,
    /// What kind of way.
    pub payment_type: PaymentType,
    /// Where it is charged.
    pub pos: PosId,
    /// An inactive option is not offered.
    pub is_active: bool,
    /// Lower numbers first; ties by primary key.
    pub sort_order: i64,
}

/// The kind of a payment option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentType {
    /// Cards: what the listings are about.
    CreditCard,
    /// The Masterpass wallet.
    Masterpass,
    /// A kind this service keeps but does nothing with.
    Other(Slug),
}

impl PaymentType {
    /// The word in documents: `credit_card`, `masterpass`, or the other kind's own.
    pub fn as_str(&self) -> &str {
        match self {
            Self::CreditCard => "credit_card",
            Self::Masterpass => "masterpass",
            Self::Other(slug) => slug.as_str(),
        }
    }

    /// The kind of a word.
    pub fn from_slug(slug: Slug) -> Self {
        match slug.as_str() {
            "credit_card" => Self::CreditCard,
            "masterpass" => Self::Masterpass,
            _ => Self::Other(slug),
        }
    }
}
