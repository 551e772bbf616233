//! One immutable, indexed catalog.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::id::{BankId, CardId, CardTypeId, PaymentOptionId, PosId};
use crate::json::Violations;
use crate::rules::Rule;
use crate::rules::index::{CardFacts, RuleBook};

use super::bank::Bank;
use super::bins::BinIndex;
use super::card::Card;
use super::card_type::CardType;
use super::checks::{findings, located};
use super::parts::{CatalogParts, CatalogVersion};
use super::payment_option::{PaymentOption, PaymentType};
use super::pos::Pos;

/// The catalog at one version: checked, linked and indexed, with its rules compiled. It is immutable; a newer
/// version is another `Catalog`.
#[derive(Debug)]
pub struct Catalog {
    version: CatalogVersion,
    banks: Vec<Bank>,
    card_types: Vec<CardType>,
    pos: Vec<Pos>,
    cards: Vec<Card>,
    payment_options: Vec<PaymentOption>,
    /// Links by position in `cards`.
    links: Vec<CardLinks>,
    /// The keys of `cards`, sorted, with their positions.
    card_positions: Vec<(CardId, usize)>,
    bins: BinIndex,
    rules: RuleBook,
    listable: Listable,
}

/// A card's references as positions, so that a listing needs no lookups.
#[derive(Debug)]
pub(crate) struct CardLinks {
    pub(crate) bank: usize,
    pub(crate) card_type: usize,
    pub(crate) pos: usize,
    /// The active credit-card payment options of its point of sale, in order. All cards of a point of
    /// sale share one list.
    pub(crate) payment_options: Arc<[usize]>,
}

/// The maximum number of cards and plans in a listing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Listable {
    pub(crate) cards: usize,
    pub(crate) plans: usize,
}

impl Catalog {
    /// Checks the parts against each other and indexes them: cards and payment options by sort order and primary key,
    /// plans by their number of installments.
    ///
    /// # Errors
    /// Every collision of keys, slugs, installment counts and BINs, and every dangling reference. The pointers are those of a
    /// document with these parts (`/cards/0/bank`).
    pub fn build(version: CatalogVersion, parts: CatalogParts) -> Result<Self, Violations> {
        let findings = findings(&parts);
        if !findings.is_empty() {
            return Err(located(&parts, findings));
        }
        let parts = sorted(parts);
        let links = link(&parts);
        let CatalogParts {
            banks,
            card_types,
            pos,
            cards,
            payment_options,
            rules,
        } = parts;
        let facts = card_facts(&cards, &links, &banks, &card_types);
        let rules = RuleBook::compile(rules, &payment_options, &facts);
        let bins = BinIndex::of(&cards, |at| {
            cards[at].is_active && pos[links[at].pos].is_active
        });
        let mut card_positions: Vec<_> = cards
            .iter()
            .enumerate()
            .map(|(position, card)| (card.pk, position))
            .collect();
        card_positions.sort_unstable();
        let listable = listable(&cards, &links);
        Ok(Self {
            version,
            banks,
            card_types,
            pos,
            cards,
            payment_options,
            links,
            card_positions,
            bins,
            rules,
            listable,
        })
    }

    /// The version that the catalog was loaded at.
    pub const fn version(&self) -> CatalogVersion {
        self.version
    }

    /// The banks, ordered by primary key.
    pub fn banks(&self) -> &[Bank] {
        &self.banks
    }

    /// The card types, ordered by primary key.
    pub fn card_types(&self) -> &[CardType] {
        &self.card_types
    }

    /// The points of sale, ordered by primary key.
    pub fn points_of_sale(&self) -> &[Pos] {
        &self.pos
    }

    /// The cards, including inactive ones, ordered by sort order and primary key. Their plans are ordered
    /// by number of installments.
    pub fn cards(&self) -> &[Card] {
        &self.cards
    }

    /// The payment options, including inactive ones, ordered by sort order and primary key.
    pub fn payment_options(&self) -> &[PaymentOption] {
        &self.payment_options
    }

    /// The rules, including inactive ones, ordered by slug.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.sources().iter()
    }

    /// Until when a listing computed at `now` stays valid, as far as rules depend on time: until the next start or end
    /// of a rule's validity, and at most the next quarter of an hour if a rule tests a date, a weekday or an hour.
    /// `None` if no rule depends on time from now on.
    pub fn holds_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.rules.holds_until(now)
    }

    /// The bank with this key.
    pub fn bank(&self, pk: BankId) -> Option<&Bank> {
        at_key(&self.banks, pk, |bank| bank.pk).map(|position| &self.banks[position])
    }

    /// The card type with this key.
    pub fn card_type(&self, pk: CardTypeId) -> Option<&CardType> {
        at_key(&self.card_types, pk, |one| one.pk).map(|position| &self.card_types[position])
    }

    /// The point of sale with this key.
    pub fn pos(&self, pk: PosId) -> Option<&Pos> {
        at_key(&self.pos, pk, |pos| pos.pk).map(|position| &self.pos[position])
    }

    /// The card with this key.
    pub fn card(&self, pk: CardId) -> Option<&Card> {
        self.card_position(pk).map(|position| &self.cards[position])
    }

    /// The position in [`Catalog::cards`] of the card with this key.
    pub(crate) fn card_position(&self, pk: CardId) -> Option<usize> {
        let at = at_key(&self.card_positions, pk, |(pk, _)| *pk)?;
        Some(self.card_positions[at].1)
    }

    /// The payment option with this key.
    pub fn payment_option(&self, pk: PaymentOptionId) -> Option<&PaymentOption> {
        self.payment_options.iter().find(|option| option.pk == pk)
    }

    /// The card that a number belongs to: among the active cards with an active point of sale, the one with the longest
    /// BIN that the ASCII digits begin with.
    pub fn card_for_digits(&self, digits: &[u8]) -> Option<&Card> {
        self.bins.find(digits).map(|position| &self.cards[position])
    }

    /// The point of sale that saves the card of a number: that of its card ([`Catalog::card_for_digits`]), or else that
    /// of the first active credit-card payment option.
    pub fn pos_for_pan_digits(&self, digits: &[u8]) -> Option<&Pos> {
        match self.bins.find(digits) {
            Some(position) => Some(&self.pos[self.links[position].pos]),
            None => self.active_option_pos(&PaymentType::CreditCard).next(),
        }
    }

    /// The active points of sale of the active payment options of a type, in order.
    pub(crate) fn active_option_pos<'c>(
        &'c self,
        payment_type: &'c PaymentType,
    ) -> impl Iterator<Item = &'c Pos> {
        self.payment_options
            .iter()
            .filter(move |option| option.is_active && option.payment_type == *payment_type)
            .filter_map(|option| self.pos(option.pos))
            .filter(|pos| pos.is_active)
    }

    /// Whether a card, by position, and its point of sale are active.
    pub(crate) fn can_charge(&self, position: usize) -> bool {
        self.cards[position].is_active && self.pos[self.links[position].pos].is_active
    }

    pub(super) const fn bins(&self) -> &BinIndex {
        &self.bins
    }

    /// The links, by position in [`Catalog::cards`].
    pub(crate) fn links(&self) -> &[CardLinks] {
        &self.links
    }

    /// What conditions test about each card, by position in [`Catalog::cards`].
    pub(crate) fn card_facts(&self) -> Vec<CardFacts<'_>> {
        card_facts(&self.cards, &self.links, &self.banks, &self.card_types)
    }

    /// The rules, compiled for this catalog.
    pub(crate) const fn rule_book(&self) -> &RuleBook {
        &self.rules
    }

    /// The maximum number of cards and plans in a listing.
    pub(crate) const fn listable(&self) -> Listable {
        self.listable
    }
}

fn sorted(mut parts: CatalogParts) -> CatalogParts {
    parts.banks.sort_by_key(|bank| bank.pk);
    parts.card_types.sort_by_key(|card_type| card_type.pk);
    parts.pos.sort_by_key(|pos| pos.pk);
    parts.cards.sort_by_key(|card| (card.sort_order, card.pk));
    for card in &mut parts.cards {
        card.installments.sort_by_key(|plan| plan.installment_count);
    }
    parts
        .payment_options
        .sort_by_key(|option| (option.sort_order, option.pk));
    parts.rules.sort_by(|one, other| one.slug.cmp(&other.slug));
    parts
}

/// Resolves every reference. The existence of each object has already been checked.
fn link(parts: &CatalogParts) -> Vec<CardLinks> {
    let options = active_options(parts);
    let links = parts.cards.iter().map(|card| CardLinks {
        bank: at_key(&parts.banks, card.bank, |bank| bank.pk).unwrap_or_default(),
        card_type: at_key(&parts.card_types, card.card_type, |one| one.pk).unwrap_or_default(),
        pos: at_key(&parts.pos, card.pos, |pos| pos.pk).unwrap_or_default(),
        payment_options: options.get(&card.pos).cloned().unwrap_or_default(),
    });
    links.collect()
}

/// The positions of the active credit-card payment options of each active point of sale.
fn active_options(parts: &CatalogParts) -> BTreeMap<PosId, Arc<[usize]>> {
    let mut at_pos: BTreeMap<PosId, Vec<usize>> = BTreeMap::new();
    for (position, option) in parts.payment_options.iter().enumerate() {
        let pos = at_key(&parts.pos, option.pos, |pos| pos.pk).map(|at| &parts.pos[at]);
        let offers = option.is_active && option.payment_type == PaymentType::CreditCard;
        if offers && pos.is_some_and(|pos| pos.is_active) {
            at_pos.entry(option.pos).or_default().push(position);
        }
    }
    at_pos
        .into_iter()
        .map(|(pos, positions)| (pos, positions.into()))
        .collect()
}

fn card_facts<'c>(
    cards: &'c [Card],
    links: &[CardLinks],
    banks: &'c [Bank],
    card_types: &'c [CardType],
) -> Vec<CardFacts<'c>> {
    let facts = cards.iter().zip(links).map(|(card, links)| CardFacts {
        card: &card.slug,
        bank: &banks[links.bank].slug,
        card_type: &card_types[links.card_type].slug,
        payment_type: card.card_payment_type,
        is_commercial: card.is_commercial,
    });
    facts.collect()
}

fn listable(cards: &[Card], links: &[CardLinks]) -> Listable {
    let mut listable = Listable::default();
    for (card, links) in cards.iter().zip(links) {
        if card.is_active && !links.payment_options.is_empty() {
            listable.cards += 1;
            listable.plans += card
                .installments
                .iter()
                .filter(|plan| plan.is_active)
                .count();
        }
    }
    listable
}

/// The position of a key among elements sorted by key.
fn at_key<T, K: Ord + Copy>(all: &[T], pk: K, key: impl Fn(&T) -> K) -> Option<usize> {
    all.binary_search_by(|one| key(one).cmp(&pk)).ok()
}
