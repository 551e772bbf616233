//! Conditions that mix levels, in three-valued logic.

use alloc::vec::Vec;

use super::bits::{BitSet, is_set};
use super::node::Node;
use super::purchase_test::PurchaseTest;

/// The last level that a condition depends on, beyond the purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Nothing but the payment option.
    Option,
    /// The card.
    Card,
    /// The number of installments.
    Count,
}

/// A mixed part of a condition; what it asks of the purchase is decided once per listing and kept as a bit.
#[derive(Debug)]
pub(super) enum Residual {
    Truth(usize),
    Options(BitSet),
    Cards(BitSet),
    Counts(u128),
    All(Vec<Residual>),
    Any(Vec<Residual>),
}

/// What is known so far.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) truths: &'a [u64],
    pub(super) option: Option<usize>,
    pub(super) card: Option<usize>,
    pub(super) count: Option<u8>,
}

impl Residual {
    /// A mixed node; its purchase tests go to `tests`, the first of which has position `first` among the truths.
    pub(super) fn of(node: Node, first: usize, tests: &mut Vec<PurchaseTest>) -> Self {
        match node {
            Node::Purchase(test) => {
                tests.push(test);
                Self::Truth(first + tests.len() - 1)
            }
            Node::Options(set) => Self::Options(set),
            Node::Cards(set) => Self::Cards(set),
            Node::Counts(mask) => Self::Counts(mask),
            Node::All(parts) => Self::All(
                parts
                    .into_iter()
                    .map(|part| Self::of(part, first, tests))
                    .collect(),
            ),
            Node::Any(parts) => Self::Any(
                parts
                    .into_iter()
                    .map(|part| Self::of(part, first, tests))
                    .collect(),
            ),
        }
    }

    /// The last level needed to decide it.
    pub(super) fn level(&self) -> Level {
        match self {
            Self::Truth(_) | Self::Options(_) => Level::Option,
            Self::Cards(_) => Level::Card,
            Self::Counts(_) => Level::Count,
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().map(Self::level).max().unwrap_or(Level::Option)
            }
        }
    }

    /// Whether it holds, if that can be decided from what is known.
    pub(super) fn holds(&self, known: Known<'_>) -> Option<bool> {
        match self {
            Self::Truth(at) => Some(is_set(known.truths, *at)),
            Self::Options(set) => known.option.map(|option| set.contains(option)),
            Self::Cards(set) => known.card.map(|card| set.contains(card)),
            Self::Counts(mask) => known.count.map(|count| mask >> count & 1 == 1),
            Self::All(parts) => decide(parts, known, false),
            Self::Any(parts) => decide(parts, known, true),
        }
    }
}

/// Whether all of these hold, if that can be decided from what is known.
pub(super) fn all_hold(parts: &[Residual], known: Known<'_>) -> Option<bool> {
    decide(parts, known, false)
}

/// One part with the value `decisive` decides; otherwise one unknown part leaves it open.
fn decide(parts: &[Residual], known: Known<'_>, decisive: bool) -> Option<bool> {
    let mut decided = Some(!decisive);
    for part in parts {
        match part.holds(known) {
            Some(holds) if holds == decisive => return Some(decisive),
            Some(_) => {}
            None => decided = None,
        }
    }
    decided
}
