//! One thing that was measured, what was promised of it, and what came of it.

use serde::{Deserialize, Serialize};

use super::round::Round;
use super::samples::Samples;

/// A line of the table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    /// `P1` to `P9`, or a word.
    pub(crate) id: String,
    /// In a reader's words.
    pub(crate) what: String,
    pub(crate) figure: Figure,
    pub(crate) goal: Option<Goal>,
    /// What a reader has to know about it; may be empty.
    pub(crate) note: String,
}

/// What was measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Figure {
    /// Answers per second of two sides, round by round.
    Ratio { ours: Side, theirs: Side },
    /// Something by itself.
    Measured { unit: Unit, samples: Samples },
    /// Nothing, and why.
    Absent { why: String },
}

/// One side of a comparison.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Side {
    pub(crate) name: String,
    pub(crate) rounds: Vec<Round>,
}

impl Side {
    pub(crate) fn per_second(&self) -> Samples {
        Samples::of(self.rounds.iter().map(|round| round.per_second))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    PerSecond,
    Milliseconds,
    Megabytes,
    Times,
    Instructions,
    Allocations,
}

impl Unit {
    /// A figure with as many digits as mean something.
    pub(crate) fn written(self, figure: f64) -> String {
        match self {
            Self::PerSecond => format!("{figure:.0}/s"),
            Self::Milliseconds => format!("{figure:.0} ms"),
            Self::Megabytes => format!("{figure:.1} MB"),
            Self::Times if figure >= 10.0 => format!("{figure:.0} ×"),
            Self::Times => format!("{figure:.2} ×"),
            Self::Instructions | Self::Allocations => format!("{figure:.0}"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Met,
    Missed,
    /// The goal lies between the worst and the best round: nothing can be said.
    Undecided,
    /// Nothing was promised.
    ForInformation,
    NotMeasured,
}

impl Verdict {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Undecided => "undecided",
            Self::ForInformation => "",
            Self::NotMeasured => "not measured",
        }
    }
}

impl Row {
    /// The figures that the goal is about.
    pub(crate) fn samples(&self) -> Samples {
        match &self.figure {
            Figure::Ratio { ours, theirs } => ours.per_second().over(&theirs.per_second()),
            Figure::Measured { samples, .. } => samples.clone(),
            Figure::Absent { .. } => Samples::default(),
        }
    }

    pub(crate) fn unit(&self) -> Unit {
        match &self.figure {
            Figure::Measured { unit, .. } => *unit,
            Figure::Ratio { .. } | Figure::Absent { .. } => Unit::Times,
        }
    }

    pub(crate) fn verdict(&self) -> Verdict {
        let samples = self.samples();
        if samples.is_empty() {
            return Verdict::NotMeasured;
        }
        let (worst_is_good, best_is_good) = match self.goal {
            None => return Verdict::ForInformation,
            Some(Goal::AtLeast(goal)) => (samples.min() >= goal, samples.max() >= goal),
            Some(Goal::AtMost(goal)) => (samples.max() <= goal, samples.min() <= goal),
        };
        match (worst_is_good, best_is_good) {
            (true, _) => Verdict::Met,
            (false, true) => Verdict::Undecided,
            (false, false) => Verdict::Missed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Figure, Goal, Row, Unit, Verdict};
    use crate::bench::samples::Samples;

    fn check(samples: &[f64], goal: Option<Goal>, expected: Verdict) {
        let row = Row {
            id: "P0".to_owned(),
            what: "a thing".to_owned(),
            figure: Figure::Measured {
                unit: Unit::Times,
                samples: Samples::of(samples.iter().copied()),
            },
            goal,
            note: String::new(),
        };
        assert_eq!(row.verdict(), expected, "{samples:?} {goal:?}");
    }

    #[test]
    fn a_goal_is_met_when_the_worst_round_meets_it() {
        check(&[0.8, 0.9], Some(Goal::AtLeast(0.8)), Verdict::Met);
        check(&[4.0, 5.0], Some(Goal::AtMost(5.0)), Verdict::Met);
    }

    #[test]
    fn a_goal_is_missed_when_the_best_round_misses_it() {
        check(&[0.7, 0.79], Some(Goal::AtLeast(0.8)), Verdict::Missed);
        check(&[5.1, 9.0], Some(Goal::AtMost(5.0)), Verdict::Missed);
    }

    #[test]
    fn a_goal_among_the_rounds_is_undecided() {
        check(
            &[0.79, 0.9, 0.9],
            Some(Goal::AtLeast(0.8)),
            Verdict::Undecided,
        );
        check(
            &[1.0, 5.1, 1.0],
            Some(Goal::AtMost(5.0)),
            Verdict::Undecided,
        );
    }

    #[test]
    fn without_figures_or_without_a_goal_there_is_no_verdict() {
        check(&[], Some(Goal::AtLeast(0.8)), Verdict::NotMeasured);
        check(&[1.0], None, Verdict::ForInformation);
    }

    #[test]
    fn figures_have_as_many_digits_as_mean_something() {
        assert_eq!(Unit::Times.written(0.856), "0.86 ×");
        assert_eq!(Unit::Times.written(166.6), "167 ×");
        assert_eq!(Unit::PerSecond.written(12_345.6), "12346/s");
    }
}
