//! Finds cards by the first digits of their numbers.

use alloc::vec::Vec;

use super::bin::Bin;
use super::card::Card;
use super::leading_digits::LeadingDigits;

/// The lengths of a [`Bin`], longest first.
const LENGTHS: [usize; 8] = [11, 10, 9, 8, 7, 6, 5, 4];

/// The BINs of a catalog, each with the position of its card.
#[derive(Debug)]
pub(super) struct BinIndex {
    /// In order.
    bins: Vec<(Bin, usize)>,
    /// The beginnings of BINs, in order, each card once per beginning: a lookup does not visit all BINs of a card.
    beginnings: Vec<(LeadingDigits, usize)>,
}

impl BinIndex {
    /// Indexes the BINs of the cards that `can_charge`.
    pub(super) fn of(cards: &[Card], can_charge: impl Fn(usize) -> bool) -> Self {
        let mut bins: Vec<(Bin, usize)> = cards
            .iter()
            .enumerate()
            .filter(|(position, _)| can_charge(*position))
            .flat_map(|(position, card)| card.bins.iter().map(move |bin| (bin.clone(), position)))
            .collect();
        bins.sort();
        let beginnings = bins.iter().flat_map(|(bin, position)| {
            LeadingDigits::beginnings(bin.as_str()).map(move |digits| (digits, *position))
        });
        let mut beginnings: Vec<_> = beginnings.collect();
        beginnings.sort_unstable();
        beginnings.dedup();
        Self { bins, beginnings }
    }

    /// The positions of the cards that can be meant by digits, ascending: the card with the longest BIN that the digits begin
    /// with, and every card with a BIN that begins with the digits.
    pub(super) fn meant(&self, digits: LeadingDigits) -> Vec<usize> {
        let start = self
            .beginnings
            .partition_point(|(other, _)| *other < digits);
        let same = self.beginnings[start..].iter();
        let same = same.take_while(|(other, _)| *other == digits);
        let mut cards: Vec<usize> = same.map(|(_, position)| *position).collect();
        if let Some(position) = self.find(digits.as_bytes())
            && let Err(at) = cards.binary_search(&position)
        {
            cards.insert(at, position);
        }
        cards
    }

    /// The position of the card with the longest BIN that `digits` begin with.
    pub(super) fn find(&self, digits: &[u8]) -> Option<usize> {
        LENGTHS.iter().find_map(|length| {
            let prefix = digits.get(..*length)?;
            let found = self
                .bins
                .binary_search_by(|(bin, _)| bin.as_str().as_bytes().cmp(prefix));
            found.ok().map(|at| self.bins[at].1)
        })
    }
}
