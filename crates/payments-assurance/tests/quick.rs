//! The quick tier of every proof.

use std::process::ExitCode;

use payments_assurance::proofs::PROOFS;
use payments_assurance::run::quick;

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let is_name = |name: &&String| !name.starts_with('-');
    let names: Vec<String> = names.iter().filter(is_name).cloned().collect();
    if quick(PROOFS, &names) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
