#![doc = include_str!("../README.md")]
#![expect(
    clippy::duplicate_mod,
    reason = "the queries are written once and mounted for each database"
)]

mod authority;
mod batch;
mod changes;
mod digest;
mod flows;
mod gateway_code;
mod gathered;
mod instant;
mod json;
mod memory;
mod migrations;
mod money;
mod open_error;
mod pool;
mod postgres;
mod redis;
mod replica;
mod rule_text;
mod schema;
mod settings;
mod sql_error;
mod sqlite;
mod store;
mod table_functions;
#[cfg(feature = "testing")]
pub mod testing;
mod upkeep;

pub use changes::CatalogChanges;
pub use flows::{Flows, OpenFlowsError};
pub use memory::MemoryFlows;
pub use open_error::OpenError;
pub use pool::PoolState;
pub use redis::FlowConcern;
pub use settings::{FlowSettings, StoreSettings, longest_write};
pub use store::{Store, StoreKind};
pub use upkeep::Tidied;
