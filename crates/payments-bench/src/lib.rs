//! What `cargo xtask bench` shares with the programs it runs: an HTTP client, threads, and the jobs of these
//! programs.

pub mod http;
pub mod job;
pub mod threads;
