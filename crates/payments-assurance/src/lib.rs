//! The proofs of the service's promises. Each is a command that prints its figures:
//! `cargo xtask assure --only bad-input`. The quick tier of every proof runs in `cargo xtask test`.
//!
//! The state of the world is judged by one oracle everywhere: [`payments_core::testkit::world::check_world`]. A result
//! without findings counts only if the proof's planted faults (its controls) were found in the same run.

#![expect(clippy::print_stdout, reason = "a command line writes to its terminal")]

pub mod availability;
pub mod bad_input;
pub mod cuts;
pub mod document;
pub mod drills;
pub mod edits;
pub mod kill_sweep;
pub mod leaks;
pub mod model;
pub mod mutation;
pub mod origin;
pub mod parallel;
pub mod planted;
pub mod progress;
pub mod proof;
pub mod proofs;
pub mod races;
pub mod run;
#[cfg(test)]
mod sample;
pub mod simulation;
pub mod system;
pub mod workspace;
