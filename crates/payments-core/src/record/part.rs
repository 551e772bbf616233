//! The kinds of stored objects, and their keys.

use core::fmt;

use crate::session::SessionDigest;
use crate::slug::Slug;

/// The parts of an import document, in the order in which they can be written.
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
    /// All parts, in writing order.
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

    /// The name in documents, such as `card_types`. Paths use dashes instead of underscores.
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

    /// The part of a name, as [`Part::as_str`] writes it.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == word)
    }

    /// One object of the part, in English. No noun begins with a vowel.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Banks => "bank",
            Self::CardTypes => "card type",
            Self::Pos => "POS",
            Self::Cards => "card",
            Self::PaymentOptions => "payment option",
            Self::Rules => "rule",
            Self::Products => "product",
            Self::Customers => "customer",
            Self::Baskets => "basket",
            Self::PreOrders => "pre-order",
            Self::Sessions => "session",
        }
    }

    /// Whether a write to the part changes the catalog and its version.
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

/// The key of an object: the slug of a rule, the digest of a session, otherwise the primary key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A primary key.
    Pk(i64),
    /// The slug of a rule.
    Slug(Slug),
    /// The digest of a session's id.
    Session(SessionDigest),
}

impl Key {
    /// Reads a key of a part from its text: a slug, 64 hexadecimal digits of a session's digest, or a primary key
    /// without sign or leading zeros.
    pub fn parse(part: Part, text: &str) -> Option<Self> {
        match part {
            Part::Rules => Slug::parse(text).ok().map(Self::Slug),
            Part::Sessions => SessionDigest::from_hex(text).map(Self::Session),
            Part::Banks
            | Part::CardTypes
            | Part::Pos
            | Part::Cards
            | Part::PaymentOptions
            | Part::Products
            | Part::Customers
            | Part::Baskets
            | Part::PreOrders => {
                let is_canonical = text.starts_with(|first: char| ('1'..='9').contains(&first));
                text.parse().ok().filter(|_| is_canonical).map(Self::Pk)
            }
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pk(pk) => pk.fmt(out),
            Self::Slug(slug) => slug.fmt(out),
            Self::Session(digest) => out.write_str(&digest.to_hex()),
        }
    }
}

/// An object, by its part and key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The part of the object.
    pub part: Part,
    /// The key of the object.
    pub key: Key,
}

/// A part of a point of sale that tokens depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PosPart {
    /// The name of the gateway.
    Gateway,
    /// The credentials of the account with this label.
    Account(Slug),
}
