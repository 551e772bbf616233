//! Real races: many requests of one flow at once, at two processes on PostgreSQL and Redis.
//!
//! A round is one customer who saves a card, with a burst of requests in the middle. Rounds run side by side, so that
//! about 64 requests are under way at any time; in some rounds all of them are about one flow. Afterwards
//! the oracle judges the whole system.

mod bursts;
mod controls;
mod round;

use anyhow::{Result, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use payments_core::testkit::world::{Request, World, check_world};
use tokio::sync::Semaphore;

use crate::planted;
use crate::proof::{Proof, Report, Run, now, since};
use crate::system::{Process, QUIET, System, runtime};
use round::Round;

/// The proof.
pub const PROOF: Proof = Proof {
    name: "races",
    promise: "However requests race at two processes, a card is saved once and no limit is passed",
    method: "Two processes of the real program run on PostgreSQL and Redis, and 64 connections send requests of one \
        flow at the same time: right codes together, right and wrong codes at the last try, a new code while one is \
        entered, a second card, a deletion while saving, two sessions, a logout. `check_world` judges the database, \
        Redis, the gateway, the messages and the answers.",
    not_covered: "Schedules that this machine does not produce; the model check and the simulation cover \
        interleavings systematically.",
    unit: "rounds",
    brief: 100,
    quick: 1_000,
    long: 20_000,
    version: 1,
    servers: &["postgres", "redis"],
    run,
};

/// Requests that are under way at once.
const CONNECTIONS: usize = 64;
/// Requests in the burst of most rounds.
const BURST: usize = 4;
/// The interval, in rounds of one kind, at which a round has a burst of [`CONNECTIONS`] requests.
const WIDE: u64 = 42;
/// The number of rounds after which a new system is started.
const ROUNDS_OF_A_SYSTEM: usize = 500;

/// Messages that one phone may receive in an hour: fewer than a burst asks for.
const MESSAGES: &str = "6";

fn run(run: &Run) -> Result<Report> {
    runtime()?.block_on(async {
        let mut report = Report::default();
        let mut rounds = run.units();
        loop {
            let some: Vec<u64> = rounds.by_ref().take(ROUNDS_OF_A_SYSTEM).collect();
            if some.is_empty() {
                return Ok(report);
            }
            race(&some, &mut report).await?;
        }
    })
}

/// Runs rounds on a system of their own.
async fn race(rounds: &[u64], report: &mut Report) -> Result<()> {
    let system = System::start(&[
        ("otp.codes_per_phone_hour", MESSAGES),
        ("otp.codes_per_customer_hour", MESSAGES),
        // The proof is about races, and not about how many requests a slow machine serves.
        ("database.wait_timeout_seconds", "10"),
        ("flows.wait_timeout_seconds", "10"),
        ("log.filter", QUIET),
    ])
    .await?;
    let (first, last) = (rounds[0], rounds[rounds.len() - 1]);
    system.add_customers(first + 1..last + 2).await?;
    let processes = [system.process(&[]).await?, system.process(&[]).await?];
    let started = now();
    let done = run_rounds(&system, &processes, rounds, report).await;
    done.map_err(|error| {
        let warnings = processes.iter().flat_map(|one| one.log.warnings());
        error.context(warnings.collect::<Vec<_>>().join("\n"))
    })?;
    let seconds = since(started).as_secs();
    report.count("seconds of racing", seconds);
    for process in processes {
        process.stop().await?;
    }
    system.come_to_rest().await?;
    let world = system.world().await?;
    let broken = check_world(&world);
    ensure!(
        broken.is_empty(),
        "rounds {first} to {last} (the customer is the round + 1): {broken:#?}"
    );
    count(&world, report)?;
    report.controls = planted::find_all(&world)?;
    report.controls.push(controls::second_row(&system).await?);
    report.done += u64::try_from(rounds.len())?;
    Ok(())
}

async fn run_rounds(
    system: &System,
    processes: &[Process; 2],
    rounds: &[u64],
    report: &mut Report,
) -> Result<()> {
    let urls = [&*processes[0].url, &*processes[1].url];
    let kinds = u64::try_from(bursts::NAMES.len())?;
    let connections = &Semaphore::new(CONNECTIONS);
    let round = |number: u64| async move {
        let kind = usize::try_from(number % kinds)?;
        let is_wide = (number / kinds).is_multiple_of(WIDE);
        let width = if is_wide { CONNECTIONS } else { BURST };
        let _connections = connections.acquire_many(u32::try_from(width)?).await?;
        let round = Round::begin(system, urls, number, width).await?;
        let done = bursts::run(kind, &round).await;
        done.map_err(|error| {
            let name = bursts::NAMES[kind];
            error.context(format!("round {number}: {name}, {width} at once"))
        })?;
        anyhow::Ok((kind, is_wide))
    };
    let rounds = stream::iter(rounds.iter().copied().map(round));
    let done: Vec<(usize, bool)> = rounds
        .buffer_unordered(CONNECTIONS / BURST)
        .try_collect()
        .await?;
    for (kind, is_wide) in done {
        report.count(bursts::NAMES[kind], 1);
        report.count("rounds with 64 requests at once", u64::from(is_wide));
    }
    Ok(())
}

/// Adds the figures of a world in which nothing is broken.
fn count(world: &World, report: &mut Report) -> Result<()> {
    let answered = |path: &str, status: u16| {
        let is_it = |one: &&Request| one.what.ends_with(path) && one.status == Some(status);
        world.requests.iter().filter(is_it).count()
    };
    for (name, count) in [
        ("requests", world.requests.len()),
        ("codes answered with 200", answered("/otp/", 200)),
        ("answers 503, saving in progress", answered("/", 503)),
        ("wrong codes compared", world.comparisons.len()),
        ("messages", world.messages.len()),
        ("cards saved", world.rows.len()),
    ] {
        report.count(name, u64::try_from(count)?);
    }
    Ok(())
}
