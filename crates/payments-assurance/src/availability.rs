//! Attacks on availability: a process is attacked over loopback while a healthy customer goes on.
//!
//! Each attack holds as many connections as it can, or sends what is expensive to read. Meanwhile every request of the
//! healthy customer is answered, over connections that were open before and over new ones; the process's memory stays
//! bounded; and the attackers' connections are closed by the server. How long the customer's answers took is reported. It
//! is judged over all rounds of longer runs only: a busy machine is slow by itself, and one round has too few requests for
//! a percentile.

mod attack;
mod healthy;
mod kernel;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::proof::{Proof, Report, Run};
use crate::system::{Customer, Process, QUIET, Setting, System, runtime};
use attack::{Attack, Attacked};
use healthy::{Served, Times};

/// The proof.
pub const PROOF: Proof = Proof {
    name: "availability",
    promise: "Slow, silent and huge requests of others shut no customer out, and take little memory",
    method: "A process is attacked over loopback: slow bodies, slow headers on a first and on a later request, \
        responses that are never read, a thousand idle connections, huge headers and paths. Meanwhile each request of \
        a healthy customer must be answered, over old and new connections, the process's memory must stay bounded, \
        and the attackers' connections must be closed by the server.",
    not_covered: "Attacks that fill the network itself; a proxy or provider in front has to stop those. The latency \
        of the healthy customer is judged by the long tier only.",
    unit: "runs",
    brief: 0,
    quick: 1,
    long: 20,
    version: 2,
    servers: &["postgres", "redis"],
    run,
};

const SETTINGS: [Setting<'_>; 1] = [("log.filter", QUIET)];

/// Short deadlines, so that attackers are soon closed.
const PROTECTED: [Setting<'_>; 4] = [
    ("http.header_timeout_seconds", "1"),
    ("http.body_timeout_seconds", "1"),
    ("http.write_timeout_seconds", "1"),
    ("http.keep_alive_seconds", "6"),
];

/// The longest deadlines that there are.
const WEAKENED: [Setting<'_>; 4] = [
    ("http.header_timeout_seconds", "30"),
    ("http.body_timeout_seconds", "5"),
    ("http.write_timeout_seconds", "120"),
    ("http.keep_alive_seconds", "3600"),
];

/// The most that the memory may grow in an attack, in KiB.
const MOST_MEMORY: u64 = 128 * 1_024;
/// The time that 99 % of the healthy customer's answers during one kind of attack take at most.
const MOST_TIME: Duration = Duration::from_millis(50);

fn run(run: &Run) -> Result<Report> {
    kernel::open_many_files()?;
    runtime()?.block_on(async {
        let mut report = Report::default();
        let system = System::start(&SETTINGS).await?;
        system.add_customers(1..3).await?;
        let process = system.process(&PROTECTED).await?;
        let weak = system.process(&WEAKENED).await?;
        let mut lasting = Vec::new();
        let mut times = Attack::ALL.map(|attack| (attack, Times::default()));
        for round in run.units() {
            for (attack, times) in &mut times {
                let attack = *attack;
                let named = || format!("round {round}: {}", attack.name());
                let done = suffer(attack, &system, [&process, &weak], &mut report).await;
                let measured = done.with_context(named)?;
                judge(&measured).with_context(named)?;
                if measured.outlives && !lasting.contains(&attack) {
                    lasting.push(attack);
                }
                times.add(&measured.served.times);
                report
                    .figures
                    .insert(attack.name(), figure(&measured, times));
                report.controls = controls(&measured)?;
            }
            report.done += 1;
        }
        if run.units > PROOF.quick {
            for (attack, times) in &times {
                judge_times(times).with_context(|| attack.name())?;
            }
        }
        report.controls.push(slow_answers()?);
        report.controls.extend(attacks_that_last(&lasting)?);
        process.stop().await?;
        weak.stop().await?;
        Ok(report)
    })
}

/// How an attack went, and what it did to others.
#[derive(Clone, Debug)]
struct Measured {
    attack: Attack,
    attacked: Attacked,
    served: Served,
    /// How much the memory grew, in KiB.
    memory: u64,
    /// Whether it was still under way at the weakened process when the protected one had closed all connections.
    outlives: bool,
}

/// Lets a process be attacked while a healthy customer goes on, and a weakened one, too.
async fn suffer(
    attack: Attack,
    system: &System,
    [process, weak]: [&Process; 2],
    report: &mut Report,
) -> Result<Measured> {
    let (mut customer, mut other) = (system.customer(1), system.customer(2));
    customer.log_in(&process.url).await?;
    other.log_in(&process.url).await?;
    let (before, _) = kernel::memory(process.id()?)?;
    let is_over = AtomicBool::new(false);
    let attacking = async {
        let done = attack_both(attack, [process, weak], &other).await;
        is_over.store(true, Ordering::Relaxed);
        done
    };
    let (attacked, served) =
        tokio::join!(attacking, healthy::go_on(&process.url, &customer, &is_over));
    let ((attacked, outlives), served) = (attacked?, served?);
    let (_, most) = kernel::memory(process.id()?)?;
    let measured = Measured {
        attack,
        attacked,
        served,
        memory: most.saturating_sub(before),
        outlives,
    };
    note(&measured, report)?;
    Ok(measured)
}

/// Attacks the protected process, and the weakened one by a single connection. Returns whether that one was still open when
/// the protected process had closed all of its own.
async fn attack_both(
    attack: Attack,
    [process, weak]: [&Process; 2],
    other: &Customer,
) -> Result<(Attacked, bool)> {
    let (server, weak) = (address(process)?, address(weak)?);
    if !attack.holds() {
        return Ok((attack.run(server, other).await?, false));
    }
    let lasting = attack.open(weak, other).await?;
    let attacked = attack.run(server, other).await?;
    let outlives = attack.goes_on(&lasting);
    Ok((attacked, outlives))
}

fn address(process: &Process) -> Result<SocketAddr> {
    Ok(process.url.trim_start_matches("http://").parse()?)
}

fn note(measured: &Measured, report: &mut Report) -> Result<()> {
    let Measured {
        attacked, served, ..
    } = measured;
    report.count(
        "requests of the healthy customer",
        u64::try_from(served.times.len())?,
    );
    report.count("of them over new connections", served.over_new_connections);
    report.count("of them cards", served.cards);
    report.count("bombs refused", attacked.refused);
    Ok(())
}

/// The last round of an attack, and the times of all rounds.
fn figure(measured: &Measured, times: &Times) -> String {
    let Measured {
        attacked,
        served,
        memory,
        ..
    } = measured;
    format!(
        "{} connections at once, kept {} ms at most; the healthy customer: {} requests, p99 {} ms, {} errors; {} KiB more memory",
        attacked.at_once,
        attacked.longest.as_millis(),
        times.count(),
        times.p99().as_millis(),
        served.errors.len(),
        memory,
    )
}

/// That short deadlines end the attacks: those that the longest deadlines outlast by far are still under way without them.
fn attacks_that_last(lasting: &[Attack]) -> Result<Vec<String>> {
    for attack in [Attack::Unread, Attack::Idle] {
        ensure!(
            lasting.contains(&attack),
            "{} end without deadlines",
            attack.name()
        );
    }
    let name = |attack: &Attack| format!("{} on a process with long deadlines", attack.name());
    Ok(lasting.iter().map(name).collect())
}

fn judge(measured: &Measured) -> Result<()> {
    let Measured {
        attack,
        attacked,
        served,
        memory,
        outlives: _,
    } = measured;
    ensure!(served.errors.is_empty(), "errors: {:?}", served.errors);
    ensure!(
        !served.times.is_empty() && served.over_new_connections > 0 && served.cards > 0,
        "no request was served"
    );
    ensure!(
        attacked.left_open == 0,
        "{} connections are never closed",
        attacked.left_open
    );
    ensure!(*memory < MOST_MEMORY, "the memory grew by {memory} KiB");
    ensure!(
        attacked.at_once >= attack.connections() / 2,
        "only {} connections at once",
        attacked.at_once
    );
    Ok(())
}

fn judge_times(times: &Times) -> Result<()> {
    let p99 = times.p99();
    ensure!(
        p99 <= MOST_TIME,
        "the healthy customer's p99 is {p99:?} in {} requests",
        times.count()
    );
    Ok(())
}

/// That slow answers are found: two in a hundred.
fn slow_answers() -> Result<String> {
    let mut times = Times::default();
    times.add(&[MOST_TIME; 99]);
    times.add(&[MOST_TIME * 2; 1]);
    judge_times(&times)?;
    times.add(&[MOST_TIME * 2; 1]);
    ensure!(
        judge_times(&times).is_err(),
        "planted and not found: slow answers"
    );
    Ok("slow answers".to_owned())
}

/// Makes a measurement bad.
type Planting = fn(&mut Measured);

/// Plants violations into a good measurement, each of which is found.
fn controls(good: &Measured) -> Result<Vec<String>> {
    let planted: [(&str, Planting); 5] = [
        ("an error", |one| {
            one.served.errors = vec!["no answer".to_owned()];
        }),
        ("no new connection", |one| {
            one.served.over_new_connections = 0;
        }),
        ("a connection that is never closed", |one| {
            one.attacked.left_open = 1;
        }),
        ("memory", |one| {
            one.memory = MOST_MEMORY;
        }),
        ("an attack without connections", |one| {
            one.attacked.at_once = 0;
        }),
    ];
    let found = planted.into_iter().map(|(name, plant)| {
        let mut bad = good.clone();
        plant(&mut bad);
        ensure!(judge(&bad).is_err(), "planted and not found: {name}");
        Ok(name.to_owned())
    });
    found.collect()
}
