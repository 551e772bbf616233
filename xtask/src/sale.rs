//! `cargo xtask simulate-sale`: what a sale needs and how its queues behave, from measured unit costs.

use std::thread::available_parallelism;

use anyhow::Result;
use clap::ValueEnum;

use crate::checkers::Findings;

mod compare;
mod costs;
mod figures;
mod measure;
mod model;
mod needs;
mod page;
mod processor_time;
mod queue;
mod queues;
mod random;

use costs::Costs;
use model::{Machines, Rates};
use needs::{HOURS, Needs, SALE};

/// How long each hour is simulated.
const LASTING: u64 = 2_000_000_000;

/// Simulates a sale day: CDN, processes, connections, PostgreSQL, Redis and the gateway, with the costs in `xtask/scale.json`.
///
/// Prints, for each hour, how busy each station is, its queue, and the latencies. The same seed prints the same.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[arg(long, default_value_t = page::SEED)]
    seed: u64,
    /// The sale of docs/scale.md, or what this machine takes with the service and its servers on it.
    #[arg(long, value_enum, default_value = "sale")]
    size: Size,
    /// Run the service and its load on this machine too, and print both.
    #[arg(long, conflicts_with_all = ["size", "measure", "write_docs"])]
    compare: bool,
    /// Measure the unit costs on this machine first, and write xtask/scale.json.
    #[arg(long)]
    measure: bool,
    /// Write the tables into docs/scale.md.
    #[arg(long)]
    write_docs: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Size {
    Sale,
    Machine,
}

/// This machine: the service, PostgreSQL and Redis share its processors.
fn this_machine() -> Result<Machines> {
    Ok(Machines {
        processes: 1,
        workers: available_parallelism()?.get(),
        pool: needs::POOL,
        primary: 0,
        replica: 0,
        shards: 0,
        is_one_machine: true,
    })
}

/// What is less than half of the time of this machine.
const RATES_OF_MACHINE: Rates = Rates {
    products: 1_000,
    baskets: 300,
    saves: 15,
};

pub(crate) fn run(options: &Options) -> Result<()> {
    if options.measure {
        measure::all()?.write()?;
    }
    let costs = Costs::read()?;
    if options.write_docs {
        page::write(&costs)?;
    }
    if options.compare {
        return compare::run(&costs, options.seed);
    }
    let machines = match options.size {
        Size::Sale => Needs::of(&SALE, &costs).machines(),
        Size::Machine => this_machine()?,
    };
    let mut first = ("", 0);
    for (hour, percent) in HOURS.into_iter().enumerate() {
        let rates = match options.size {
            Size::Sale => SALE.rates(percent),
            Size::Machine => RATES_OF_MACHINE.percent(percent),
        };
        let observed = machines.simulate(&costs, rates, LASTING, options.seed + hour as u64);
        println!("{}", page::hour(hour, rates, &observed));
        for station in &observed.stations {
            if station.utilisation > first.1 {
                first = (station.name, station.utilisation);
            }
        }
    }
    let (name, utilisation) = first;
    println!(
        "saturates first: {name}, busy for {} % of the time",
        figures::tenths(utilisation * 100)
    );
    Ok(())
}

/// The tables of the page are those of the costs.
pub(crate) fn check_page() -> Result<Findings> {
    let (renewed, page) = page::renewed(&Costs::read()?)?;
    if renewed == page {
        return Ok(Findings::new());
    }
    Ok(vec![format!(
        "{}: `cargo xtask simulate-sale --write-docs` writes other tables",
        page::PAGE
    )])
}
