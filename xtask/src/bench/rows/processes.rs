//! P7, P8 and the flow: the service's memory, its start, and saving cards.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use payments_bench::job::{BareLoop, Flow, Job, Load};
use tempfile::TempDir;

use crate::bench::Bench;
use crate::bench::compare::Rounds;
use crate::bench::fixture::{Fixture, PRODUCT};
use crate::bench::load::lasting;
use crate::bench::machine::resident_megabytes;
use crate::bench::row::{Goal, Row, Samples, Unit};
use crate::bench::store::{CUSTOMERS, SESSION_PREFIX};
use crate::server::Server;
use crate::services::postgres;

/// P7: the memory of a new process after many listings, and its growth.
pub(crate) fn memory(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    const TIMEOUT: Duration = Duration::from_mins(10);
    let service = fixture.second_service(bench, None)?;
    let (requests, listings) = (fixture.products().to(service.address()), bench.listings);
    let megabytes_after = |listings| {
        let load = Load {
            max_responses: Some(listings),
            ..lasting(TIMEOUT, &requests)
        };
        bench.load(load)?;
        Ok::<_, anyhow::Error>(Samples::of([resident_megabytes(service.pid())?]))
    };
    let early = megabytes_after(listings / 10)?;
    let late = megabytes_after(listings - listings / 10)?;
    let growth = late.over(&early);
    let size = format!("resident memory after {listings} listings");
    let ratio = format!("the same ÷ after {} listings", listings / 10);
    let early = format!("{:.1} MB then", early.median());
    let size = Row::new("P7", size, Unit::Megabytes, late).with_goal(Goal::AtMost(60.0));
    let growth = Row::new("P7", ratio, Unit::Times, growth).with_goal(Goal::AtMost(1.1));
    Ok(vec![size.with_note(fixture.name), growth.with_note(&early)])
}

/// P8: the time from the start to the first listing, in an empty folder and again in the same.
pub(crate) fn start_up(bench: &Bench) -> Result<Vec<Row>> {
    let mut seconds = [Vec::new(), Vec::new()];
    for _ in 0..bench.starts {
        let folder = TempDir::new().context("no temporary folder")?;
        for seconds in &mut seconds {
            let mut service = Server::start(&folder.path().join("service.log"), |address| {
                let mut command = Command::new(&bench.payments);
                command.current_dir(folder.path()).env_clear();
                command.env("PAYMENTS__HTTP__BIND", address.to_string());
                Ok(command)
            })?;
            let (took, _) = service.wait_for(PRODUCT, |response| response.status() == 200)?;
            seconds.push(took.as_secs_f64());
        }
    }
    let [first, second] = seconds.map(|seconds| Samples::of(seconds).times(1e3));
    let what = "start to first listing, embedded default in an empty folder";
    let goal = Goal::AtMost(500.0);
    let first = Row::new("P8", what, Unit::Milliseconds, first).with_goal(goal);
    let second = Row::new("P8", "the same, started again", Unit::Milliseconds, second);
    let second = second
        .with_goal(goal)
        .with_note("with the demo store in place");
    Ok(vec![first.with_note("creates the demo store"), second])
}

/// P12: cards saved per second, and a bare loop with the same commits and round trips to Redis.
pub(crate) fn flow(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    const CONCURRENCY: u32 = 8;
    let mut first_card = 0;
    let mut save = |concurrency, duration| {
        let flow = Flow {
            address: fixture.service.address(),
            session_prefix: SESSION_PREFIX.to_owned(),
            customers: CUSTOMERS,
            concurrency,
            duration,
            first_card,
        };
        let summary = bench.summary(&Job::Flow(flow), None)?;
        first_card += u32::try_from(summary.responses)? + 1_000;
        Ok::<_, anyhow::Error>(summary)
    };
    save(CONCURRENCY, bench.warm_up)?;
    let servers = fixture.servers()?;
    postgres::gather_statistics(&servers.database)?;
    let before = bench.counters(servers)?;
    // Not at once: what several customers do can share a round trip.
    let alone = save(1, bench.round)?.responses;
    let after = bench.counters(servers)?;
    let per_card = |before: u64, after: u64| (after - before + alone / 2) / alone;
    let bare = BareLoop {
        servers: servers.clone(),
        concurrency: CONCURRENCY,
        duration: bench.round,
        commits: per_card(before.commits, after.commits),
        round_trips: per_card(before.round_trips, after.round_trips),
    };
    let counts = format!(
        "{} commits and {} round trips to Redis each",
        bare.commits, bare.round_trips
    );
    let bare = Job::BareLoop(bare);
    let mut rounds = Rounds::default();
    for _ in 0..bench.rounds {
        rounds.ours.push(save(CONCURRENCY, bench.round)?);
        rounds.theirs.push(bench.summary(&bare, None)?);
    }
    let p50 = Samples::of_rounds(&rounds.ours, |it| it.p50_microseconds).times(1e-3);
    let note = format!(
        "five requests each, {CONCURRENCY} customers at a time, sandbox providers; p50 {:.1} ms; {counts}",
        p50.median()
    );
    let what = format!(
        "cards saved ÷ a loop of the same commits and round trips, {}",
        fixture.name
    );
    let row = rounds.into_row("P12", what).with_note(&note);
    Ok(vec![row.with_goal(Goal::AtLeast(0.5))])
}
