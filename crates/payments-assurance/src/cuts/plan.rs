//! Which fault hits which message of which scenario.

use std::collections::BTreeMap;
use std::fmt;

use super::fault::{At, Direction, Fault, Server};
use super::switch::Passed;
use crate::system::Scenario;

/// A scenario as it goes without a fault.
#[derive(Clone, Debug)]
pub(super) struct Traced {
    pub(super) scenario: Scenario,
    /// What passes each link.
    pub(super) passed: BTreeMap<Server, Passed>,
}

/// A fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) scenario: Scenario,
    pub(super) server: Server,
    pub(super) at: At,
    pub(super) fault: Fault,
}

/// Which kind of fault comes at which place in a round of faults: most are cuts, as a message that is late takes longer.
const ROUND: [(Server, bool); 16] = [
    (Server::Postgres, false),
    (Server::Redis, false),
    (Server::Gateway, false),
    (Server::Sender, false),
    (Server::Postgres, false),
    (Server::Redis, false),
    (Server::Gateway, false),
    (Server::Redis, true),
    (Server::Postgres, false),
    (Server::Redis, false),
    (Server::Gateway, false),
    (Server::Gateway, true),
    (Server::Postgres, false),
    (Server::Redis, false),
    (Server::Sender, true),
    (Server::Postgres, true),
];

/// All faults: first the cuts at a COMMIT, and then rounds, in which the messages of a link are spread evenly.
pub(super) fn all(traced: &[Traced]) -> Vec<Plan> {
    let at_commit = |plan: &Plan| matches!(plan.at, At::Commit(_));
    let is_late = |plan: &Plan| plan.fault.is_late();
    let every: Vec<Plan> = traced.iter().flat_map(of_scenario).collect();
    let (first, others): (Vec<Plan>, Vec<Plan>) = every
        .into_iter()
        .partition(|plan| at_commit(plan) && !is_late(plan));
    let mut waiting: BTreeMap<(Server, bool), Vec<Plan>> = BTreeMap::new();
    for plan in others {
        let of_kind = waiting.entry((plan.server, is_late(&plan))).or_default();
        of_kind.push(plan);
    }
    let mut queues: BTreeMap<(Server, bool), std::vec::IntoIter<Plan>> = waiting
        .into_iter()
        .map(|(kind, plans)| {
            let (commits, others): (Vec<Plan>, Vec<Plan>) =
                spread(&plans).into_iter().partition(at_commit);
            (kind, [commits, others].concat().into_iter())
        })
        .collect();
    let mut plans = first;
    loop {
        let before = plans.len();
        for kind in ROUND {
            plans.extend(queues.get_mut(&kind).and_then(Iterator::next));
        }
        if plans.len() == before {
            return plans;
        }
    }
}

fn of_scenario(traced: &Traced) -> Vec<Plan> {
    let mut plans = Vec::new();
    for (&server, passed) in &traced.passed {
        let ups = (1..=passed.up).map(|number| At::Message(Direction::Up, number));
        let downs = (1..=passed.down).map(|number| At::Message(Direction::Down, number));
        let commits = (1..=passed.commits).map(At::Commit);
        for at in ups.chain(downs).chain(commits) {
            let faults = Fault::all(server, at).iter();
            plans.extend(faults.map(|&fault| Plan {
                scenario: traced.scenario,
                server,
                at,
                fault,
            }));
        }
    }
    plans
}

/// The same plans in an order in which every beginning is spread over all of them.
fn spread(plans: &[Plan]) -> Vec<Plan> {
    let count = plans.len();
    // About the golden section: multiples of it fall between those before.
    let mut steps = count * 618 / 1_000..=count;
    let step = steps.find(|step| greatest_common_divisor(*step, count) == 1);
    let step = step.unwrap_or(1);
    let places = (0..count).map(|number| number * step % count);
    places.map(|place| plans[place]).collect()
}

const fn greatest_common_divisor(one: usize, other: usize) -> usize {
    let (mut one, mut other) = (one, other);
    while other > 0 {
        (one, other) = (other, one % other);
    }
    one
}

impl Plan {
    /// The name in the table of figures.
    pub(super) const fn kind(&self) -> &'static str {
        match (self.at, self.fault) {
            (At::Commit(_), Fault::CutBefore) => "cuts before a COMMIT",
            (At::Commit(_), Fault::CutAfter) => "cuts after a COMMIT",
            (At::Commit(_), Fault::Hang | Fault::Stall) => "late COMMITs",
            (At::Message(..), Fault::CutBefore) => "cuts before a message",
            (At::Message(..), Fault::CutAfter) => "cuts after a message",
            (At::Message(..), Fault::Hang | Fault::Stall) => "late messages",
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            scenario,
            server,
            at,
            fault,
        } = self;
        write!(out, "{scenario:?}, {server:?}: {fault:?} at {at}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Passed, Plan, Scenario, Server, Traced, all};

    #[test]
    fn every_message_has_its_faults() {
        let traced = |scenario, up, commits| Traced {
            scenario,
            passed: Server::ALL
                .map(|server| {
                    let commits = if server == Server::Postgres {
                        commits
                    } else {
                        0
                    };
                    (
                        server,
                        Passed {
                            up,
                            down: 2,
                            commits,
                        },
                    )
                })
                .into(),
        };
        let plans = all(&[
            traced(Scenario::First, 7, 2),
            traced(Scenario::Delete, 3, 1),
        ]);
        let distinct: BTreeSet<String> = plans.iter().map(Plan::to_string).collect();
        assert_eq!(distinct.len(), plans.len());
        let of_postgres = 3 * (7 + 2) + 4 * 2 + 3 * (3 + 2) + 4;
        let of_others = 3 * 4 * (7 + 2 + 3 + 2);
        assert_eq!(plans.len(), of_postgres + of_others);
        let first: BTreeSet<&str> = plans[..6].iter().map(Plan::kind).collect();
        let expected = ["cuts after a COMMIT", "cuts before a COMMIT"];
        assert_eq!(first.into_iter().collect::<Vec<_>>(), expected);
    }
}
