//! Runs proofs.

#![expect(clippy::print_stdout, reason = "a command line writes to its terminal")]

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use payments_assurance::proof::{Proof, Run, now};
use payments_assurance::proofs::PROOFS;
use payments_assurance::run::{quick, run};

/// Runs the proofs of the service's promises.
#[derive(Parser)]
struct Arguments {
    /// Run only these proofs.
    #[arg(long)]
    only: Vec<String>,
    /// Run the long tier.
    #[arg(long)]
    long: bool,
    /// The first unit: a seed, a round, a request.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// How many units, instead of the tier's.
    #[arg(long)]
    units: Option<u64>,
    /// Stop each proof after so many minutes.
    #[arg(long)]
    minutes: Option<u64>,
    /// List the proofs.
    #[arg(long)]
    list: bool,
}

impl Arguments {
    fn run_of(&self, proof: &Proof) -> Run {
        let units = if self.long {
            proof.long
        } else {
            quick(proof).units
        };
        let minutes = self.minutes.map(Duration::from_mins);
        Run {
            from: self.from,
            units: self.units.unwrap_or(units),
            until: minutes.map(|minutes| now() + minutes),
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list {
        for proof in PROOFS {
            println!("{:<14} {}", proof.name, proof.promise);
        }
        return ExitCode::SUCCESS;
    }
    if run(&arguments.only, |proof| arguments.run_of(proof)) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
