//! Conditions that mix levels, in three-valued logic.

use alloc::vec::Vec;

use super::bits::{BitSet, is_set};
use super::node::Node;
use super::purchase_test::PurchaseTest;

/// The last level that a condition depends on, beyond the purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Only the payment option.
    Option,
    Card,
    Count,
}

/// A mixed part of a condition. Its tests of the purchase are evaluated once per listing and stored as bits.
#[derive(Debug)]
pub(super) enum Residual {
    Truth(usize),
    Options(BitSet),
    Cards(BitSet),
    Counts(u128),
    All(Vec<Residual>),
    Any(Vec<Residual>),
}

/// The facts that are known so far.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) truths: &'a [u64],
    pub(super) option: Option<usize>,
    pub(super) card: Option<usize>,
    pub(super) count: Option<u8>,
}

impl Residual {
    /// Converts a mixed node. Its purchase tests are appended to `tests`, whose first element has position
    /// `first` among the truths.
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

    /// The last level needed to decide the part.
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

    /// Whether the part holds, if that can be decided from what is known.
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

/// A part with the value `decisive` decides; otherwise an unknown part leaves the result undecided.
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
