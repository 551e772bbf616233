//! A seeded source of random numbers, the same on every machine.

/// `SplitMix64`: <https://doi.org/10.1145/2714064.2660195>.
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is at least 1.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        let scaled = (u128::from(self.next()) * u128::from(bound)) >> 64;
        u64::try_from(scaled).unwrap_or_default()
    }

    /// An exponentially distributed number with this mean. Von Neumann's method (1951, "Various techniques used in connection
    /// with random digits") compares random numbers and needs no logarithm, whose last digit differs between machines.
    pub(super) fn exponential(&mut self, mean: u64) -> u64 {
        let mut whole: u128 = 0;
        loop {
            let first = self.next();
            let (mut last, mut falling) = (first, 1_u32);
            loop {
                let next = self.next();
                if next >= last {
                    break;
                }
                last = next;
                falling += 1;
            }
            if falling % 2 == 1 {
                let fraction = (u128::from(mean) * u128::from(first)) >> 64;
                let number = whole * u128::from(mean) + fraction;
                return u64::try_from(number).unwrap_or(u64::MAX);
            }
            whole += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn exponential_numbers_have_their_mean_and_their_tail() {
        let mut random = Random::new(1);
        let mut numbers: Vec<u64> = (0..200_000)
            .map(|_| random.exponential(1_000_000))
            .collect();
        numbers.sort_unstable();
        let mean = numbers.iter().sum::<u64>() / 200_000;
        assert!((990_000..1_010_000).contains(&mean), "{mean}");
        // ln 2 and ln 100.
        assert!((683_000..703_000).contains(&numbers[100_000]));
        assert!((4_500_000..4_710_000).contains(&numbers[198_000]));
    }

    #[test]
    fn numbers_below_a_bound_are_evenly_distributed() {
        let mut random = Random::new(2);
        let mut counts = [0_u32; 5];
        for _ in 0..50_000 {
            counts[usize::try_from(random.below(5)).unwrap()] += 1;
        }
        assert!(
            counts.iter().all(|count| (9_700..10_300).contains(count)),
            "{counts:?}"
        );
    }
}
