//! The purchases that show best what changes.

use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::purchase::{Purchase, PurchaseKey};

use super::plan_changes::RelativeMove;

/// The number of examples of a kind.
const MAX_EXAMPLES: usize = 10;

/// How much a purchase changes. The parts are compared in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight {
    /// It has plans in one of the catalogs only.
    pub(super) is_all: bool,
    /// The number of plans that it gains or loses.
    pub(super) plans: u32,
    /// The largest relative change of a total.
    pub(super) largest: RelativeMove,
}

/// The heaviest purchases of a kind; of equal ones those with the lower keys.
#[derive(Clone, Debug, Default)]
pub(super) struct Examples(Vec<Chosen>);

#[derive(Clone, Debug)]
struct Chosen {
    rank: Rank,
    purchase: Purchase,
}

type Rank = (Reverse<Weight>, PurchaseKey);

impl Examples {
    /// Adds a purchase if it is among the heaviest.
    pub(super) fn add(&mut self, weight: Weight, key: PurchaseKey, purchase: &Purchase) {
        let rank = (Reverse(weight), key);
        if self.has_room_for(&rank) {
            let purchase = purchase.clone();
            self.insert(Chosen { rank, purchase });
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for chosen in other.0 {
            self.insert(chosen);
        }
    }

    /// The purchases, heaviest first.
    pub(super) fn purchases(&self) -> impl Iterator<Item = (PurchaseKey, &Purchase)> {
        self.0.iter().map(|one| (one.rank.1, &one.purchase))
    }

    fn has_room_for(&self, rank: &Rank) -> bool {
        self.0.len() < MAX_EXAMPLES || self.0.last().is_some_and(|last| *rank < last.rank)
    }

    fn insert(&mut self, chosen: Chosen) {
        let at = self.0.partition_point(|one| one.rank <= chosen.rank);
        self.0.insert(at, chosen);
        self.0.truncate(MAX_EXAMPLES);
    }
}
