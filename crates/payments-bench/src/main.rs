//! The programs that `cargo xtask bench` runs beside the service: the load, and the ceilings.
//!
//! Everything listens and connects on the loopback interface only.

#![expect(clippy::print_stdout, reason = "xtask reads the summary")]

use std::time::Instant;

use anyhow::{Context, Result};
use payments_bench::job::Job;

mod bare_loop;
mod ceiling;
mod closed_loop;
mod flow;
mod load;
mod open_loop;
mod query;
mod recorded;
mod tally;

fn main() -> Result<()> {
    let job = std::env::args().nth(1).context("expected a job as JSON")?;
    let summary = match serde_json::from_str(&job)? {
        Job::Load(load) => match load.per_second {
            Some(rate) => open_loop::run(&load, rate)?,
            None => closed_loop::run(load)?,
        },
        Job::Flow(flow) => flow::run(&flow)?,
        Job::BareLoop(job) => bare_loop::run(&job)?,
        Job::Count(servers) => {
            let counters = bare_loop::count(&servers)?;
            println!("{}", serde_json::to_string(&counters)?);
            return Ok(());
        }
        Job::Ceiling(ceiling) => return ceiling::run(ceiling),
    };
    println!("{}", serde_json::to_string(&summary)?);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> Instant {
    Instant::now()
}
