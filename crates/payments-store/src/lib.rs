#![doc = include_str!("../README.md")]
mod boxed;
mod flows;
mod memory;
mod redis;
mod replica;
mod run_cleanup;
mod shared_keys;
mod store;
#[cfg(feature = "testing")]
pub mod testing;

pub use flows::Flows;
pub use memory::MemoryFlows;
pub use payments_sql::audit_trail::{
    AuditFilter, AuditRow, AuditTrail, Beginning, Fault, FaultKind, Noted, Sealed, StoredLink,
    Unsealed, Verdict, verify,
};
pub use payments_sql::bin_counts::BinCounts;
pub use payments_sql::changes::CatalogChanges;
pub use payments_sql::cleanup::{
    CleanupEnd, CleanupReport, ExpiringTable, Retention, TableCleanup,
};
pub use payments_sql::open_error::{OpenError, OpenFlowsError};
pub use payments_sql::pool::PoolState;
pub use payments_sql::proposals::{Proposal, ProposalState, Proposals, ProposedChange};
pub use payments_sql::settings::{FlowSettings, StoreSettings, longest_write};
pub use payments_sql::store_sample::{Facts, MAX_DISTINCT, RecentKeys, StoreSample};
pub use redis::FlowConfigIssue;
pub use shared_keys::{ANNOUNCED_FOR, SharedKeys};
pub use store::{ReplicaState, Store, StoreKind};
