//! The simulation beside closed formulas.

use super::{Class, Group, Law, Outcome, Simulation, Step};
use crate::sale::queue::Queue;

const MICROSECOND: u64 = 1_000;
/// The mean work on a job.
const WORK: u64 = 100 * MICROSECOND;
const ONE: Group = Group::new(0, 1);

/// One server, which is busy for this many of a thousand nanoseconds.
fn one_server(law: Law, busy: u64) -> (Outcome, u64) {
    let class = Class {
        name: "job",
        between: Some(WORK * 1_000 / busy),
        steps: vec![Step::Work {
            station: ONE,
            mean: WORK,
            law,
        }],
    };
    let jobs = 400_000;
    let lasting = jobs * WORK * 1_000 / busy;
    let simulation = Simulation::new(vec![class], vec![Queue::of(1)], 7);
    (simulation.run(lasting, 0), lasting)
}

fn assert_near(found: u64, expected: u64, what: &str) {
    let tolerance = expected * 6 / 100;
    assert!(
        found.abs_diff(expected) <= tolerance,
        "{what}: {found} instead of {expected}"
    );
}

/// Kleinrock, "Queueing Systems", volume 1 (1975), 3.2 (M/M/1) and 5.6 (M/G/1, Pollaczek and Khinchin): the mean number of
/// waiting jobs is ρ² ÷ (1 − ρ), and half of it if the work is always the same.
#[test]
fn the_mean_queue_is_that_of_the_closed_formulas() {
    for busy in [500, 800] {
        let expected = busy * busy / (1_000 - busy);
        let (outcome, lasting) = one_server(Law::Exponential, busy);
        assert_near(
            outcome.queues[0].utilisation(lasting),
            busy,
            "M/M/1 utilisation",
        );
        assert_near(outcome.queues[0].mean_waiting(lasting), expected, "M/M/1");
        let (outcome, lasting) = one_server(Law::Constant, busy);
        assert_near(
            outcome.queues[0].mean_waiting(lasting),
            expected / 2,
            "M/D/1",
        );
    }
}

/// The latency of M/M/1 is exponential with mean `WORK` ÷ (1 − ρ); ln 2 and ln 100.
#[test]
fn the_tail_is_that_of_the_closed_formula() {
    let (outcome, _) = one_server(Law::Exponential, 500);
    let latencies = &outcome.latencies[0];
    assert!(latencies.count() > 390_000);
    assert_near(latencies.at(500), 2 * WORK * 693 / 1_000, "the median");
    assert_near(
        latencies.at(990),
        2 * WORK * 4_605 / 1_000,
        "the 99th percentile",
    );
}

#[test]
fn a_pool_limits_how_many_work_at_the_same_time() {
    let steps = vec![
        Step::Take { pool: ONE },
        Step::Work {
            station: Group::new(1, 1),
            mean: WORK,
            law: Law::Constant,
        },
        Step::Give { pool: ONE },
    ];
    let class = Class {
        name: "job",
        between: Some(WORK / 3),
        steps,
    };
    let queues = vec![Queue::of(2), Queue::of(10)];
    let lasting = 1_000 * WORK;
    let outcome = Simulation::new(vec![class], queues, 1).run(lasting, 0);
    assert_eq!(outcome.queues[1].longest(), 0);
    let busy = outcome.queues[1].utilisation(lasting);
    assert!((190..=200).contains(&busy), "two of ten servers: {busy}");
    assert!(
        outcome.queues[0].longest() > 500,
        "more arrive than are served"
    );
}

#[test]
fn a_seed_gives_the_same_run_and_another_one_another() {
    let run = |seed| {
        let step = Step::Work {
            station: Group::new(0, 3),
            mean: WORK,
            law: Law::Exponential,
        };
        let class = Class {
            name: "job",
            between: Some(WORK / 2),
            steps: vec![step, Step::Delay { mean: WORK }],
        };
        let outcome = Simulation::new(vec![class], vec![Queue::of(1); 3], seed).run(500 * WORK, 0);
        outcome
            .latencies
            .into_iter()
            .flat_map(|one| one.sorted)
            .collect::<Vec<_>>()
    };
    assert_eq!(run(3), run(3));
    assert_ne!(run(3), run(4));
}
