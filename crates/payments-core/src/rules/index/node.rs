//! A condition as a tree without negations, with the parts of each level merged.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::bits::BitSet;
use super::purchase_test::PurchaseTest;

/// A part of a condition, by what it depends on.
#[derive(Debug)]
pub(super) enum Node {
    /// The purchase and the moment.
    Purchase(PurchaseTest),
    /// The payment option must be one of these.
    Options(BitSet),
    /// The card must be one of these.
    Cards(BitSet),
    /// A bit for each matching number of installments.
    Counts(u128),
    /// Several levels: all of these must hold. An empty list always holds.
    All(Vec<Node>),
    /// Several levels: one of these must hold. An empty list never holds.
    Any(Vec<Node>),
}

/// How parts are combined.
#[derive(Clone, Copy)]
enum Join {
    All,
    Any,
}

impl Node {
    /// A node that holds if all parts hold.
    pub(super) fn all(parts: Vec<Self>) -> Self {
        Self::join(parts, Join::All)
    }

    /// A node that holds if one part holds.
    pub(super) fn any(parts: Vec<Self>) -> Self {
        Self::join(parts, Join::Any)
    }

    /// The negation, by De Morgan's laws, so that negations remain only in the leaves.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Purchase(test) => Self::Purchase(PurchaseTest::Not(Box::new(test))),
            Self::Options(set) => Self::Options(set.complement()),
            Self::Cards(set) => Self::Cards(set.complement()),
            Self::Counts(mask) => Self::Counts(!mask),
            Self::All(parts) => Self::any(parts.into_iter().map(Self::negated).collect()),
            Self::Any(parts) => Self::all(parts.into_iter().map(Self::negated).collect()),
        }
    }

    /// The parts that must all hold: at most one of each level, and the mixed ones.
    pub(super) fn into_parts(self) -> Vec<Self> {
        match self {
            Self::All(parts) => parts,
            one @ (Self::Purchase(_)
            | Self::Options(_)
            | Self::Cards(_)
            | Self::Counts(_)
            | Self::Any(_)) => vec![one],
        }
    }

    fn join(parts: Vec<Self>, join: Join) -> Self {
        let (mut purchase, mut options, mut cards, mut counts) = (Vec::new(), None, None, None);
        let mut mixed = Vec::new();
        for part in parts.into_iter().flat_map(|part| part.flattened(join)) {
            match part {
                Self::Purchase(test) => purchase.push(test),
                Self::Options(set) => options = Some(join.sets(options, set)),
                Self::Cards(set) => cards = Some(join.sets(cards, set)),
                Self::Counts(mask) => counts = Some(join.masks(counts, mask)),
                other @ (Self::All(_) | Self::Any(_)) => mixed.push(other),
            }
        }
        let mut joined = mixed;
        joined.extend(join.tests(purchase).map(Self::Purchase));
        joined.extend(options.map(Self::Options));
        joined.extend(cards.map(Self::Cards));
        joined.extend(counts.map(Self::Counts));
        match (joined.len(), join) {
            (1, Join::All | Join::Any) => joined.remove(0),
            (_, Join::All) => Self::All(joined),
            (_, Join::Any) => Self::Any(joined),
        }
    }

    /// The parts of a node that combines them in the same way.
    fn flattened(self, join: Join) -> Vec<Self> {
        match (self, join) {
            (Self::All(parts), Join::All) | (Self::Any(parts), Join::Any) => parts,
            (other, Join::All | Join::Any) => vec![other],
        }
    }
}

impl Join {
    fn sets(self, so_far: Option<BitSet>, set: BitSet) -> BitSet {
        match (so_far, self) {
            (None, Self::All | Self::Any) => set,
            (Some(mut so_far), Self::All) => {
                so_far.keep(&set);
                so_far
            }
            (Some(mut so_far), Self::Any) => {
                so_far.add(&set);
                so_far
            }
        }
    }

    fn masks(self, so_far: Option<u128>, mask: u128) -> u128 {
        match (so_far, self) {
            (None, Self::All | Self::Any) => mask,
            (Some(so_far), Self::All) => so_far & mask,
            (Some(so_far), Self::Any) => so_far | mask,
        }
    }

    fn tests(self, mut tests: Vec<PurchaseTest>) -> Option<PurchaseTest> {
        if tests.len() < 2 {
            return tests.pop();
        }
        PurchaseTest::cheapest_first(&mut tests);
        Some(match self {
            Self::All => PurchaseTest::All(tests),
            Self::Any => PurchaseTest::Any(tests),
        })
    }
}
