//! One thing that is measured, with its goal.

#![expect(clippy::float_arithmetic, reason = "times and rates are not money")]

use payments_bench::job::Summary;
use serde::Serialize;

const UNDECIDED: &str = "undecided";

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// `P1` to `P13`, or a word.
    pub(crate) id: &'static str,
    pub(crate) what: String,
    pub(crate) unit: Unit,
    pub(crate) samples: Samples,
    pub(crate) goal: Option<Goal>,
    pub(crate) note: String,
}

/// One figure per round.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Samples(Vec<f64>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Unit {
    PerSecond,
    Milliseconds,
    Megabytes,
    Times,
    /// Instructions or allocations.
    Count,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

impl Row {
    pub(crate) fn new(
        id: &'static str,
        what: impl Into<String>,
        unit: Unit,
        samples: Samples,
    ) -> Self {
        Self {
            id,
            what: what.into(),
            unit,
            samples,
            goal: None,
            note: String::new(),
        }
    }

    pub(crate) fn with_goal(self, goal: Goal) -> Self {
        Self {
            goal: Some(goal),
            ..self
        }
    }

    pub(crate) fn with_note(mut self, note: &str) -> Self {
        let separator = if self.note.is_empty() { "" } else { "; " };
        self.note = format!("{}{separator}{note}", self.note);
        self
    }

    /// Whether the goal is met; undecided if it lies between the worst and the best round.
    pub(crate) fn verdict(&self) -> &'static str {
        let (min, max) = (self.samples.min(), self.samples.max());
        let (worst_is_good, best_is_good) = match self.goal {
            None => return "",
            Some(Goal::AtLeast(goal)) => (min >= goal, max >= goal),
            Some(Goal::AtMost(goal)) => (max <= goal, min <= goal),
        };
        match (worst_is_good, best_is_good) {
            (true, _) => "met",
            (false, true) => UNDECIDED,
            (false, false) => "missed",
        }
    }

    /// The median with its range; without a median where the goal lies within the range.
    pub(crate) fn figure(&self) -> String {
        let samples = &self.samples;
        let figures = [samples.median(), samples.min(), samples.max()];
        let [median, min, max] = figures.map(|figure| self.unit.written(figure));
        if self.verdict() == UNDECIDED {
            format!("between {min} and {max}")
        } else if min == max {
            median
        } else {
            format!("{median} ({min} – {max})")
        }
    }

    pub(crate) fn goal(&self) -> String {
        match self.goal {
            None => String::new(),
            Some(Goal::AtLeast(goal)) => format!("≥ {}", self.unit.written(goal)),
            Some(Goal::AtMost(goal)) => format!("≤ {}", self.unit.written(goal)),
        }
    }
}

impl Unit {
    /// Only the significant digits.
    pub(crate) fn written(self, figure: f64) -> String {
        match self {
            Self::PerSecond => format!("{figure:.0}/s"),
            Self::Milliseconds => format!("{figure:.0} ms"),
            Self::Megabytes => format!("{figure:.1} MB"),
            Self::Times if figure >= 10.0 => format!("{figure:.0} ×"),
            Self::Times => format!("{figure:.2} ×"),
            Self::Count => format!("{figure:.0}"),
        }
    }
}

impl Samples {
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        Self(figures.into_iter().collect())
    }

    /// A figure of each round.
    pub(crate) fn of_rounds(rounds: &[Summary], figure: impl Fn(&Summary) -> f64) -> Self {
        Self::of(rounds.iter().map(figure))
    }

    pub(crate) fn min(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }

    pub(crate) fn max(&self) -> f64 {
        self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }

    /// Of an even number, the mean of the two in the middle.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        match (sorted.len(), sorted.len() / 2) {
            (0, _) => f64::NAN,
            (count, middle) if count % 2 == 1 => sorted[middle],
            (_, middle) => f64::midpoint(sorted[middle - 1], sorted[middle]),
        }
    }

    /// The ratios, round by round.
    pub(crate) fn over(&self, other: &Self) -> Self {
        let rounds = self.0.iter().zip(&other.0);
        Self::of(rounds.map(|(ours, theirs)| ours / theirs))
    }

    pub(crate) fn times(&self, factor: f64) -> Self {
        Self::of(self.0.iter().map(|figure| figure * factor))
    }
}

#[cfg(test)]
mod tests {
    use super::{Goal, Row, Samples, Unit};

    fn check(samples: &[f64], goal: Goal, verdict: &str, figure: &str) {
        let samples = Samples::of(samples.iter().copied());
        let row = Row::new("P0", "a figure", Unit::Times, samples).with_goal(goal);
        assert_eq!((row.verdict(), &*row.figure()), (verdict, figure));
    }

    #[test]
    fn the_worst_round_meets_a_goal_and_the_best_one_misses_it() {
        let (at_least, at_most) = (Goal::AtLeast(0.8), Goal::AtMost(5.0));
        check(&[0.8, 0.9], at_least, "met", "0.85 × (0.80 × – 0.90 ×)");
        check(&[4.0, 5.0], at_most, "met", "4.50 × (4.00 × – 5.00 ×)");
        check(&[0.7, 0.7], at_least, "missed", "0.70 ×");
        check(&[5.1, 9.1], at_most, "missed", "7.10 × (5.10 × – 9.10 ×)");
    }

    #[test]
    fn a_goal_within_the_range_is_undecided_and_shows_no_median() {
        let (at_least, at_most) = (Goal::AtLeast(0.8), Goal::AtMost(5.0));
        let figure = "between 0.79 × and 0.90 ×";
        check(&[0.79, 0.9, 0.9], at_least, "undecided", figure);
        let figure = "between 1.00 × and 5.10 ×";
        check(&[1.0, 5.1, 1.0], at_most, "undecided", figure);
    }

    #[test]
    fn the_median_is_the_middle_figure_and_ratios_are_of_the_same_round() {
        assert!((Samples::of([9.0, 1.0, 2.0]).median() - 2.0).abs() < 1e-9);
        assert!((Samples::of([9.0, 1.0, 2.0, 3.0]).median() - 2.5).abs() < 1e-9);
        let ratios = Samples::of([80.0, 40.0]).over(&Samples::of([100.0, 50.0]));
        assert_eq!(ratios, Samples::of([0.8, 0.8]));
    }
}
