//! The kinds of objects a store keeps, and their keys.

use crate::session::SessionDigest;
use crate::slug::Slug;

/// The parts of a document, in the order in which they can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Banks.
    Banks,
    /// Card types.
    CardTypes,
    /// Points of sale.
    Pos,
    /// Cards with their plans.
    Cards,
    /// Payment options.
    PaymentOptions,
    /// Rules.
    Rules,
    /// Products.
    Products,
    /// Customers.
    Customers,
    /// Baskets with their items.
    Baskets,
    /// Pre-orders.
    PreOrders,
    /// Sessions.
    Sessions,
}

impl Part {
    /// Every part, in writing order.
    pub const ALL: [Self; 11] = [
        Self::Banks,
        Self::CardTypes,
        Self::Pos,
        Self::Cards,
        Self::PaymentOptions,
        Self::Rules,
        Self::Products,
        Self::Customers,
        Self::Baskets,
        Self::PreOrders,
        Self::Sessions,
    ];

    /// The name in documents: `card_types`. Paths have a dash for each underscore.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Banks => "banks",
            Self::CardTypes => "card_types",
            Self::Pos => "pos",
            Self::Cards => "cards",
            Self::PaymentOptions => "payment_options",
            Self::Rules => "rules",
            Self::Products => "products",
            Self::Customers => "customers",
            Self::Baskets => "baskets",
            Self::PreOrders => "pre_orders",
            Self::Sessions => "sessions",
        }
    }

    /// Whether a write to it changes the catalog, and so its version.
    pub const fn is_catalog(self) -> bool {
        matches!(
            self,
            Self::Banks
                | Self::CardTypes
                | Self::Pos
                | Self::Cards
                | Self::PaymentOptions
                | Self::Rules
        )
    }
}

/// The key of an object: rules by slug, sessions by digest, all else by primary key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A primary key.
    Pk(i64),
    /// A rule's slug.
    Slug(Slug),
    /// A session's digest.
    Session(SessionDigest),
}

/// An object that refers to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its part.
    pub part: Part,
    /// Its key.
    pub key: Key,
}

/// A part of a point of sale that tokens depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PosPart {
    /// The gateway.
    Gateway,
    /// The credentials of the account with this label.
    Account(Slug),
}
