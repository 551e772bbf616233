//! Canaries pass through complete flows of real processes, and are searched wherever anything is kept or said.
//!
//! Every card number, CVV, code and phone of a run exists nowhere else. They pass through flows that succeed, are
//! refused, have wrong codes and numbers in the wrong places, through a gateway that leaks what it gets, and through
//! processes that are restarted and killed. Then they are searched in 18 forms in logs at TRACE, responses, metrics,
//! PostgreSQL's rows, files, write-ahead log and log, Redis's content and commands, files, the gateway's own fields, and
//! the memory of the process. In each place, each form of a planted secret of each kind must be found.
//!
//! The four digits of a CVV occur by chance, so that they are searched only in texts that this run alone writes to: not in
//! memory and in what the servers and the temporary folder share with other runs. A code has eight digits, which are
//! searched everywhere. Other forms are left out where they would have less than six bytes. What may hold a secret is not searched: the
//! card's fields in the requests to the gateway, the messages to the sender, and sealed entries as far as they are sealed.

mod encoding;
mod files;
mod flows;
mod gateway;
mod memory;
mod odd;
mod place;
mod postgres;
mod redis;
mod scanner;
mod secret;
mod wire;

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Signal, kill_process};
use tokio_postgres::Client;
use tokio_postgres::types::PgLsn;

use crate::proof::{Proof, Report, Run};
use crate::system::{Ended, Process, Setting, System, runtime};
use encoding::Encoding;
use flows::{AS_A_KEY, CUSTOMERS, Stage};
use gateway::{Act, LeakingGateway};
use place::{Leak, Piece, Place, controls};
use redis::Monitor;
use scanner::Scanner;
use secret::Secret;

/// The proof.
pub const PROOF: Proof = Proof {
    name: "leaks",
    promise: "No card number, CVV, code or phone is anywhere but in its sealed entry and the gateway's request",
    method: "Card numbers, CVVs, codes and phones that exist nowhere else pass through complete flows: saved, \
        refused, with wrong codes, with numbers in the wrong place, through a gateway that leaks what it gets, \
        through restarted and killed processes. They are then searched in 18 forms (spaced, base64, hexadecimal, URL, \
        JSON, UTF-16, BCD and more) in logs at TRACE, responses, metrics, PostgreSQL's rows, files, write-ahead log \
        and log, Redis's content and commands, files, the gateway's own fields and the memory of the process. In each \
        place, each form of a planted secret must be found.",
    not_covered: "A CVV in memory or in what servers share with other runs: its digits occur there by chance. Memory \
        while a request is being served.",
    unit: "runs",
    brief: 1,
    quick: 1,
    long: 20,
    version: 1,
    servers: &["postgres", "redis"],
    run,
};

const SETTINGS: [Setting<'_>; 5] = [
    ("log.filter", "trace"),
    // With the most digits, a code is no accident.
    ("otp.length", "8"),
    // A leaking gateway fails often, and all of its failures count.
    ("gateways.breaker_failing_percent", "100"),
    ("gateways.total_timeout_milliseconds", "5000"),
    ("sms.breaker_codes", "0"),
];

fn run(run: &Run) -> Result<Report> {
    runtime()?.block_on(async {
        let mut report = Report::default();
        for round in run.units() {
            let done = Box::pin(search(&mut report)).await;
            done.with_context(|| format!("round {round}"))?;
            report.done += 1;
        }
        Ok(report)
    })
}

const MEMORY: &str = "memory";

/// The controls of a place.
struct Controls {
    of_bytes: Vec<Vec<u8>>,
    all: Vec<Vec<u8>>,
    only_texts: Vec<Vec<u8>>,
}

impl Controls {
    fn new(secrets: &[Secret]) -> Self {
        let scanner = Scanner::new(secrets);
        let of = |is_text, takes_bytes| controls(&scanner, secrets, is_text, takes_bytes);
        Self {
            all: of(true, true),
            of_bytes: of(false, true),
            only_texts: of(false, false),
        }
    }
}

/// One run of all flows on a system of their own, and the search.
async fn search(report: &mut Report) -> Result<()> {
    let mut front = None;
    let system = System::start_with(&SETTINGS, |gateway| {
        let leaking = LeakingGateway::before(gateway);
        front = Some(Arc::clone(&leaking));
        leaking
    });
    let system = system.await?;
    let gateway = front.context("no gateway")?;
    system.add_customers(1..CUSTOMERS + 1).await?;
    let sql = system.sql().await?;
    let beginning = Beginning {
        in_log: postgres::position(&sql).await?,
        at: std::fs::metadata(system.folder())?.modified()?,
    };
    let mut stage = Stage::new(&system, &gateway)?;
    let planted = Controls::new(stage.secrets.all());
    memory::make_room(&system, planted.of_bytes.len()).await?;
    let monitor = Monitor::start(&system).await?;
    let process = system.process(&[]).await?;
    let warnings = Arc::clone(&process.log);
    let flown = fly(&mut stage, &process).await;
    let mut logs = flown.map_err(|error| error.context(warnings.warnings().join("\n")))?;
    let in_memory = read_memory(&process, &planted)?;
    logs.push(abort(&system, process).await?);
    let mut places = told(&mut stage, &logs, &planted).await?;
    places.extend(in_redis(&mut stage, &monitor, &planted).await?);
    places.extend(in_database(&system, &sql, &beginning, &planted).await?);
    places.extend(in_files(&system, &beginning, &planted)?);
    let has_images = writes_core_images(&system)?;
    let images = if has_images {
        "written by a shell, not by the process"
    } else {
        "this machine writes none"
    };
    report.figures.insert("core images", images.to_owned());
    for act in Act::ALL {
        ensure!(
            gateway.acted().contains(&act),
            "the gateway never did {act:?}"
        );
    }
    judge(&stage, &places, in_memory.as_ref(), report)
}

/// When a run began.
struct Beginning {
    in_log: PgLsn,
    at: SystemTime,
}

/// Runs all flows. Returns the logs of the processes that ended.
async fn fly(stage: &mut Stage<'_>, process: &Process) -> Result<Vec<Vec<String>>> {
    stage.serve(process).await?;
    let logs = stage.change_processes(process).await?;
    stage.metrics(&process.url).await?;
    stage.ordinary(&process.url).await?;
    Ok(logs)
}

/// Reads the memory of a process, with controls in it.
fn read_memory(process: &Process, planted: &Controls) -> Result<Option<Place>> {
    let Some(regions) = memory::of(process)? else {
        return Ok(None);
    };
    memory::plant(process, &regions, &planted.of_bytes)?;
    let regions = memory::of(process)?.context("it was readable")?;
    Ok(Some(Place {
        name: MEMORY,
        is_text: false,
        takes_bytes: true,
        pieces: regions.into_iter().map(|region| region.piece).collect(),
    }))
}

/// Crashes a process, which writes no core image. Returns its log.
async fn abort(system: &System, process: Process) -> Result<Vec<String>> {
    kill_process(process.id()?, Signal::ABORT)?;
    let Ended { status, lines } = process.ended().await?;
    ensure!(
        status.signal() == Some(Signal::ABORT.as_raw()),
        "it ended with {status}"
    );
    ensure!(
        !status.core_dumped(),
        "a core image was written to {}",
        system.folder().display()
    );
    Ok(lines)
}

/// Whether this machine writes core images at all.
fn writes_core_images(system: &System) -> Result<bool> {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -c unlimited && kill -ABRT $$"]);
    shell.current_dir(system.folder()).stderr(Stdio::null());
    Ok(shell.status()?.core_dumped())
}

/// What the service says: logs, responses, metrics, and requests to the gateway.
async fn told(
    stage: &mut Stage<'_>,
    logs: &[Vec<String>],
    planted: &Controls,
) -> Result<Vec<Place>> {
    let mut of_logs: Vec<Piece> = logs
        .iter()
        .map(|lines| piece("a process", lines.join("\n").into_bytes()))
        .collect();
    of_logs.push(piece("lines of the proof", planted.all.join(&b'\n')));
    let mut responses = std::mem::take(&mut stage.responses);
    responses.push(piece(
        "a server that leaks",
        wire::leaking(&planted.all).await?,
    ));
    let mut metrics = std::mem::take(&mut stage.metrics);
    metrics.push(piece(
        "a server that leaks",
        wire::leaking(&planted.all).await?,
    ));
    let client = reqwest::Client::new();
    let url = stage.system.providers.gateway_server.base_url();
    for control in &planted.all {
        let sent = client
            .post(format!("{url}/v1/planted"))
            .body(control.clone())
            .send();
        drop(sent.await?);
    }
    Ok(vec![
        text("logs", of_logs),
        text("responses", responses),
        text("metrics", metrics),
        text("the gateway's other fields", stage.gateway.seen()),
    ])
}

async fn in_redis(
    stage: &mut Stage<'_>,
    monitor: &Monitor,
    planted: &Controls,
) -> Result<Vec<Place>> {
    redis::plant(stage.system, &planted.all).await?;
    let mut content = std::mem::take(&mut stage.held);
    content.extend(redis::content(stage.system).await?);
    let last = planted.all.last().context("no controls")?;
    Ok(vec![
        text("Redis", content),
        text("Redis's commands", monitor.until(last).await?),
    ])
}

async fn in_database(
    system: &System,
    sql: &Client,
    beginning: &Beginning,
    planted: &Controls,
) -> Result<Vec<Place>> {
    postgres::plant(sql, &planted.all).await?;
    let mut places = vec![postgres::rows(sql).await?];
    let files = postgres::server_files(system, beginning.in_log).await?;
    places.extend(files.into_iter().flatten());
    postgres::plant_in_log(sql, &planted.only_texts).await?;
    places.extend(postgres::server_log(sql).await?);
    Ok(places)
}

fn in_files(system: &System, beginning: &Beginning, planted: &Controls) -> Result<Vec<Place>> {
    let keys = system.folder().join("keys");
    files::plant(&keys, &planted.all)?;
    files::plant(&system.folder().join("planted"), &planted.all)?;
    Ok(vec![
        text("key folder", files::below(&keys)?),
        text("working folder", files::below(system.folder())?),
        Place {
            // Other runs may be using it.
            is_text: false,
            ..text(
                "temporary files",
                files::written_since(&std::env::temp_dir(), beginning.at),
            )
        },
    ])
}

fn judge(
    stage: &Stage<'_>,
    places: &[Place],
    in_memory: Option<&Place>,
    report: &mut Report,
) -> Result<()> {
    let secrets = stage.secrets.all();
    let scanner = Scanner::new(secrets);
    let mut leaks = Vec::new();
    let (mut found, mut planted) = (0, Vec::new());
    for place in places.iter().chain(in_memory) {
        let (controls, some) = place.judge(&scanner, secrets)?;
        found += controls;
        planted.push(format!("{controls} secrets in {}", place.name));
        report.count(place.name, u64::try_from(place.bytes())?);
        let is_key = |leak: &Leak| place.name == MEMORY && secrets[leak.secret].of == AS_A_KEY;
        let (keys, some): (Vec<Leak>, Vec<Leak>) = some.into_iter().partition(is_key);
        report.count(
            "places in memory of a number as a key",
            u64::try_from(keys.len())?,
        );
        leaks.extend(some);
    }
    let leaked: BTreeSet<usize> = leaks.iter().map(|leak: &Leak| leak.secret).collect();
    let texts: Vec<&str> = leaks.iter().map(|leak| leak.text.as_str()).collect();
    ensure!(
        leaks.is_empty(),
        "{} secrets leaked:\n{}",
        leaked.len(),
        texts.join("\n")
    );
    let canaries = secrets.iter().filter(|secret| !secret.is_planted).count();
    for (name, count) in [
        ("controls found", found),
        ("canaries", canaries),
        ("canaries found", leaked.len()),
        ("forms", Encoding::ALL.len()),
    ] {
        report.count(name, u64::try_from(count)?);
    }
    report.controls = planted;
    Ok(())
}

fn piece(name: &str, bytes: Vec<u8>) -> Piece {
    let name = name.to_owned();
    Piece { name, bytes }
}

fn text(name: &'static str, pieces: Vec<Piece>) -> Place {
    Place {
        name,
        is_text: true,
        takes_bytes: true,
        pieces,
    }
}
