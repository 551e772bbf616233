//! The workspace's tasks: `cargo xtask check`, `cargo xtask test`, `cargo xtask run`.

#![expect(clippy::print_stdout, reason = "a command line writes to its terminal")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod assure;
mod bench;
mod book;
mod check;
mod checkers;
mod clients;
mod command;
mod demo;
mod deploy;
mod dist;
mod image;
mod pinned;
mod release;
mod sale;
mod sbom;
mod screenshots;
mod server;
mod services;
mod test;
mod tree;

/// Tasks of the payments workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Formatting, lints, layering, dependencies and docs; run before every commit.
    Check(check::Options),
    /// Every test, with the lints; CI runs it with `--require-all`, and then every check.
    Test(test::Options),
    /// Runs the proofs of the service's promises: docs/assurance.md.
    Assure(assure::Options),
    /// Measures the service against ceilings and goals.
    Bench(bench::Options),
    /// Simulates a sale day: docs/scale.md.
    SimulateSale(sale::Options),
    /// Runs the servers that the tests need, for development.
    Services(services::Options),
    /// Builds the documentation as a site in `target/book`, with mdBook, and its `llms.txt`.
    Book,
    /// Retakes the documentation's screenshots and prints the sizes of the demo store's pages.
    Screenshots,
    /// Checks the API description, builds the TypeScript and the Python package and the collection of requests from it,
    /// and uses them as users do. The archives are in `target/clients/dist`.
    Clients,
    /// Builds what a release publishes: the program with its licences, the list of its crates, and checksums.
    Dist,
    /// Gives the workspace and its changelog the next version.
    Release(release::Options),
    /// Builds the container image, runs it and compose.yaml, and checks both.
    Image(image::Options),
    /// Starts the service with the demo store.
    Run(demo::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Check(options) => check::run(&options, false, None),
        Task::Test(options) => test::run(&options),
        Task::Assure(options) => assure::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::SimulateSale(options) => sale::run(&options),
        Task::Services(options) => services::run(&options),
        Task::Book => book::run(),
        Task::Screenshots => screenshots::run(),
        Task::Clients => clients::run(),
        Task::Dist => dist::run(),
        Task::Release(options) => release::run(&options),
        Task::Image(options) => image::run(&options),
        Task::Run(options) => demo::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
