//! Kills the program at every await of saving and deleting a card, and at random instants.
//!
//! A kill is a process of its own, the victim, which serves one customer until it dies. Another process, the survivor,
//! then gets what the customer sends again: a restarted process would find the same in the database and in Redis. At the
//! end the reconciler runs, and the oracle judges the whole system.

mod plan;
mod trace;
mod victim;

use std::iter;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use payments_core::testkit::world::{Closed, Invariant, World, check_world};
use tokio::task::JoinSet;

use crate::planted;
use crate::proof::{Proof, Report, Run, now, since};
use crate::system::{QUIET, Script, Setting, System, runtime};
use plan::{Plan, Plans};

/// The proof.
pub const PROOF: Proof = Proof {
    name: "kills",
    promise: "Wherever a process is killed, no card is lost, saved twice or left at the gateway",
    method: "A process of the real program is killed (`kill -9`) at a fail point before or after every call of a \
        port, or at a random instant; SIGTERM, too. The customer repeats the request at another process, the \
        reconciler runs, and `check_world` judges. Fail points do not compile into a release.",
    not_covered: "A machine that loses power: what PostgreSQL and Redis confirmed is taken to be kept.",
    unit: "kills",
    brief: 16,
    quick: 300,
    long: 10_000,
    version: 1,
    servers: &["postgres", "redis"],
    run,
};

/// The number of kills after which a new system is started.
const KILLS_OF_A_SYSTEM: usize = 300;

/// The number of systems at the same time: at the end of each, customers wait for the outcome of the last kills.
const SWEEPS_AT_ONCE: usize = 2;

/// With these timeouts, the outcome of a saving that was killed is final after less than a minute.
const SETTINGS: [Setting<'_>; 5] = [
    ("gateways.total_timeout_milliseconds", "2000"),
    ("database.statement_timeout_seconds", "2"),
    ("database.wait_timeout_seconds", "10"),
    ("database.pool_size", "4"),
    ("log.filter", QUIET),
];

fn run(run: &Run) -> Result<Report> {
    let mut kills = run.units();
    let sweeps = iter::from_fn(|| {
        let some: Vec<u64> = kills.by_ref().take(KILLS_OF_A_SYSTEM).collect();
        (!some.is_empty()).then_some(some)
    });
    runtime()?.block_on(async {
        let mut reports = stream::iter(sweeps.map(sweep)).buffered(SWEEPS_AT_ONCE);
        let mut whole = Report::default();
        while let Some(report) = reports.try_next().await? {
            whole.add(report);
        }
        Ok(whole)
    })
}

/// Runs kills on a system of their own.
async fn sweep(kills: Vec<u64>) -> Result<Report> {
    let mut report = Report::default();
    let system = Arc::new(System::start(&SETTINGS).await?);
    let (first, last) = (kills[0], kills[kills.len() - 1]);
    let customers = plan::customers(first..last + 1);
    let traced = [0, 1, 2].map(|one| customers.end + one);
    system.add_customers(customers.start..traced[2] + 1).await?;
    let survivor = system.process(&[]).await?;
    let plans = Plans::new(trace::all(&system, &survivor.url, traced).await?)?;
    let started = now();
    let all = kills.iter().map(|kill| plans.of_kill(*kill));
    let all: Vec<Vec<Plan>> = all.collect::<Result<_>>()?;
    run_plans(&system, &survivor.url, &all.concat(), &mut report).await?;
    report
        .figures
        .insert("fail points of three scenarios", plans.points().to_string());
    report.count("seconds of killing", since(started).as_secs());
    survivor.stop().await?;
    system.outlive_held_cards().await?;
    system.come_to_rest().await?;
    let world = system.world().await?;
    judge(&world, first, last, &mut report)?;
    report.controls = planted::find_all(&world)?;
    report.controls.push(planted::orphan(&system).await?);
    report.done = u64::try_from(kills.len())?;
    Ok(report)
}

/// Runs each plan at a victim of its own. The next victim starts meanwhile, and customers go on at the survivor.
async fn run_plans(
    system: &Arc<System>,
    survivor: &str,
    plans: &[Plan],
    report: &mut Report,
) -> Result<()> {
    let mut customers = JoinSet::new();
    let mut next = Some(victim::start(system, &plans[0]).await?);
    for (place, plan) in plans.iter().enumerate() {
        let Some(victim) = next.take() else { break };
        let script = Script::begin(system, survivor, plan.customer, plan.scenario).await?;
        let following = async {
            match plans.get(place + 1) {
                Some(plan) => victim::start(system, plan).await.map(Some),
                None => Ok(None),
            }
        };
        let (ended, started) = tokio::join!(victim::run(victim, plan, script), following);
        let ended = ended.map_err(|error| error.context(plan.to_string()))?;
        next = started?;
        report.count(plan.kind(), 1);
        report.count("points that were not reached", u64::from(!ended.is_reached));
        let (survivor, name) = (survivor.to_owned(), plan.to_string());
        customers.spawn(async move {
            let done = ended.script.finish(&survivor).await;
            done.map_err(|error| error.context(name))
        });
    }
    let mut longest = Duration::ZERO;
    while let Some(taken) = customers.join_next().await {
        longest = longest.max(taken??);
    }
    let longest = format!("{} s", longest.as_secs());
    report.figures.insert("longest wait of a customer", longest);
    Ok(())
}

fn judge(world: &World, first: u64, last: u64, report: &mut Report) -> Result<()> {
    let broken = check_world(world);
    let of = |invariant| {
        let of = broken.iter().filter(|one| one.invariant == invariant);
        of.count()
    };
    let closed_as = |closed| {
        let closed = world
            .intents
            .iter()
            .filter(|one| one.closed == Some(closed));
        closed.count()
    };
    let reconciled = closed_as(Closed::Reconciled);
    for (name, count) in [
        ("lost", of(Invariant::AnswersAreTrue)),
        ("duplicated", of(Invariant::OneEffect)),
        ("orphans", of(Invariant::TokensAreRows)),
        ("cards saved", world.saved_answers.len()),
        ("intents whose token was found and deleted", reconciled),
        // The gateway refuses no card here.
        ("intents without a token", closed_as(Closed::Refused)),
    ] {
        report.count(name, u64::try_from(count)?);
    }
    ensure!(
        broken.is_empty(),
        "kills {first} to {last} ({}): {broken:#?}",
        plan::KILL_OF_CUSTOMER
    );
    let has_all_points = usize::try_from(last - first)? + 1 >= KILLS_OF_A_SYSTEM;
    ensure!(
        reconciled > 0 || !has_all_points,
        "no kill left a token at the gateway"
    );
    Ok(())
}
