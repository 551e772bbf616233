//! P6: the slowest hundredth of the responses while the service is busy but not overloaded.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate of requests is positive and below 2^32"
)]

use anyhow::Result;
use payments_bench::job::{Job, Load, Requests, Summary};

use super::listings::static_ceiling;
use crate::bench::Bench;
use crate::bench::fixture::Fixture;
use crate::bench::load::lasting;
use crate::bench::machine;
use crate::bench::row::{Goal, Row, Samples, Unit};

const SHARE_OF_MAXIMUM: f64 = 0.7;

/// Product listings at a fixed rate, and the same bytes sent statically. The load and the server run on different
/// processors: a customer does not share the server's.
pub(crate) fn rows(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    let Some((load_on, server_on)) = machine::separate_processors()? else {
        println!("P6          not measured: it needs two processors");
        return Ok(Vec::new());
    };
    let server = fixture.second_service(bench, Some(&server_on))?;
    let static_server = static_ceiling(bench, fixture, Some(&server_on))?;
    let service = fixture.products().to(server.address());
    let ceiling = fixture.products().to(static_server.address());
    let load = |requests: &Requests, duration, per_second| {
        let load = Load {
            per_second,
            ..lasting(duration, requests)
        };
        bench.summary(&Job::Load(load), Some(&load_on))
    };
    let at_rate = |requests: &Requests, rate| {
        // The cache of an idle service is empty.
        load(requests, bench.warm_up, Some(rate))?;
        load(requests, bench.round, Some(rate))
    };
    let (mut ours, mut theirs, mut maxima) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.rounds {
        // In each round: the machine's speed changes from minute to minute.
        let maximum = load(&service, bench.round, None)?.per_second;
        let rate = (maximum * SHARE_OF_MAXIMUM) as u32;
        ours.push(at_rate(&service, rate)?);
        theirs.push(at_rate(&ceiling, rate)?);
        maxima.push(maximum);
    }
    let maximum = Samples::of(maxima).median();
    let rate = format!("{:.0}/s", maximum * SHARE_OF_MAXIMUM);
    let p99 = |rounds: &[Summary]| Samples::of_rounds(rounds, |it| it.p99_microseconds);
    let what = "p99 of the product listing ÷ p99 of the same bytes sent statically, at 70 % of the maximum";
    let row = Row::new("P6", what, Unit::Times, p99(&ours).over(&p99(&theirs)));
    let latencies = |rounds: &[Summary]| {
        let p50 = Samples::of_rounds(rounds, |it| it.p50_microseconds);
        let [p50, p99] = [p50, p99(rounds)].map(|samples| samples.median());
        format!("p50 {p50:.0} µs, p99 {p99:.0} µs")
    };
    let [ours, theirs] = [&ours, &theirs].map(|rounds| latencies(rounds));
    let note = format!(
        "{rate} of {maximum:.0}/s; {ours}; statically {theirs}; counted from when a request was due"
    );
    Ok(vec![row.with_goal(Goal::AtMost(1.5)).with_note(&note)])
}
