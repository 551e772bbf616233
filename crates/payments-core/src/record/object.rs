//! One object of any part.

use crate::catalog::{Bank, Card, CardType, CatalogParts, PaymentOption, Pos};
use crate::rules::Rule;
use crate::store_data::{Basket, Customer, PreOrder, Product, Session};

use super::part::{Key, Part};

/// One object of any part.
#[expect(
    clippy::large_enum_variant,
    reason = "records are few and short-lived; a box would complicate every match"
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
    /// The part that the object belongs to.
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

    /// The object's key.
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

/// Adds objects of the catalog; others are skipped.
impl Extend<Record> for CatalogParts {
    fn extend<T: IntoIterator<Item = Record>>(&mut self, records: T) {
        for record in records {
            match record {
                Record::Bank(bank) => self.banks.push(bank),
                Record::CardType(card_type) => self.card_types.push(card_type),
                Record::Pos(pos) => self.pos.push(pos),
                Record::Card(card) => self.cards.push(card),
                Record::PaymentOption(option) => self.payment_options.push(option),
                Record::Rule(rule) => self.rules.push(rule),
                Record::Product(_)
                | Record::Customer(_)
                | Record::Basket(_)
                | Record::PreOrder(_)
                | Record::Session(_) => {}
            }
        }
    }
}
