//! Cuts the network between the process and each server, at every message of saving and deleting a card.
//!
//! The process reaches PostgreSQL, Redis, the gateway and the sender by proxies, which count what passes. In one
//! scenario of one customer, one message is disturbed: its connection is closed before the message arrives or before
//! it is answered, or the message is late. Then the link works again, and the customer repeats what was not answered at
//! the same process until the card is saved or deleted. At the end the oracle judges the whole system.

mod fault;
mod lane;
mod link;
mod message;
mod plan;
mod switch;

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;
use payments_core::audit::AuditOutcome;
use payments_core::testkit::world::{Closed, Invariant, World, check_world};
use tokio::task::JoinSet;

use crate::planted;
use crate::proof::{Proof, Report, Run, now, since};
use crate::system::{Scenario, runtime};
use fault::Server;
use lane::{Lane, Ran, Resting, TRACED};
use plan::{Plan, Traced};

/// The proof.
pub const PROOF: Proof = Proof {
    name: "cuts",
    promise: "Wherever the network is cut or hangs, no card is lost, saved twice or left at the gateway",
    method: "A process of the real program reaches PostgreSQL, Redis, the gateway and the sender by proxies that \
        count messages. At one message of one flow, the connection is closed before the message arrives, or before it \
        is answered (after a COMMIT, too), or the message or the whole link is late. Then the customer repeats the \
        request until the card is saved or deleted, and `check_world` judges. Every planned fault must have been \
        reached.",
    not_covered: "Several faults in one flow; the simulation combines them.",
    unit: "faults",
    brief: 16,
    quick: 128,
    long: 4_000,
    version: 1,
    servers: &["postgres", "redis"],
    run,
};

/// Processes that are cut off side by side.
const LANES: u64 = 8;
/// The number of faults after which the lanes get new systems.
const FAULTS_OF_SYSTEMS: usize = 400;
/// How often a fault is tried until it is reached.
const TRIES: u64 = 4;
/// After a cut, at most one in this many requests may get 503.
const MOST_UNAVAILABLE: usize = 50;
/// The name of a count.
const UNAVAILABLE: &str = "answers 503";

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
    work.sort_by_key(|(_, plan)| Reverse(plan.fault.lasts(plan.server)));
    let work: Work = Arc::new(Mutex::new(work.into()));
    let mut ended = JoinSet::new();
    for lane in lanes {
        let (work, customers) = (Arc::clone(&work), customers.clone());
        ended.spawn(async move {
            lane.system.add_customers(customers.clone()).await?;
            let mut report = Report::default();
            let done = serve(&lane, &work, &mut report).await;
            done.map_err(|error| error.context(lane.warnings()))?;
            let last = customers.end - 1;
            report.controls.push(lane.run_without_fault(last).await?);
            judge(&lane.stop().await?, &mut report).await?;
            anyhow::Ok(report)
        });
    }
    while let Some(of_lane) = ended.join_next().await {
        report.add(of_lane??);
    }
    let felt = report.counts.get(UNAVAILABLE).copied().unwrap_or_default();
    ensure!(felt > 0, "no customer noticed any fault");
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
        let Some((unit, mut plan)) = next else {
            return Ok(());
        };
        let mut customers = customer(unit)..customer(unit + 1);
        loop {
            let customer = customers.next();
            let customer =
                customer.with_context(|| format!("fault {unit}, {plan}: not reached"))?;
            let ran = lane.run(&plan, customer).await;
            match ran.with_context(|| format!("fault {unit}, {plan}"))? {
                Ran::Reached => break,
                // Statements that the trace prepared were prepared before.
                Ran::Unreached(passed) => plan.at = passed.nearest(plan.at),
            }
            report.count("faults tried again, at the last message", 1);
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

/// Judges a system at rest, and finds the controls.
async fn judge(rest: &Resting, report: &mut Report) -> Result<()> {
    let mut world = rest.system.world().await?;
    let after_faults = take_unavailable(&mut world)?;
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
    let audit = world.audit.iter();
    let unknown = audit.filter(|one| one.outcome == AuditOutcome::Unknown);
    for (name, count) in [
        ("lost", of(&broken, Invariant::AnswersAreTrue)),
        ("duplicated", of(&broken, Invariant::OneEffect)),
        ("orphans", of(&broken, Invariant::TokensAreRows)),
        ("cards saved", world.saved_answers.len()),
        (
            "savings whose outcome was unknown for a time",
            unknown.count(),
        ),
        (
            "intents whose token was found and deleted",
            closed_as(Closed::Reconciled),
        ),
        // The gateway refuses no card here.
        ("intents without a token", closed_as(Closed::Refused)),
        (UNAVAILABLE, unavailable(&world)),
        ("answers 503 after a cut", after_faults),
    ] {
        report.count(name, u64::try_from(count)?);
    }
    report.controls.extend(planted::find_all(&world)?);
    report.controls.push(lost_row(rest).await?);
    report.controls.push(planted::orphan(&rest.system).await?);
    Ok(())
}

fn of(broken: &[payments_core::testkit::world::Violation], invariant: Invariant) -> usize {
    let of = broken.iter().filter(|one| one.invariant == invariant);
    of.count()
}

fn unavailable(world: &World) -> usize {
    let requests = world.requests.iter();
    requests.filter(|one| one.status == Some(503)).count()
}

/// Marks the answers 503 that no fault explains, which a busy machine gives. If a cut caused them, there would be many.
fn take_unavailable(world: &mut World) -> Result<usize> {
    let (mut count, all) = (0, world.requests.len());
    for request in &mut world.requests {
        if request.status == Some(503) && !request.is_disturbed {
            request.is_disturbed = true;
            count += 1;
        }
    }
    ensure!(
        count * MOST_UNAVAILABLE <= all,
        "{count} of {all} requests got 503 although the links worked again"
    );
    Ok(count)
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
