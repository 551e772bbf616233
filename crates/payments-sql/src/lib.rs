//! What the adapters of SQLite and PostgreSQL have in common.
//!
//! The queries in `queries/` are written once. `payments-sqlite` and `payments-postgres` each mount them (`queries/mount.rs`),
//! name their `Backend` and `Connection`, and hold what really differs. They are crates of their own so that they compile at
//! the same time. Programs use `payments-store`, which opens either.

pub mod audit_trail;
pub mod authority;
pub mod batch;
pub mod batching;
pub mod bin_counts;
pub mod blocking;
pub mod changes;
pub mod cleanup;
pub mod column;
pub mod leading_digits;
pub mod loopback;
pub mod migrations;
pub mod open_error;
pub mod pool;
pub mod prepared;
pub mod proposals;
pub mod query_name;
pub mod schema;
pub mod settings;
pub mod sql_error;
pub mod store_sample;
pub mod upkeep;
