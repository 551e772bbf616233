//! The random choices of a simulation.

/// A generator whose numbers depend only on its seed (`SplitMix64`), on every machine.
pub(super) struct Rng(u64);

impl Rng {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) const fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to `bound`, exclusive.
    pub(super) const fn below(&mut self, bound: u64) -> u64 {
        self.draw() % bound
    }

    /// A position in a list of this length, which is not empty.
    pub(super) fn index(&mut self, length: usize) -> usize {
        let bound = u64::try_from(length).unwrap_or(u64::MAX);
        usize::try_from(self.below(bound)).unwrap_or_default()
    }

    pub(super) const fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// `true` in `rate` of 1,000 cases.
    pub(super) const fn per_mille(&mut self, rate: u64) -> bool {
        self.below(1_000) < rate
    }

    /// One of a list that is not empty.
    pub(super) fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.index(all.len())]
    }

    /// One of a list that is not empty, each with its weight.
    pub(super) fn weighted<T: Copy>(&mut self, all: &[(u64, T)]) -> T {
        let total: u64 = all.iter().map(|(weight, _)| weight).sum();
        let mut place = self.below(total);
        for (weight, one) in all {
            if place < *weight {
                return *one;
            }
            place -= weight;
        }
        all[0].1
    }
}
