//! The simulation beside a real run on this machine.

use std::time::Duration;

use anyhow::{Context, Result};
use payments_bench::job::{Job, Load, Requests, Summary};
use payments_bench::threads::in_parallel;

use super::costs::Costs;
use super::figures::{milliseconds, tenths};
use super::model::Rates;
use super::processor_time::ProcessorTime;
use super::{RATES_OF_MACHINE, page, this_machine};
use crate::bench::Bench;
use crate::bench::fixture::Fixture;
use crate::bench::load::lasting;

const LASTING: Duration = Duration::from_secs(20);
const WARM_UP: Duration = Duration::from_secs(2);

pub(super) fn run(costs: &Costs, seed: u64) -> Result<()> {
    let rates = Rates {
        saves: 0,
        ..RATES_OF_MACHINE
    };
    let lasting = u64::try_from(LASTING.as_nanos())?;
    let machine = this_machine()?;
    let observed = machine.simulate(costs, rates, lasting, seed);
    println!(
        "simulated\n\n{}\n{}",
        page::queues(&observed),
        page::latencies(&observed)
    );

    let bench = Bench::build(false, false)?;
    let fixture = Fixture::on_servers(&bench)?;
    let sides = [
        (fixture.rare_products(), rates.products),
        (fixture.sessions("/payments/cards/basket/"), rates.baskets),
    ];
    load(&bench, &sides, WARM_UP)?;
    let before = ProcessorTime::now(&fixture)?;
    let measured = load(&bench, &sides, LASTING)?;
    let ProcessorTime {
        service,
        postgres,
        redis,
    } = ProcessorTime::now(&fixture)?.since(before);
    let processors = u64::try_from(machine.workers)?;
    let busy = (service + postgres + redis) * 1_000 / (lasting * processors);
    println!("| | simulated | measured | measured ÷ simulated |\n|---|---|---|---|");
    let station = observed.stations.first().context("no station")?;
    let percent = |thousandths| format!("{} %", tenths(thousandths * 100));
    print_row(
        "busy processors",
        &percent(station.utilisation),
        &percent(busy),
        (station.utilisation, busy),
    );
    for (class, summary) in observed.outcome.latencies.iter().zip(measured) {
        for (name, simulated, measured) in [
            ("p50", class.at(500), summary.p50_microseconds),
            ("p99", class.at(990), summary.p99_microseconds),
        ] {
            let measured = nanoseconds(measured);
            let what = format!("{}, {name}", class.name);
            print_row(
                &what,
                &milliseconds(simulated),
                &milliseconds(measured),
                (simulated, measured),
            );
        }
    }
    println!(
        "\nThe load generator and the operating system's network take time that is not simulated. Latencies count from when a \
         request was due."
    );
    Ok(())
}

fn print_row(what: &str, simulated: &str, measured: &str, (one, other): (u64, u64)) {
    println!(
        "| {what} | {simulated} | {measured} | {} × |",
        tenths(other * 1_000 / one.max(1))
    );
}

/// Loads the service with all of these at the same time.
fn load(bench: &Bench, sides: &[(Requests, u64)], duration: Duration) -> Result<Vec<Summary>> {
    in_parallel(sides, |(requests, rate)| {
        let load = Load {
            per_second: Some(u32::try_from(*rate)?),
            ..lasting(duration, requests)
        };
        bench.summary(&Job::Load(load), None)
    })
}

#[expect(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a latency"
)]
fn nanoseconds(microseconds: f64) -> u64 {
    (microseconds * 1e3) as u64
}
