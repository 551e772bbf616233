//! The quick tier of every proof.

use std::process::ExitCode;

use payments_assurance::run::{quick, run};

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    if run(&names, quick) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
