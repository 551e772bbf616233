//! What `cargo xtask bench` shares with the programs it runs: an HTTP client and the summary of a load.

pub mod http;
mod summary;

pub use summary::Summary;
