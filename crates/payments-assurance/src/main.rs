//! Runs proofs: `cargo xtask assure`.

#![expect(clippy::print_stdout, reason = "a command line writes to its terminal")]

use std::process::ExitCode;

use clap::Parser;
use payments_assurance::proofs::PROOFS;
use payments_assurance::run;

/// Runs the proofs of the service's promises.
#[derive(Parser)]
struct Arguments {
    /// Run only these proofs.
    #[arg(long)]
    only: Vec<String>,
    /// List the proofs.
    #[arg(long)]
    list: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list {
        for proof in PROOFS {
            println!("{:<14} {}", proof.name, proof.promise);
        }
        return ExitCode::SUCCESS;
    }
    if run::quick(PROOFS, &arguments.only) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
