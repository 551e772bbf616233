//! Tests of the state machine: single transitions, and invariants over random scripts.

mod invariants;
mod progress;
mod script;
mod step;
