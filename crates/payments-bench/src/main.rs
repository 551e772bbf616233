//! What stands beside the service while `cargo xtask bench` measures it: the load, and the ceilings it is compared with.
//!
//! Everything listens and calls on the loopback interface only.

#![expect(
    clippy::print_stdout,
    reason = "what was measured is written for xtask to read"
)]

use std::io;
use std::time::Instant;

use anyhow::Result;
use clap::Parser;

mod answer;
mod caller;
mod ceiling;
mod closed_loop;
mod flow;
mod load;
mod one_query;
mod open_loop;
mod replies;
mod requests;
mod tally;

/// One process of a benchmark.
#[derive(Parser)]
enum Role {
    /// Asks the same thing of a server again and again, and says how often and how fast it was answered.
    Load(load::Options),
    /// Lets customers save cards, and says how many did in a second.
    Flow(flow::Options),
    /// Sends one recorded answer to whoever asks.
    StaticCeiling(ceiling::Options),
    /// Makes one query, then sends the recorded answer.
    QueryCeiling(one_query::Options),
}

fn main() -> Result<()> {
    match Role::parse() {
        Role::Load(options) => say(&load::run(&options)?),
        Role::Flow(options) => say(&flow::run(&options)?),
        Role::StaticCeiling(options) => Ok(ceiling::run(&options)?),
        Role::QueryCeiling(options) => Ok(one_query::run(&options)?),
    }
}

fn say(summary: &tally::Summary) -> Result<()> {
    serde_json::to_writer(io::stdout(), summary)?;
    println!();
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark is about the time that passes"
)]
fn now() -> Instant {
    Instant::now()
}
