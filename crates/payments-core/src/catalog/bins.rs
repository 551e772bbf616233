//! Finds the card of a number by its first digits.

use alloc::vec::Vec;

use super::bin::Bin;
use super::card::Card;

/// The lengths of a [`Bin`], longest first.
const LENGTHS: [usize; 8] = [11, 10, 9, 8, 7, 6, 5, 4];

/// BINs in order, each with the position of its card.
#[derive(Debug)]
pub(super) struct BinIndex(Vec<(Bin, usize)>);

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
        Self(bins)
    }

    /// The position of the card with the longest BIN that `digits` begin with.
    pub(super) fn find(&self, digits: &[u8]) -> Option<usize> {
        LENGTHS.iter().find_map(|length| {
            let prefix = digits.get(..*length)?;
            let found = self
                .0
                .binary_search_by(|(bin, _)| bin.as_str().as_bytes().cmp(prefix));
            found.ok().map(|at| self.0[at].1)
        })
    }
}
