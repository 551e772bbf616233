//! The payment options and cards that the slugs of conditions name, as positions of one snapshot.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::catalog::{CardPaymentType, PaymentOption};
use crate::slug::Slug;

use super::CardFacts;
use super::bits::BitSet;

/// Looks up slugs and facts of cards.
pub(in crate::rules) struct Bindings<'c> {
    options: Named<'c>,
    banks: Named<'c>,
    card_types: Named<'c>,
    cards: Named<'c>,
    credit: BitSet,
    debit: BitSet,
    commercial: BitSet,
    personal: BitSet,
}

impl<'c> Bindings<'c> {
    pub(in crate::rules) fn of(options: &'c [PaymentOption], cards: &[CardFacts<'c>]) -> Self {
        let is = |holds: fn(&CardFacts<'_>) -> bool| {
            BitSet::from_fn(cards.len(), |at| holds(&cards[at]))
        };
        Self {
            options: Named::of(options.iter().map(|option| &option.slug)),
            banks: Named::of(cards.iter().map(|facts| facts.bank)),
            card_types: Named::of(cards.iter().map(|facts| facts.card_type)),
            cards: Named::of(cards.iter().map(|facts| facts.card)),
            credit: is(|facts| facts.payment_type == CardPaymentType::Credit),
            debit: is(|facts| facts.payment_type == CardPaymentType::Debit),
            commercial: is(|facts| facts.is_commercial),
            personal: is(|facts| !facts.is_commercial),
        }
    }

    /// The payment options with one of these slugs.
    pub(in crate::rules) fn options(&self, slugs: &[Slug]) -> BitSet {
        self.options.any_of(slugs)
    }

    /// The cards of one of these banks.
    pub(in crate::rules) fn of_banks(&self, slugs: &[Slug]) -> BitSet {
        self.banks.any_of(slugs)
    }

    /// The cards of one of these card types.
    pub(in crate::rules) fn of_card_types(&self, slugs: &[Slug]) -> BitSet {
        self.card_types.any_of(slugs)
    }

    /// The cards with one of these slugs.
    pub(in crate::rules) fn cards(&self, slugs: &[Slug]) -> BitSet {
        self.cards.any_of(slugs)
    }

    pub(in crate::rules) fn of_payment_types(&self, types: &[CardPaymentType]) -> BitSet {
        let mut found = BitSet::new(self.cards.length);
        for one in types {
            found.add(match one {
                CardPaymentType::Credit => &self.credit,
                CardPaymentType::Debit => &self.debit,
            });
        }
        found
    }

    pub(in crate::rules) fn of_commercial(&self, is_commercial: bool) -> BitSet {
        let found = if is_commercial {
            &self.commercial
        } else {
            &self.personal
        };
        found.clone()
    }
}

/// Positions by slug.
struct Named<'c> {
    positions: BTreeMap<&'c Slug, Vec<usize>>,
    /// The number of positions.
    length: usize,
}

impl<'c> Named<'c> {
    fn of(slugs: impl Iterator<Item = &'c Slug>) -> Self {
        let mut named = Self {
            positions: BTreeMap::new(),
            length: 0,
        };
        for slug in slugs {
            named.positions.entry(slug).or_default().push(named.length);
            named.length += 1;
        }
        named
    }

    fn any_of(&self, slugs: &[Slug]) -> BitSet {
        let mut found = BitSet::new(self.length);
        let named = slugs.iter().filter_map(|slug| self.positions.get(slug));
        named.flatten().for_each(|at| found.insert(*at));
        found
    }
}
