//! The workspace's own chores: `cargo xtask check`, `cargo xtask test`, `cargo xtask run`.

#![expect(
    clippy::print_stdout,
    reason = "a command line talks to the person who typed it"
)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
mod book;
mod check;
mod clients;
mod command;
mod demo;
mod deploy;
mod metadata;
mod screenshots;
mod services;
mod test;
mod third_parties;
mod tree;

/// Chores of the payments workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Formatting, lints, layering, dependencies, migrations, locales and docs; run before every commit.
    Check(check::Options),
    /// Every check, then every test: what CI runs.
    Test(test::Options),
    /// What the service costs, measured against ceilings and goals.
    Bench(bench::Options),
    /// The servers that the tests need, kept up for development.
    Services(services::Options),
    /// Build the documentation as a site.
    Book(book::Options),
    /// Take the documentation's pictures anew, and say what the demo store's pages weigh.
    Screenshots(screenshots::Options),
    /// Generate clients from the API's description and try them.
    Clients(clients::Options),
    /// Start the service with the demo store.
    Run(demo::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().chore {
        Chore::Check(options) => check::run(&options),
        Chore::Test(options) => test::run(&options),
        Chore::Bench(options) => bench::run(&options),
        Chore::Services(options) => services::run(&options),
        Chore::Book(options) => book::run(&options),
        Chore::Screenshots(options) => screenshots::run(&options),
        Chore::Clients(options) => clients::run(&options),
        Chore::Run(options) => demo::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
