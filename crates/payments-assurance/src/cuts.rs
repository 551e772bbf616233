//! Cuts the network between the process and each server, at every message of saving and deleting a card.
//!
//! The process reaches PostgreSQL, Redis, the gateway and the sender by proxies, which count what passes. In one
//! scenario of one customer, one message meets a fault: its connection is closed before the message arrives or before
//! it is answered, or the message is late. Then the link works again, and the customer repeats what was not answered at
//! the same process until the card is saved or deleted. At the end the oracle judges the whole system.

mod fault;
mod lane;
mod link;
mod message;
mod plan;
mod switch;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;
use payments_core::testkit::world::{Closed, Invariant, World, check_world};
use tokio::task::JoinSet;

use crate::planted;
use crate::proof::{Proof, Report, Run, now, since};
use crate::system::{Scenario, runtime};
use fault::{Fault, Server};
use lane::{Lane, Resting, TRACED};
use plan::{Plan, Traced};

/// The proof.
pub const PROOF: Proof = Proof {
    name: "cuts",
    promise: "Wherever the network is cut or hangs, no card is lost, saved twice or left at the gateway",
    quick: 150,
    long: 3_000,
    run,
};

/// Processes that are cut off side by side.
const LANES: u64 = 8;
/// The faults that the systems of the lanes serve before others take over.
const FAULTS_OF_SYSTEMS: usize = 1_000;
/// How often a fault that was not reached is tried again: a connection may be warmer than those of the trace.
const TRIES: u64 = 4;
const SCENARIOS: [Scenario; 3] = [Scenario::First, Scenario::Again, Scenario::Delete];

fn run(run: &Run) -> Result<Report> {
    runtime()?.block_on(async {
        let mut report = Report::default();
        let mut lanes = start_lanes().await?;
        let plans = plan::all(&trace(&lanes, &mut report).await?);
        let all = plans.len().to_string();
        report.figures.insert("faults that there are", all);
        let mut units = run.units();
        loop {
            let some: Vec<u64> = units.by_ref().take(FAULTS_OF_SYSTEMS).collect();
            if some.is_empty() {
                return Ok(report);
            }
            let mut work = Vec::new();
            for unit in some {
                let place = usize::try_from(unit)? % plans.len();
                work.push((unit, plans[place]));
            }
            if lanes.is_empty() {
                lanes = start_lanes().await?;
            }
            cut(std::mem::take(&mut lanes), work, &mut report).await?;
        }
    })
}

async fn start_lanes() -> Result<Vec<Lane>> {
    try_join_all((0..LANES).map(|_| Lane::start())).await
}

/// Counts the messages of each scenario, each at a lane of its own.
async fn trace(lanes: &[Lane], report: &mut Report) -> Result<Vec<Traced>> {
    let tracing = lanes
        .iter()
        .zip(SCENARIOS)
        .map(|(lane, scenario)| async move {
            lane.system.add_customers(1..TRACED + 1).await?;
            lane.trace(scenario, 1..TRACED + 1).await
        });
    let traced = try_join_all(tracing).await?;
    for traced in &traced {
        let passed = traced.passed.iter();
        let passed = passed.map(|(server, passed)| {
            let (up, down, commits) = (passed.up, passed.down, passed.commits);
            match commits {
                0 => format!("{server:?} {up} and {down}"),
                _ => format!("{server:?} {up} ({commits} COMMITs) and {down}"),
            }
        });
        let name = match traced.scenario {
            Scenario::First => "messages of saving a card",
            Scenario::Again => "messages of saving it again",
            Scenario::Delete => "messages of deleting it",
        };
        let figure = passed.collect::<Vec<_>>().join(", ");
        println!("DEV {name}: {figure}");
        report.figures.insert(name, figure);
    }
    Ok(traced)
}

type Work = Arc<Mutex<VecDeque<(u64, Plan)>>>;

/// Runs faults on the systems of lanes.
async fn cut(lanes: Vec<Lane>, mut work: Vec<(u64, Plan)>, report: &mut Report) -> Result<()> {
    let (first, last) = (work[0].0, work[work.len() - 1].0);
    let customers = customer(first)..customer(last + 1) + 1;
    let (units, started) = (u64::try_from(work.len())?, now());
    // The longest come first, so that the lanes end together.
    work.sort_by_key(|(_, plan)| match plan.fault {
        Fault::Hang => Duration::MAX.saturating_sub(plan.server.hang()),
        Fault::CutBefore | Fault::CutAfter => Duration::MAX,
    });
    let work: Work = Arc::new(Mutex::new(work.into()));
    let mut ended = JoinSet::new();
    for (number, lane) in lanes.into_iter().enumerate() {
        let (work, customers) = (Arc::clone(&work), customers.clone());
        ended.spawn(async move {
            lane.system.add_customers(customers.clone()).await?;
            let mut report = Report::default();
            println!("DEV lane {number} after {:?}", since(started));
            let done = serve(&lane, &work, &mut report).await;
            println!("DEV lane {number} done after {:?}", since(started));
            done.map_err(|error| error.context(lane.warnings()))?;
            let last = customers.end - 1;
            report.controls.push(lane.run_without_fault(last).await?);
            let reconciled = judge(&lane.stop().await?, &mut report).await?;
            anyhow::Ok((report, reconciled))
        });
    }
    let mut reconciled = 0;
    while let Some(of_lane) = ended.join_next().await {
        let (of_lane, closed) = of_lane??;
        reconciled += closed;
        for (name, count) in of_lane.counts {
            report.count(name, count);
        }
        report.controls = of_lane.controls;
    }
    ensure!(reconciled > 0, "no fault left a token at the gateway");
    report.count("seconds of cutting", since(started).as_secs());
    report.done += units;
    Ok(())
}

/// The first customer of a fault.
const fn customer(unit: u64) -> u64 {
    TRACED + unit * TRIES + 1
}

/// Runs faults until there are no more.
async fn serve(lane: &Lane, work: &Work, report: &mut Report) -> Result<()> {
    loop {
        let next = work
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front();
        let Some((unit, plan)) = next else {
            return Ok(());
        };
        let mut customers = customer(unit)..customer(unit + 1);
        loop {
            let customer = customers.next();
            let customer =
                customer.with_context(|| format!("fault {unit}, {plan}: not reached"))?;
            let began = now();
            let ran = lane.run(&plan, customer).await;
            println!(
                "DEV {unit} {plan}: {:?} {:?}",
                since(began),
                ran.as_ref().ok()
            );
            if ran.map_err(|error| error.context(format!("fault {unit}, {plan}")))? {
                break;
            }
            report.count("faults tried again", 1);
        }
        report.count(plan.kind(), 1);
        report.count(of_server(plan.server), 1);
    }
}

const fn of_server(server: Server) -> &'static str {
    match server {
        Server::Postgres => "faults at PostgreSQL",
        Server::Redis => "faults at Redis",
        Server::Gateway => "faults at the gateway",
        Server::Sender => "faults at the sender",
    }
}

/// Judges a system at rest, and finds the controls. Returns how many intents the reconciler closed.
async fn judge(rest: &Resting, report: &mut Report) -> Result<usize> {
    let world = rest.system.world().await?;
    let broken = check_world(&world);
    ensure!(
        broken.is_empty(),
        "the first customer of fault n is {TRIES}n + {}: {broken:#?}",
        TRACED + 1
    );
    let closed_as = |closed| {
        let intents = world.intents.iter();
        intents.filter(|one| one.closed == Some(closed)).count()
    };
    let reconciled = closed_as(Closed::Reconciled);
    for (name, count) in [
        ("lost", of(&broken, Invariant::AnswersAreTrue)),
        ("duplicated", of(&broken, Invariant::OneEffect)),
        ("orphans", of(&broken, Invariant::TokensAreRows)),
        ("cards saved", world.saved_answers.len()),
        ("intents whose token was found and deleted", reconciled),
        // The gateway refuses no card here.
        ("intents without a token", closed_as(Closed::Refused)),
        ("answers 503", unavailable(&world)),
    ] {
        report.count(name, u64::try_from(count)?);
    }
    report.controls.extend(planted::find_all(&world)?);
    report.controls.push(lost_row(rest).await?);
    report.controls.push(planted::orphan(&rest.system).await?);
    Ok(reconciled)
}

fn of(broken: &[payments_core::testkit::world::Violation], invariant: Invariant) -> usize {
    let of = broken.iter().filter(|one| one.invariant == invariant);
    of.count()
}

fn unavailable(world: &World) -> usize {
    let requests = world.requests.iter();
    requests.filter(|one| one.status == Some(503)).count()
}

/// Deletes a row, as if its COMMIT had been lost, and finds that. Returns the control's name.
async fn lost_row(rest: &Resting) -> Result<String> {
    let sql = rest.system.sql().await?;
    let newest = "DELETE FROM saved_cards WHERE pk = (SELECT max(pk) FROM saved_cards)";
    let deleted = sql.execute(newest, &[]).await?;
    ensure!(deleted == 1, "no card was saved");
    let is_found = planted::breaks(&rest.system.world().await?, Invariant::AnswersAreTrue);
    ensure!(is_found, "a row that is lost is not found");
    Ok("a row that is lost".to_owned())
}
