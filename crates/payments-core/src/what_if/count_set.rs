//! Sets of numbers of installments.

use crate::catalog::InstallmentCount;

/// A set of numbers of installments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CountSet(u128);

impl CountSet {
    pub(super) fn insert(&mut self, count: InstallmentCount) {
        self.0 |= 1 << count.get();
    }

    pub(super) const fn contains(self, count: InstallmentCount) -> bool {
        self.0 >> count.get() & 1 == 1
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) const fn len(self) -> u32 {
        self.0.count_ones()
    }

    pub(super) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl FromIterator<InstallmentCount> for CountSet {
    fn from_iter<I: IntoIterator<Item = InstallmentCount>>(counts: I) -> Self {
        let mut set = Self::default();
        counts.into_iter().for_each(|count| set.insert(count));
        set
    }
}
