//! The deterministic simulation: the production driver and reconciler in two processes, on one thread, with everything
//! that can happen to a call, a store, a process, a clock and a point of sale.
//!
//! A seed decides everything, so that it always gives the same history. A finding shows it.

mod answering;
mod choosing;
mod deployment;
mod events;
mod faults;
mod history;
mod network;
mod observed;
mod profile;
mod remote;
mod remote_gateway;
mod remote_sms;
mod request;
mod rest;
mod rng;
mod scene;
mod session;
mod shop;
mod starting;
#[cfg(test)]
mod tests;
mod variants;
mod watched_intents;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::{Result, bail, ensure};
use payments_core::testkit::world::{World, check_world, controls};

use crate::parallel::on_all_processors;
use crate::proof::{Proof, Report, Run, now, since};
use scene::Scene;
use shop::Shop;
use variants::Variant;

/// The proof.
pub const PROOF: Proof = Proof {
    name: "simulation",
    promise: "In every history of faults, crashes and races, each card is saved once or not at all",
    method: "A seed decides a whole history: the production driver and reconciler run in two processes on one thread, \
        with clocks that differ, and every call is a message that may be lost, repeated, delayed or answered too \
        late, while processes crash, stores fail over or lose data, keys rotate, gateways move and customers guess, \
        resend, delete and leave. `check_world` judges the end, and the customers' knowledge judges each answer. The \
        same seed gives the same history. Earlier holes are put back, one at a time, and must be found.",
    not_covered: "Faults inside a store or a provider's real API: the stores and gateways are the core's fakes, which \
        pass the same contract tests as the real adapters.",
    unit: "seeds",
    brief: 1_000,
    quick: 20_000,
    long: 1_000_000,
    version: 1,
    servers: &[],
    run,
};

/// Seeds between two looks at the watch.
const AT_ONCE: usize = 1_000;

/// Every how many seeds one is simulated twice, to compare the histories.
const SAMPLE: u64 = 50;

/// Within this many seeds each planted fault is found.
const SEEDS_FOR_A_CONTROL: u64 = 3_000;

/// With fewer seeds, rare events may be missing.
const SEEDS_FOR_COVERAGE: u64 = 5_000;

/// What has to happen, so that a run without findings means something.
const COVERAGE: &[&str] = &[
    "actions approved",
    "actions completed",
    "actions declined",
    "actions refused",
    "answers repeated",
    "calls given up",
    "calls landed late",
    "calls lost",
    "calls repeated",
    "cards deleted",
    "cards lost",
    "cards refused",
    "cards saved",
    "clock jumps",
    "codes expired",
    "codes over a limit",
    "crashes",
    "customers erased",
    "failovers to older copies",
    "flow stores emptied",
    "flows void",
    "gateway asks and reveals the number",
    "gateway asks the customer",
    "gateway gives a numeric token",
    "gateway gives the number as the token",
    "gateway is unavailable",
    "gateway makes a token and times out",
    "gateway makes a token late",
    "gateway makes a token",
    "gateway refuses",
    "gateway repeats a token",
    "gateway reveals the number in the key",
    "gateway reveals the number in the token",
    "gateway times out",
    "gateways switched on or off",
    "held cards lost",
    "intents reconciled",
    "intents settled by an operator",
    "journeys at rest",
    "key rotations",
    "key rotations too early",
    "outcomes unknown",
    "points of sale moved",
    "replies lost",
    "requests answered 503",
    "requests at once",
    "requests cut off",
    "savings in progress",
    "sessions ended",
    "tokens deleted",
    "tries over the day's limit",
    "wrong codes",
];

/// The result of a simulation.
struct Outcome {
    hash: u64,
    findings: Vec<String>,
    counts: BTreeMap<&'static str, u64>,
    world: World,
    history: String,
}

fn shown_as_text(seed: u64, outcome: &Outcome) -> String {
    let findings = if outcome.findings.is_empty() {
        "nothing".to_owned()
    } else {
        outcome.findings.join("\n  ")
    };
    format!("{}seed {seed} breaks:\n  {findings}\n", outcome.history)
}

fn run(run: &Run) -> Result<Report> {
    let shop = Shop::new()?;
    let find = |(variant, name)| found(&shop, variant, name);
    let mut report = Report {
        controls: on_all_processors(&Variant::ALL, find)?,
        ..Report::default()
    };
    find_oracle_controls(&shop, &mut report)?;
    let started = now();
    let mut seeds = run.units();
    loop {
        let some: Vec<u64> = seeds.by_ref().take(AT_ONCE).collect();
        if some.is_empty() {
            break;
        }
        for counts in on_all_processors(&some, |seed| play(&shop, seed))? {
            for (name, count) in counts {
                report.count(name, count);
            }
            report.done += 1;
        }
    }
    if let Some(each) = since(started)
        .as_micros()
        .checked_div(u128::from(report.done))
    {
        report.figures.insert("time per seed", format!("{each} µs"));
    }
    if report.done >= SEEDS_FOR_COVERAGE {
        let mut missing = COVERAGE.iter();
        let missing = missing.find(|name| !report.counts.contains_key(**name));
        ensure!(
            missing.is_none(),
            "in {} seeds there are no {missing:?}",
            report.done
        );
    }
    Ok(report)
}

/// Simulates a seed, and sometimes twice. Returns what happened.
fn play(shop: &Shop, seed: u64) -> Result<BTreeMap<&'static str, u64>> {
    let outcome = checked(shop, seed)?;
    let mut counts = outcome.counts.clone();
    if seed.is_multiple_of(SAMPLE) {
        let again = simulate(shop, seed, None, false)?;
        ensure!(is_same(&outcome, &again), "seed {seed} has two histories");
        counts.insert("seeds simulated twice", 1);
    }
    Ok(counts)
}

/// Simulates a seed, which must break nothing.
fn checked(shop: &Shop, seed: u64) -> Result<Outcome> {
    let outcome = simulate(shop, seed, None, false)?;
    if !outcome.findings.is_empty() {
        let replayed = simulate(shop, seed, None, true)?;
        bail!("{}", shown_as_text(seed, &replayed));
    }
    Ok(outcome)
}

fn is_same(one: &Outcome, other: &Outcome) -> bool {
    // The texts of stores are in no order.
    let facts = |world: &World| World {
        written: Vec::new(),
        ..world.clone()
    };
    one.hash == other.hash && facts(&one.world) == facts(&other.world)
}

/// The first seed that finds a planted fault, which it does not report without it.
fn found(shop: &Shop, variant: Variant, name: &str) -> Result<String> {
    for seed in 0..SEEDS_FOR_A_CONTROL {
        let with = simulate(shop, seed, Some(variant), false)?;
        let Some(finding) = with.findings.first() else {
            continue;
        };
        checked(shop, seed)?;
        return Ok(format!("{name} (seed {seed}: {finding})"));
    }
    bail!("{SEEDS_FOR_A_CONTROL} seeds do not find the planted fault: {name}")
}

/// The oracle finds every planted violation in the last world of a simulation.
fn find_oracle_controls(shop: &Shop, report: &mut Report) -> Result<()> {
    let world = checked(shop, 0)?.world;
    for control in controls() {
        let mut planted = world.clone();
        (control.plant)(&mut planted);
        let mut broken = check_world(&planted).into_iter();
        let is_found = broken.any(|one| one.invariant == control.breaks);
        ensure!(is_found, "the oracle does not find: {}", control.name);
        report.count("violations planted in a world and found", 1);
    }
    Ok(())
}

fn simulate(
    shop: &Shop,
    seed: u64,
    variant: Option<Variant>,
    keeps_history: bool,
) -> Result<Outcome> {
    let simulated = catch_unwind(AssertUnwindSafe(|| {
        let mut scene = Scene::new(shop, seed, variant, keeps_history)?;
        scene.play()?;
        let world = scene.come_to_rest()?;
        Ok(scene.outcome(world))
    }));
    simulated.unwrap_or_else(|_| bail!("seed {seed} panics"))
}
