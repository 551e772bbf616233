//! P4, P5 and P9: the core's work, in instructions and allocations; and P4 over HTTP.

#![expect(
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    reason = "counts below 2^52, and times"
)]

use anyhow::Result;
use payments_bench::Summary;

use crate::bench::Bench;
use crate::bench::compare::Side;
use crate::bench::counted::Counter;
use crate::bench::fixture::Fixture;
use crate::bench::row::{Goal, Row, Samples, Unit};

/// Linear growth, and a fifth of tolerance.
const GROWTH_GOAL: Goal = Goal::AtMost(1.2);
const PLANS: u32 = 12;

pub(crate) fn counted() -> Result<Vec<Row>> {
    let counter = Counter::prepare()?;
    let instructions = |case| Ok::<_, anyhow::Error>(one(counter.instructions(case)? as f64));
    let large = instructions("listing-and-writing-1000x12")?;
    let growth = large
        .over(&instructions("listing-and-writing-10x12")?)
        .times(0.01);
    let ten = instructions("listing-12x6-rules-10")?;
    let hundred = instructions("listing-12x6-rules-100")?;
    let allocations = one(counter.allocations("listing-12x6-rules-10")? as f64);
    let rules = format!(
        "{} instructions under 100 rules",
        Unit::Count.written(hundred.median())
    );
    let per_plan = "cost per plan of 1,000 cards ÷ of 10 cards, in instructions";
    let rows = [
        Row::new("P4", per_plan, Unit::Times, growth)
            .with_goal(GROWTH_GOAL)
            .with_note("12 plans each; decided and written"),
        Row::new(
            "P5",
            "allocations in the core per listing",
            Unit::Count,
            allocations,
        )
        .with_goal(Goal::AtMost(3.0))
        .with_note("12 × 6 plans under 10 rules"),
        Row::new(
            "P9",
            "under 100 rules ÷ under 10",
            Unit::Times,
            hundred.over(&ten),
        )
        .with_goal(Goal::AtMost(3.0))
        .with_note(&rules),
        Row::new(
            "P9",
            "instructions to decide 12 × 6 plans under 10 rules",
            Unit::Count,
            ten,
        )
        .with_goal(Goal::AtMost(20_000.0))
        .with_note("figures included, serialization not"),
    ];
    Ok(rows.map(Row::printed).into())
}

fn one(figure: f64) -> Samples {
    Samples::of([figure])
}

/// The time per plan of a large catalog and a small one, without the cache: a large catalog's listings do not all fit.
pub(crate) fn over_http(bench: &Bench) -> Result<Row> {
    let settings = [("PAYMENTS__LISTINGS__KEEP_MILLISECONDS", "0".to_owned())];
    let fixture = |cards| Fixture::embedded(bench, cards, PLANS, &settings);
    let (small, large) = (fixture(10)?, fixture(1_000)?);
    let (few, many) = (small.products(), large.products());
    let rounds = bench.in_turn(
        &Side {
            address: small.service.address(),
            requests: &few,
        },
        &Side {
            address: large.service.address(),
            requests: &many,
        },
    )?;
    let nanoseconds_per_plan = |rounds: &[Summary], cards: u32| {
        let plans = f64::from(cards * PLANS);
        Samples::of(rounds.iter().map(|round| 1e9 / (round.per_second * plans)))
    };
    let small = nanoseconds_per_plan(&rounds.ours, 10);
    let large = nanoseconds_per_plan(&rounds.theirs, 1_000);
    let note = format!("{:.0} ns, and {:.0} ns", large.median(), small.median());
    let what = "time per plan of 1,000 cards ÷ of 10 cards, over HTTP, without the cache";
    let row = Row::new("P4", what, Unit::Times, large.over(&small));
    Ok(row.with_goal(GROWTH_GOAL).with_note(&note).printed())
}
