//! The proofs, as briefly as they run among the tests.

use std::process::ExitCode;

use payments_assurance::proofs::PROOFS;
use payments_assurance::run::brief;

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    if brief(PROOFS, &names) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
