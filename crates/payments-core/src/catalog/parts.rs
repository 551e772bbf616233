//! What a catalog is built from.

use alloc::vec::Vec;

use crate::record::{Key, Part};
use crate::rules::Rule;

use super::bank::Bank;
use super::card::Card;
use super::card_type::CardType;
use super::payment_option::PaymentOption;
use super::pos::Pos;

/// Increases with every write to the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CatalogVersion(pub i64);

/// The stored objects that a catalog is built from, not yet checked against each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogParts {
    /// The catalog's banks.
    pub banks: Vec<Bank>,
    /// The catalog's card types.
    pub card_types: Vec<CardType>,
    /// The catalog's points of sale.
    pub pos: Vec<Pos>,
    /// The catalog's cards with their plans.
    pub cards: Vec<Card>,
    /// The catalog's payment options.
    pub payment_options: Vec<PaymentOption>,
    /// The catalog's rules.
    pub rules: Vec<Rule>,
}

impl CatalogParts {
    /// The key of each object, with its part and its index there.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (Part, usize, Key)> {
        fn of<T>(
            part: Part,
            all: &[T],
            key: fn(&T) -> Key,
        ) -> impl Iterator<Item = (Part, usize, Key)> {
            let keys = all.iter().map(key).enumerate();
            keys.map(move |(index, key)| (part, index, key))
        }
        of(Part::Banks, &self.banks, |one| Key::Pk(one.pk.get()))
            .chain(of(Part::CardTypes, &self.card_types, |one| {
                Key::Pk(one.pk.get())
            }))
            .chain(of(Part::Pos, &self.pos, |one| Key::Pk(one.pk.get())))
            .chain(of(Part::Cards, &self.cards, |one| Key::Pk(one.pk.get())))
            .chain(of(Part::PaymentOptions, &self.payment_options, |one| {
                Key::Pk(one.pk.get())
            }))
            .chain(of(Part::Rules, &self.rules, |one| {
                Key::Slug(one.slug.clone())
            }))
    }

    /// Keeps only the objects for whose part and key `stays` returns `true`.
    pub(crate) fn retain(&mut self, mut stays: impl FnMut(Part, Key) -> bool) {
        self.banks
            .retain(|one| stays(Part::Banks, Key::Pk(one.pk.get())));
        self.card_types
            .retain(|one| stays(Part::CardTypes, Key::Pk(one.pk.get())));
        self.pos
            .retain(|one| stays(Part::Pos, Key::Pk(one.pk.get())));
        self.cards
            .retain(|one| stays(Part::Cards, Key::Pk(one.pk.get())));
        self.payment_options
            .retain(|one| stays(Part::PaymentOptions, Key::Pk(one.pk.get())));
        self.rules
            .retain(|one| stays(Part::Rules, Key::Slug(one.slug.clone())));
    }
}
