//! The programs that `cargo xtask bench` runs beside the service: the load, and the ceilings.
//!
//! Everything listens and calls on the loopback interface only.

#![expect(clippy::print_stdout, reason = "xtask reads the summary")]

use std::io;
use std::time::Instant;

use anyhow::Result;
use clap::Parser;
use payments_bench::Summary;

mod ceiling;
mod closed_loop;
mod flow;
mod load;
mod open_loop;
mod query;
mod tally;

/// One process of a benchmark.
#[derive(Parser)]
enum Role {
    /// Sends requests to a server and prints a summary.
    Load(load::Options),
    /// Saves cards as customers do and prints a summary.
    Flow(flow::Options),
    /// Serves one recorded response.
    Ceiling(ceiling::Options),
}

fn main() -> Result<()> {
    match Role::parse() {
        Role::Load(options) => print(&load::run(&options)?),
        Role::Flow(options) => print(&flow::run(&options)?),
        Role::Ceiling(options) => ceiling::run(&options),
    }
}

fn print(summary: &Summary) -> Result<()> {
    serde_json::to_writer(io::stdout(), summary)?;
    println!();
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> Instant {
    Instant::now()
}
