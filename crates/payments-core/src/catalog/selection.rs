//! Which cards of a catalog a listing is restricted to.

use alloc::boxed::Box;

use chrono::NaiveDate;
use chrono::{DateTime, NaiveTime, Utc};

use crate::id::PosId;
use crate::moment::next_quarter;

use super::card::Card;
use super::leading_digits::LeadingDigits;
use super::snapshot::Catalog;

/// The cards that a customer's card can be, known by its first digits. A listing restricted to them offers no others.
///
/// Two selections of one catalog are equal if they have the same cards, whatever the digits were.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CardSelection {
    /// Positions in [`Catalog::cards`], ascending.
    cards: Box<[usize]>,
    /// Of a saved card.
    token: Option<Token>,
}

/// Where and until when a saved card can be charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Token {
    pos: PosId,
    last_day: NaiveDate,
}

impl Catalog {
    /// The cards that can be meant by digits as typed: the card with the longest BIN that the digits begin with, and every card
    /// with a BIN that begins with the digits. If no active card at an active point of sale can be meant, the fallback cards.
    pub fn select_by_digits(&self, digits: LeadingDigits) -> CardSelection {
        self.select(digits, None)
    }

    /// Whether a card has a BIN that the digits can be of. Fallback cards are for all others.
    pub fn has_bin_of(&self, digits: LeadingDigits) -> bool {
        !self.bins().meant(digits).is_empty()
    }

    /// The same for a saved card, whose token can only be charged at one point of sale, and through the last day of the
    /// card's validity.
    pub fn select_for_token(
        &self,
        digits: LeadingDigits,
        pos: PosId,
        last_day: NaiveDate,
    ) -> CardSelection {
        self.select(digits, Some(Token { pos, last_day }))
    }

    fn select(&self, digits: LeadingDigits, token: Option<Token>) -> CardSelection {
        let mut cards = self.bins().meant(digits);
        if cards.is_empty() {
            let fallbacks = self.cards().iter().enumerate();
            let fallbacks =
                fallbacks.filter(|(position, card)| card.is_fallback && self.can_charge(*position));
            cards = fallbacks.map(|(position, _)| position).collect();
        }
        CardSelection {
            cards: cards.into(),
            token,
        }
    }
}

impl CardSelection {
    /// Whether a card, by its position in [`Catalog::cards`], is one of them.
    pub fn contains(&self, catalog: &Catalog, position: usize) -> bool {
        let card = catalog.cards().get(position);
        self.can_mean(position) && card.is_some_and(|card| self.can_charge_at(card.pos))
    }

    /// The cards of the selection, in the order of [`Catalog::cards`].
    pub fn cards<'c>(&self, catalog: &'c Catalog) -> impl Iterator<Item = &'c Card> {
        let cards = self
            .cards
            .iter()
            .map(|position| &catalog.cards()[*position]);
        cards.filter(|card| self.can_charge_at(card.pos))
    }

    /// The card that the digits mean, by its position in [`Catalog::cards`]; `None` if they can mean several or none. A
    /// fallback is not meant by digits.
    pub fn only_card(&self, catalog: &Catalog) -> Option<usize> {
        let is_selected = |position: &&usize| self.contains(catalog, **position);
        let mut positions = self.cards.iter().filter(is_selected);
        let only = *positions.next().filter(|_| positions.next().is_none())?;
        let card = catalog.cards().get(only);
        card.is_some_and(|card| !card.is_fallback).then_some(only)
    }

    /// Whether the digits can mean a card, by its position.
    pub(crate) fn can_mean(&self, position: usize) -> bool {
        self.cards.binary_search(&position).is_ok()
    }

    /// Whether a card's point of sale can charge the customer's card.
    pub(crate) fn can_charge_at(&self, pos: PosId) -> bool {
        self.token.is_none_or(|token| token.pos == pos)
    }

    /// Whether it is of a saved card whose point of sale is inactive.
    pub(crate) fn is_of_inactive_pos(&self, catalog: &Catalog) -> bool {
        let pos = self.token.and_then(|token| catalog.pos(token.pos));
        pos.is_some_and(|pos| !pos.is_active)
    }

    /// Whether it is of a saved card that has expired.
    pub(crate) fn has_expired(&self, today: NaiveDate) -> bool {
        self.token.is_some_and(|token| token.last_day < today)
    }

    /// The first instant after `now` at which a saved card may expire. Its last day begins in UTC before it ends in any time
    /// zone.
    pub(crate) fn may_expire_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let last_day = self.token?.last_day.and_time(NaiveTime::MIN).and_utc();
        if now < last_day {
            Some(last_day)
        } else {
            next_quarter(now)
        }
    }
}
