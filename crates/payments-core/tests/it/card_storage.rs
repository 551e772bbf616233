//! The card-storage protocol: the state machine, and the driver with fakes and mocks.

mod accounts;
mod action_faults;
mod actions;
mod codes;
mod comparison;
mod comparison_rows;
mod contract;
mod customer_keys;
mod fairness;
mod faults;
mod gateway;
mod harness;
mod key_rings;
mod meanwhile;
mod order;
mod races;
mod reconciling;
mod row_races;
mod sealing;
mod sending_limits;
mod settings;
mod stale;
mod story;
