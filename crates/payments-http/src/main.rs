//! The `payments` program.

use std::alloc::System;
use std::process::ExitCode;

use zeroizing_alloc::ZeroAlloc;

/// Wipes what is freed: the buffers of Actix, rustls and the clients hold card numbers and codes too.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    payments_http::cli::run(std::env::args_os())
}
