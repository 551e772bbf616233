//! `cargo xtask bench`: what the service costs, as ratios to what the same machine can do at best in the same minutes.

use std::fs;

use anyhow::{Context, Result};

use crate::command::{cargo, output, program, succeed, target_directory};

mod asking;

mod chart;
pub(crate) mod counted;
mod duel;
mod machine;
mod pace;
mod pages;
mod processors;
mod profile;
mod report;
mod round;
mod row;
mod rows;
mod samples;
mod stage;
mod started;
mod store;
mod table;
#[cfg(test)]
mod test_rounds;

use machine::Machine;
use pace::Pace;
use report::Report;
use row::Row;
use rows::{
    Ground, Rows, compressed, conditional, core_work, django, freshness, growth, listings, memory,
    saving, start_up, tail,
};
use stage::{Programs, Stage};

/// Measures the service on throw-away PostgreSQL and Redis and on its embedded default.
///
/// Times differ from machine to machine, so goals are about ratios, measured side by side, and about counts. Everything
/// listens on 127.0.0.1.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Short rounds: ends within three minutes, building left aside. Leaves out what has to be installed from elsewhere.
    #[arg(long)]
    quick: bool,
    /// Only these, joined by commas: the rows P1 to P9, flow, conditional, compressed and fresh, and the profile of a listing.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Write the table, the chart and where a listing's instructions go into docs/.
    #[arg(long, conflicts_with_all = ["only", "debug"])]
    write_docs: bool,
    /// Build without optimizations, to work on the benchmark itself: the figures mean nothing.
    #[arg(long)]
    debug: bool,
}

impl Options {
    fn wants(&self, ids: &[&str]) -> bool {
        self.only.is_empty() || ids.iter().any(|id| self.names(id))
    }

    fn names(&self, id: &str) -> bool {
        self.only.iter().any(|only| only.eq_ignore_ascii_case(id))
    }
}

/// # Errors
/// Something does not build or start, or a server fails under load. A missed goal is no error: it is the result.
pub(crate) fn run(options: &Options) -> Result<()> {
    let pace = if options.quick {
        Pace::QUICK
    } else {
        Pace::FULL
    };
    let programs = build(options.debug)?;
    let ground = Ground {
        programs: &programs,
        pace: &pace,
    };
    let rows = measure(&ground, options)?;
    if !rows.is_empty() {
        keep(
            &Report {
                revision: revision()?,
                compiler: counted::compiler()?,
                machine: Machine::of_this()?,
                is_quick: options.quick,
                rounds: pace.rounds,
                round_seconds: pace.round.as_secs(),
                rows,
            },
            options.write_docs,
        )?;
    }
    // Last, as it takes nothing away from what stands already.
    if options.write_docs || options.names("profile") {
        let stage = Stage::embedded(&programs, store::CARDS, store::PLANS)?;
        let profile = profile::of_listings(&programs, &stage)?;
        println!("\n{profile}");
        if options.write_docs {
            pages::write_profile(&profile)?;
        }
    }
    Ok(())
}

/// Writes the report and the chart where cargo builds, and into the documentation if that is wanted.
fn keep(report: &Report, write_docs: bool) -> Result<()> {
    let folder = target_directory()?.join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    report.write(&folder.join("report.json"))?;
    fs::write(folder.join("chart.svg"), chart::chart(&report.rows))?;
    println!("\n{}", table::table(report));
    println!("{}", folder.join("report.json").display());
    if write_docs {
        pages::write_report(report)?;
    }
    Ok(())
}

/// The service as it is released, and what stands beside it.
fn build(debug: bool) -> Result<Programs> {
    let service = ["--package", "payments-http", "--bin", "payments"];
    let bench = ["--package", "payments-bench", "--features", "servers"];
    for wanted in [service, bench] {
        let mut command = cargo(&["build", "--quiet"]);
        command.args(wanted);
        if !debug {
            command.arg("--release");
        }
        succeed(command)?;
    }
    let built = target_directory()?.join(if debug { "debug" } else { "release" });
    Ok(Programs {
        payments: built.join("payments"),
        bench: built.join("payments-bench"),
    })
}

fn revision() -> Result<String> {
    let revision = output(program("git", &["describe", "--always", "--dirty"]))?;
    Ok(revision.trim().to_owned())
}

/// Rows that need the same servers stand together; servers that no row needs are not started.
fn measure(ground: &Ground<'_>, options: &Options) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    if options.wants(&["P4", "P5", "P9"]) {
        rows.extend(core_work::rows()?);
    }
    if options.wants(&["P8"]) {
        rows.extend(start_up::rows(ground)?);
    }
    if options.wants(&["P4"]) {
        rows.extend(growth::rows(ground)?);
    }
    if options.wants(&["P1"]) {
        let stage = Stage::embedded(ground.programs, store::CARDS, store::PLANS)?;
        rows.extend(listings::products(ground, &stage)?);
    }
    let on_servers: [(&str, OnServers); 9] = [
        ("P1", listings::products),
        ("P2", listings::sessions),
        ("P3", django::rows),
        ("P6", tail::rows),
        ("P7", memory::rows),
        ("flow", saving::rows),
        ("conditional", conditional::rows),
        ("compressed", compressed::rows),
        // Last: the store is another one afterwards.
        ("fresh", freshness::rows),
    ];
    let wanted = on_servers
        .into_iter()
        .filter(|(id, _)| options.wants(&[id]));
    let wanted: Vec<_> = wanted.collect();
    if !wanted.is_empty() {
        let stage = Stage::on_servers(ground.programs)?;
        for (_, group) in wanted {
            rows.extend(group(ground, &stage)?);
        }
    }
    rows.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(rows)
}

/// Measures some rows on a service with PostgreSQL and Redis.
type OnServers = fn(&Ground<'_>, &Stage) -> Rows;
