#![doc = include_str!("../README.md")]
#![expect(
    clippy::duplicate_mod,
    reason = "the queries are written once and mounted for each database"
)]

mod audit_trail;
mod authority;
mod batch;
mod batching;
mod changed;
mod changes;
mod cleanup;
mod column;
mod flows;
mod leading_digits;
mod loopback;
mod memory;
mod migrations;
mod open_error;
mod pool;
mod postgres;
mod redis;
mod replica;
mod rings;
mod run_cleanup;
mod schema;
mod settings;
mod sql_error;
mod sqlite;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod upkeep;

pub use audit_trail::{
    AuditFilter, AuditRow, AuditTrail, Beginning, Fault, FaultKind, Noted, Sealed, StoredLink,
    Unsealed, Verdict, verify,
};
pub use changes::CatalogChanges;
pub use cleanup::{CleanupEnd, CleanupReport, ExpiringTable, Retention, TableCleanup};
pub use flows::Flows;
pub use memory::MemoryFlows;
pub use open_error::{OpenError, OpenFlowsError};
pub use pool::PoolState;
pub use redis::FlowConfigIssue;
pub use rings::{ANNOUNCED_FOR, SharedRings};
pub use settings::{FlowSettings, StoreSettings, longest_write};
pub use store::{ReplicaState, Store, StoreKind};
