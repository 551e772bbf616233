//! Bad input over HTTP: requests that are almost right, and bytes that are no request, from customers and from the
//! commerce system. None makes a 5xx, none is answered with a secret that it contained, and the process goes on.
//!
//! A unit is one request, made from its number alone, so that a finding can be sent again. The parsers themselves are
//! fuzzed without HTTP in `tests/fuzz`.

mod judge;
mod quote;
mod request;
mod scope;
mod templates;
mod wire;

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use payments_core::testkit::world::check_world;

use crate::planted;
use crate::proof::{Proof, Report, Run, now, since};
use crate::system::{Process, Setting, System, runtime};
use judge::{Judged, judge};
use request::Given;
use wire::Connection;

/// The proof.
pub const PROOF: Proof = Proof {
    name: "bad-input",
    promise: "No input alone makes a 5xx, a crash, or an answer that repeats a secret",
    method: "Requests that are almost right, each made from its number alone: edited forms, numbers, phones, codes, \
        headers, cookies, tokens, JSON, paths, quotes and import documents, and bytes that are no request. No answer may \
        be a 5xx (a documented 503 excepted), repeat a secret, or end the process; no altered quote may be valid, nor \
        the one of a former price; and no token may do what its scope does not allow. `tests/fuzz` fuzzes the parsers \
        themselves with `bolero`.",
    not_covered: "Inputs that no edit of a template reaches.",
    unit: "requests",
    brief: 5_000,
    quick: 20_000,
    long: 200_000,
    version: 2,
    servers: &["postgres", "redis"],
    run,
};

/// Connections side by side.
const CONNECTIONS: u64 = 4;

/// A second token, which may read the catalog, and quotes that outlast the run.
const SETTINGS: [Setting<'_>; 3] = [
    ("manage.tokens.reader.sha256", scope::READER_SHA256),
    ("manage.tokens.reader.scopes", "read"),
    ("quotes.lifetime_seconds", "86400"),
];

/// The customers whose sessions the requests use.
const CUSTOMERS: u64 = 8;

fn run(run: &Run) -> Result<Report> {
    let runtime = runtime()?;
    let (system, process) = runtime.block_on(start())?;
    let address: SocketAddr = process.url.trim_start_matches("http://").parse()?;
    let csrf = runtime.block_on(async {
        let mut customer = system.customer(1);
        customer.log_in(&process.url).await?;
        anyhow::Ok(customer.csrf().to_owned())
    })?;
    let given = Given {
        csrf,
        quote: quote::issued(address)?,
    };
    scope::check(address, &given.quote)?;
    let started = now();
    let all: Vec<u64> = run.units().collect();
    let judged = std::thread::scope(|scope| {
        let workers = (0..CONNECTIONS).map(|worker| {
            let mine = all
                .iter()
                .copied()
                .filter(move |number| number % CONNECTIONS == worker);
            let given = &given;
            scope.spawn(move || send_all(address, given, mine))
        });
        // All start before the first is waited for.
        let workers: Vec<_> = workers.collect();
        let mut judged = Judged::default();
        for worker in workers {
            judged.add(
                worker
                    .join()
                    .map_err(|_| anyhow::anyhow!("a sender panicked"))??,
            );
        }
        anyhow::Ok(judged)
    })?;
    let took = since(started);
    runtime.block_on(system.import(&templates::dearer()))?;
    let stale = quote::status(address, &given.quote)?;
    ensure!(stale != "valid", "a quote of a former price is valid");
    runtime.block_on(finish(&system, process, judged, all.len(), took))
}

async fn start() -> Result<(System, Process)> {
    let system = System::start(&SETTINGS).await?;
    system.add_customers(1..CUSTOMERS + 1).await?;
    system.import(&templates::store()).await?;
    let process = system.process(&[]).await?;
    Ok((system, process))
}

fn send_all(
    address: SocketAddr,
    given: &Given,
    numbers: impl Iterator<Item = u64>,
) -> Result<Judged> {
    let mut connection = Connection::to(address);
    let mut judged = Judged::default();
    for number in numbers {
        let request = request::numbered(number, given);
        let answer = connection
            .send(&request)
            .with_context(|| format!("request {number} ({})", request.name))?;
        judge(&request, answer.as_ref(), &mut judged)
            .with_context(|| format!("request {number} ({})", request.name))?;
    }
    Ok(judged)
}

/// The process still answers, ends cleanly, and has logged no panic; the world is sound.
async fn finish(
    system: &System,
    process: Process,
    judged: Judged,
    sent: usize,
    took: std::time::Duration,
) -> Result<Report> {
    let mut customer = system.customer(1);
    customer
        .log_in(&process.url)
        .await
        .context("it no longer answers")?;
    let log = std::sync::Arc::clone(&process.log);
    process.stop().await?;
    let panicked = log
        .lines()
        .into_iter()
        .find(|line| line.contains("panicked"));
    ensure!(panicked.is_none(), "a panic: {panicked:?}");
    system.come_to_rest().await?;
    let world = system.world().await?;
    let broken = check_world(&world);
    ensure!(broken.is_empty(), "{broken:#?}");
    let mut report = Report {
        done: u64::try_from(sent)?,
        controls: planted::find_all(&world)?,
        ..Report::default()
    };
    report.controls.extend(judge::controls()?);
    judged.count(&mut report)?;
    report
        .figures
        .insert("time of the requests", format!("{took:.1?}"));
    Ok(report)
}
