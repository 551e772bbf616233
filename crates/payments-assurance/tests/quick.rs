//! The quick tier of every proof.

use std::process::ExitCode;

use payments_assurance::proofs::PROOFS;
use payments_assurance::run::quick;

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    if quick(PROOFS, &names) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
