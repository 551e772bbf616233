//! The `payments` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    payments_http::cli::run(std::env::args_os())
}
