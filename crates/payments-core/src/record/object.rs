//! The stored objects: their parts and keys.

use crate::basket::Basket;
use crate::catalog::{Bank, Card, CardType, PaymentOption, Pos};
use crate::customer::Customer;
use crate::pre_order::PreOrder;
use crate::product::Product;
use crate::rules::Rule;
use crate::session::{Session, SessionDigest};
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

/// One object of any part.
#[expect(
    clippy::large_enum_variant,
    reason = "records are few and live shortly; a box would be in the way of everyone who matches on them"
)]
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// A bank.
    Bank(Bank),
    /// A card type.
    CardType(CardType),
    /// A point of sale.
    Pos(Pos),
    /// A card with its plans.
    Card(Card),
    /// A payment option.
    PaymentOption(PaymentOption),
    /// A rule.
    Rule(Rule),
    /// A product.
    Product(Product),
    /// A customer.
    Customer(Customer),
    /// A basket with its items.
    Basket(Basket),
    /// A pre-order.
    PreOrder(PreOrder),
    /// A session.
    Session(Session),
}

impl Record {
    /// The part it belongs to.
    pub const fn part(&self) -> Part {
        match self {
            Self::Bank(_) => Part::Banks,
            Self::CardType(_) => Part::CardTypes,
            Self::Pos(_) => Part::Pos,
            Self::Card(_) => Part::Cards,
            Self::PaymentOption(_) => Part::PaymentOptions,
            Self::Rule(_) => Part::Rules,
            Self::Product(_) => Part::Products,
            Self::Customer(_) => Part::Customers,
            Self::Basket(_) => Part::Baskets,
            Self::PreOrder(_) => Part::PreOrders,
            Self::Session(_) => Part::Sessions,
        }
    }

    /// Its key.
    pub fn key(&self) -> Key {
        match self {
            Self::Bank(bank) => Key::Pk(bank.pk.get()),
            Self::CardType(card_type) => Key::Pk(card_type.pk.get()),
            Self::Pos(pos) => Key::Pk(pos.pk.get()),
            Self::Card(card) => Key::Pk(card.pk.get()),
            Self::PaymentOption(option) => Key::Pk(option.pk.get()),
            Self::Rule(rule) => Key::Slug(rule.slug.clone()),
            Self::Product(product) => Key::Pk(product.pk.get()),
            Self::Customer(customer) => Key::Pk(customer.pk.get()),
            Self::Basket(basket) => Key::Pk(basket.pk.get()),
            Self::PreOrder(pre_order) => Key::Pk(pre_order.pk.get()),
            Self::Session(session) => Key::Session(session.digest),
        }
    }
}
