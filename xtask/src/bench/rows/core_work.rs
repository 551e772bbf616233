//! P4, P5 and P9: the core's work, in instructions and allocations; P4 and P9 over HTTP; and P13.

#![expect(
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    reason = "counts below 2^52, and times"
)]

use std::time::Duration;

use anyhow::Result;
use payments_bench::job::Summary;

use crate::bench::Bench;
use crate::bench::counted::Counter;
use crate::bench::fixture::{Fixture, import};
use crate::bench::row::{Goal, Row, Samples, Unit};
use crate::bench::store;

/// Linear growth, and a fifth of tolerance.
const GROWTH_GOAL: Goal = Goal::AtMost(1.2);
const PLANS: u32 = 12;

pub(crate) fn counted() -> Result<Vec<Row>> {
    let counter = Counter::prepare()?;
    let one = |count: u64| Samples::of([count as f64]);
    let instructions = |case| Ok::<_, anyhow::Error>(one(counter.instructions(case)?));
    let large = instructions("listing-and-writing-1000x12")?;
    let small = instructions("listing-and-writing-10x12")?;
    let ten = instructions("listing-12x6-rules-10")?;
    let hundred = instructions("listing-12x6-rules-100")?;
    let allocations = one(counter.allocations("listing-12x6-rules-10")?);
    let of_hundred = Unit::Count.written(hundred.median());

    let recognition = instructions("recognition-of-20000-bins")?;
    let what = "cost per plan of 1,000 cards ÷ of 10 cards, in instructions";
    let growth = Row::new("P4", what, Unit::Times, large.over(&small).times(0.01));
    let what = "allocations in the core per listing";
    let allocations = Row::new("P5", what, Unit::Count, allocations);
    let what = "under 100 rules ÷ under 10";
    let rules = Row::new("P9", what, Unit::Times, hundred.over(&ten));
    let what = "instructions to decide 12 × 6 plans under 10 rules";
    let decision = Row::new("P9", what, Unit::Count, ten);
    let what = "instructions to find the card of typed digits among 20,000 BINs";
    let recognition = Row::new("P9", what, Unit::Count, recognition);
    let rows = [
        (growth, GROWTH_GOAL, "12 plans each; decided and written"),
        (
            allocations,
            Goal::AtMost(3.0),
            "12 × 6 plans under 10 rules",
        ),
        (
            rules,
            Goal::AtMost(3.0),
            &*format!("{of_hundred} instructions under 100 rules"),
        ),
        (
            decision,
            Goal::AtMost(20_000.0),
            "figures included, serialization not",
        ),
        (
            recognition,
            Goal::AtMost(2_000.0),
            "less than a microsecond",
        ),
    ];
    let rows = rows.map(|(row, goal, note)| row.with_goal(goal).with_note(note));
    Ok(rows.into())
}

/// Purchases per second that one thread compares in two catalogs with different figures for every plan.
pub(crate) fn what_if(bench: &Bench) -> Result<Vec<Row>> {
    /// The purchases of a case.
    const PURCHASES: f64 = 100.0;
    let counter = Counter::prepare()?;
    let row = |case: &str, times: u32, size: &str| -> Result<Row> {
        let rounds = (0..bench.rounds).map(|_| counter.time(case, times));
        let rounds: Vec<Duration> = rounds.collect::<Result<_>>()?;
        let per_second = |time: &Duration| PURCHASES * f64::from(times) / time.as_secs_f64();
        let samples = Samples::of(rounds.iter().map(per_second));
        let what = format!("purchases compared in two catalogs of {size}, by one thread");
        let row = Row::new("P13", what, Unit::PerSecond, samples);
        Ok(row
            .with_goal(Goal::AtLeast(10_000.0))
            .with_note("every plan changes"))
    };
    Ok(vec![
        row("what-if-17x6-rules-23", 1_000, "17 × 6 plans and 23 rules")?,
        row(
            "what-if-100x12-rules-200",
            200,
            "100 × 12 plans and 200 rules",
        )?,
    ])
}

/// P9: the time of a listing under many rules and under a few, without the cache.
pub(crate) fn many_rules(bench: &Bench) -> Result<Row> {
    const RULES: usize = 5_000;
    let fixture = || Fixture::uncached(bench, store::CARDS, store::PLANS);
    let (few, many) = (fixture()?, fixture()?);
    import(many.service.address(), &store::many_rules(RULES))?;
    let rounds = bench.in_turn(&few.products(), &many.products())?;
    let what =
        format!("time of a listing under {RULES} rules ÷ under 8, over HTTP, without the cache");
    let row = rounds.require_same_bytes()?.into_row("P9", what);
    Ok(row.with_goal(Goal::AtMost(2.0)))
}

/// The time per plan of a large catalog and a small one, without the cache: a large catalog's listings do not all fit.
pub(crate) fn over_http(bench: &Bench) -> Result<Row> {
    let fixture = |cards| Fixture::uncached(bench, cards, PLANS);
    let (small, large) = (fixture(10)?, fixture(1_000)?);
    let rounds = bench.in_turn(&small.products(), &large.products())?;
    let nanoseconds_per_plan = |rounds: &[Summary], cards: u32| {
        let plans = f64::from(cards * PLANS);
        Samples::of(rounds.iter().map(|round| 1e9 / (round.per_second * plans)))
    };
    let small = nanoseconds_per_plan(&rounds.ours, 10);
    let large = nanoseconds_per_plan(&rounds.theirs, 1_000);
    let note = format!("{:.0} ns, and {:.0} ns", large.median(), small.median());
    let what = "time per plan of 1,000 cards ÷ of 10 cards, over HTTP, without the cache";
    let row = Row::new("P4", what, Unit::Times, large.over(&small));
    Ok(row.with_goal(GROWTH_GOAL).with_note(&note))
}
