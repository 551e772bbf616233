//! `cargo xtask bench`: what the service costs, as counts and as ratios to what the same machine can do at best in the
//! same minutes.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::command::{cargo, output, program, succeed, target_directory};

mod compare;
pub(crate) mod counted;
pub(crate) mod fixture;
pub(crate) mod load;
pub(crate) mod machine;
mod report;
mod row;
mod rows;
pub(crate) mod store;

use fixture::Fixture;
use report::Report;
use row::Row;
use rows::{console, core_work, freshness, listings, processes, tail};

/// Measures the service on temporary PostgreSQL and Redis servers, and on its embedded default.
///
/// Times differ from machine to machine, so goals are ratios of two sides measured in turn, or counts. Everything
/// listens on 127.0.0.1.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Short rounds: ends within three minutes after the build.
    #[arg(long)]
    quick: bool,
    /// Only these rows, separated by commas: P1, P2, P4 to P9, P12, P13, lowest, quote, console, conditional, compressed and fresh.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Write the table into docs/performance.md.
    #[arg(long, conflicts_with_all = ["only", "debug"])]
    write_docs: bool,
    /// Build without optimizations, to work on the benchmark itself: the figures mean nothing.
    #[arg(long)]
    debug: bool,
}

/// The programs, and how long everything takes.
pub(crate) struct Bench {
    /// The service.
    payments: PathBuf,
    /// The load and the ceilings.
    beside: PathBuf,
    /// Rounds of each side.
    rounds: u32,
    round: Duration,
    warm_up: Duration,
    /// Listings after which the memory is read, and read first after a tenth of them.
    listings: u64,
    /// Starts of the service.
    starts: usize,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let bench = Bench::build(options.quick, options.debug)?;
    let rows = measure(&bench, options)?;
    let report = Report {
        revision: revision()?,
        compiler: counted::compiler()?,
        machine: machine::description()?,
        is_quick: options.quick,
        rounds: bench.rounds,
        round_seconds: bench.round.as_secs(),
        rows,
    };
    report.write(&target_directory()?.join("bench"), options.write_docs)
}

/// The revision that is measured.
pub(crate) fn revision() -> Result<String> {
    let revision = output(program("git", &["describe", "--always", "--dirty"]))?;
    Ok(revision.trim().to_owned())
}

impl Bench {
    pub(crate) fn build(is_quick: bool, is_debug: bool) -> Result<Self> {
        for package in [
            ["--package=payments-http", "--bin=payments"],
            ["--package=payments-bench", "--features=servers"],
        ] {
            let mut command = cargo(&["build", "--quiet"]);
            command.args(package);
            if !is_debug {
                command.arg("--profile=shipping");
            }
            succeed(command)?;
        }
        let folder = if is_debug { "debug" } else { "shipping" };
        let built = target_directory()?.join(folder);
        Ok(Self {
            payments: built.join("payments"),
            beside: built.join("payments-bench"),
            rounds: if is_quick { 5 } else { 7 },
            round: Duration::from_secs(if is_quick { 1 } else { 3 }),
            warm_up: Duration::from_millis(if is_quick { 250 } else { 1_000 }),
            listings: if is_quick { 100_000 } else { 1_000_000 },
            starts: if is_quick { 3 } else { 9 },
        })
    }
}

/// A group of rows, on a service with PostgreSQL and Redis.
type Group = fn(&Bench, &Fixture) -> Result<Vec<Row>>;

/// Servers that no row needs are not started.
fn measure(bench: &Bench, options: &Options) -> Result<Vec<Row>> {
    let only = &options.only;
    let is_wanted =
        |id: &str| only.is_empty() || only.iter().any(|only| only.eq_ignore_ascii_case(id));
    let mut rows = Measured::default();
    if ["P4", "P5", "P9"].into_iter().any(is_wanted) {
        rows.add(core_work::counted()?);
    }
    if is_wanted("P13") {
        rows.add(core_work::what_if(bench)?);
    }
    if is_wanted("P8") {
        rows.add(processes::start_up(bench)?);
    }
    if is_wanted("P4") {
        rows.add(vec![core_work::over_http(bench)?]);
    }
    if is_wanted("P9") {
        rows.add(vec![core_work::many_rules(bench)?]);
    }
    if is_wanted("lowest") {
        rows.add(listings::lowest(bench)?);
    }
    if is_wanted("P1") {
        let fixture = Fixture::embedded(bench, store::CARDS, store::PLANS, &[])?;
        rows.add(listings::products(bench, &fixture)?);
    }
    let groups: [(&str, Group); 10] = [
        ("P1", listings::products),
        ("P2", listings::sessions),
        ("quote", listings::quotes),
        ("console", console::rows),
        ("P6", tail::rows),
        ("P7", processes::memory),
        ("P12", processes::flow),
        ("conditional", listings::conditional),
        ("compressed", listings::compressed),
        // Last: it changes the store.
        ("fresh", freshness::rows),
    ];
    let wanted: Vec<_> = groups.into_iter().filter(|(id, _)| is_wanted(id)).collect();
    if !wanted.is_empty() {
        let fixture = Fixture::on_servers(bench)?;
        for (_, group) in wanted {
            rows.add(group(bench, &fixture)?);
        }
    }
    rows.0.sort_by_key(|row| row.id);
    Ok(rows.0)
}

#[derive(Default)]
struct Measured(Vec<Row>);

impl Measured {
    /// Prints rows as soon as they are measured.
    fn add(&mut self, rows: Vec<Row>) {
        for row in rows {
            let Row { id, what, note, .. } = &row;
            let (verdict, figure, goal) = (row.verdict(), row.figure(), row.goal());
            println!("{id:<11} {verdict:<9} {what}: {figure} {goal} ({note})");
            self.0.push(row);
        }
    }
}
