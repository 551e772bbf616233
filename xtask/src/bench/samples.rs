//! What several rounds gave.

#![expect(clippy::float_arithmetic, reason = "times and rates are no money")]

use serde::{Deserialize, Serialize};

/// One figure per round, in the order of the rounds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        Self(figures.into_iter().collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn min(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }

    pub(crate) fn max(&self) -> f64 {
        self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }

    /// The middle one; of an even number, the mean of the two in the middle.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        match (sorted.len(), sorted.len() / 2) {
            (0, _) => f64::NAN,
            (count, middle) if count % 2 == 1 => sorted[middle],
            (_, middle) => f64::midpoint(sorted[middle - 1], sorted[middle]),
        }
    }

    /// Round by round, how many times the other these are.
    pub(crate) fn over(&self, other: &Self) -> Self {
        let pairs = self.0.iter().zip(&other.0);
        Self::of(pairs.map(|(ours, theirs)| ours / theirs))
    }

    /// Each so many times as large.
    pub(crate) fn times(&self, factor: f64) -> Self {
        Self::of(self.0.iter().map(|figure| figure * factor))
    }

    /// Of so many in a second, how many nanoseconds each takes.
    pub(crate) fn inverse_in_nanoseconds(&self) -> Self {
        Self::of(self.0.iter().map(|per_second| 1e9 / per_second))
    }
}

#[cfg(test)]
mod tests {
    use super::Samples;

    #[test]
    fn the_median_is_the_middle_one_in_order_of_size() {
        assert!((Samples::of([9.0, 1.0, 2.0]).median() - 2.0).abs() < 1e-9);
        assert!((Samples::of([9.0, 1.0, 2.0, 3.0]).median() - 2.5).abs() < 1e-9);
        assert!(Samples::default().median().is_nan());
    }

    #[test]
    fn one_slow_round_moves_the_range_and_not_the_median() {
        let samples = Samples::of([10.0, 10.0, 1.0, 10.0, 11.0]);
        assert!((samples.median() - 10.0).abs() < 1e-9);
        assert!((samples.min() - 1.0).abs() < 1e-9 && (samples.max() - 11.0).abs() < 1e-9);
    }

    #[test]
    fn rounds_are_compared_with_the_round_beside_them() {
        let ours = Samples::of([80.0, 40.0]);
        let theirs = Samples::of([100.0, 50.0]);
        assert_eq!(ours.over(&theirs), Samples::of([0.8, 0.8]));
        assert_eq!(theirs.times(0.5), Samples::of([50.0, 25.0]));
    }
}
