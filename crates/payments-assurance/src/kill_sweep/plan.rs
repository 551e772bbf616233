//! What is killed when.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::system::Scenario;

/// A scenario as it goes without a fault.
#[derive(Clone, Debug)]
pub(super) struct Traced {
    pub(super) scenario: Scenario,
    /// The fail points that it passes, in order, as the program announces them.
    pub(super) points: Vec<String>,
    /// Those of them that a process passes without a request, too.
    pub(super) background: BTreeSet<String>,
    pub(super) duration: Duration,
}

/// When a victim ends, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// Killed at a fail point.
    Point(String),
    /// Killed after a time.
    Instant(Duration),
    /// Asked to end (SIGTERM) at a fail point.
    Term(String),
}

/// What happens to one victim.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) kill: u64,
    pub(super) customer: u64,
    pub(super) scenario: Scenario,
    pub(super) at: At,
}

/// The plans of all kills. Every second kill is at a fail point, the others are at random instants.
pub(super) struct Plans {
    scenarios: [Traced; 3],
}

/// The interval, in kills, at which a SIGTERM is sent as well.
const TERM: u64 = 4;

/// From one kill at a fail point to the next, so that a few kills are spread over all scenarios. A prime, so that every point
/// gets its kill.
const STRIDE: usize = 37;

/// The customers of kills.
pub(super) fn customers(kills: Range<u64>) -> Range<u64> {
    2 * kills.start + 1..2 * kills.end + 1
}

/// The kill of a customer.
pub(super) const KILL_OF_CUSTOMER: &str = "customers 2n + 1 and 2n + 2 are those of kill n";

impl Plans {
    pub(super) fn new(scenarios: [Traced; 3]) -> Result<Self> {
        for traced in &scenarios {
            ensure!(
                !traced.points.is_empty(),
                "the program announces no fail points: build it with --all-features"
            );
        }
        Ok(Self { scenarios })
    }

    /// How many fail points there are.
    pub(super) fn points(&self) -> usize {
        self.scenarios.iter().map(|one| one.points.len()).sum()
    }

    /// The plans of a kill.
    pub(super) fn of_kill(&self, kill: u64) -> Result<Vec<Plan>> {
        let (scenario, at) = if kill.is_multiple_of(2) {
            self.at_point(kill / 2)?
        } else {
            self.at_instant(kill)?
        };
        let mut plans = vec![Plan {
            kill,
            customer: 2 * kill + 1,
            scenario,
            at,
        }];
        if kill.is_multiple_of(TERM) {
            plans.push(Plan {
                kill,
                customer: 2 * kill + 2,
                scenario: Scenario::First,
                at: self.term(kill / TERM)?,
            });
        }
        Ok(plans)
    }

    fn at_point(&self, number: u64) -> Result<(Scenario, At)> {
        let points = self.points();
        let stride = if points.is_multiple_of(STRIDE) {
            1
        } else {
            STRIDE
        };
        let mut place = usize::try_from(number)? * stride % points;
        for traced in &self.scenarios {
            match traced.points.get(place) {
                Some(point) => return Ok((traced.scenario, At::Point(point.clone()))),
                None => place -= traced.points.len(),
            }
        }
        anyhow::bail!("no fail point {number}")
    }

    fn at_instant(&self, kill: u64) -> Result<(Scenario, At)> {
        let traced = &self.scenarios[usize::try_from(kill / 2 % 3)?];
        let most = u64::try_from(traced.duration.as_micros())?.max(1);
        let at = Duration::from_micros(random(kill) % most);
        Ok((traced.scenario, At::Instant(at)))
    }

    /// A SIGTERM while a request is under way.
    fn term(&self, number: u64) -> Result<At> {
        let first = &self.scenarios[0];
        let is_of_request = |point: &&String| !first.background.contains(*point);
        let points: Vec<&String> = first.points.iter().filter(is_of_request).collect();
        Ok(At::Term(
            points[usize::try_from(number)? % points.len()].clone(),
        ))
    }
}

impl Plan {
    /// The name in the table of figures.
    pub(super) const fn kind(&self) -> &'static str {
        match self.at {
            At::Point(_) => "kills at a fail point",
            At::Instant(_) => "kills at a random instant",
            At::Term(_) => "SIGTERMs",
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kill, scenario) = (self.kill, self.scenario);
        match &self.at {
            At::Point(point) => write!(out, "kill {kill}: {scenario:?}, at {point}"),
            At::Instant(after) => write!(out, "kill {kill}: {scenario:?}, after {after:?}"),
            At::Term(point) => write!(out, "SIGTERM {kill}: {scenario:?}, at {point}"),
        }
    }
}

/// A number that looks random (`SplitMix64`), the same for the same seed.
const fn random(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use super::{At, Plans, Traced};
    use crate::system::Scenario;

    #[test]
    fn every_point_has_its_kill() {
        let traced = |scenario, points: &[&str]| Traced {
            scenario,
            points: points.iter().map(|&point| point.to_owned()).collect(),
            background: BTreeSet::new(),
            duration: Duration::from_millis(200),
        };
        let plans = Plans::new([
            traced(Scenario::First, &["a.before:1", "a.after:1"]),
            traced(Scenario::Again, &["b.before:1"]),
            traced(Scenario::Delete, &["c.before:1", "c.after:1"]),
        ])
        .unwrap();
        let all = (0..10).flat_map(|kill| plans.of_kill(kill).unwrap());
        let points: BTreeSet<String> = all
            .filter_map(|plan| match plan.at {
                At::Point(point) => Some(format!("{:?} {point}", plan.scenario)),
                At::Instant(after) => {
                    assert!(after < Duration::from_millis(200));
                    None
                }
                At::Term(_) => None,
            })
            .collect();
        let expected = [
            "Again b.before:1",
            "Delete c.after:1",
            "Delete c.before:1",
            "First a.after:1",
            "First a.before:1",
        ];
        assert_eq!(points.into_iter().collect::<Vec<_>>(), expected);
    }
}
