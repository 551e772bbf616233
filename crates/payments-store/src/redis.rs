//! Flow states and held cards in Redis: a single server, one behind sentinels, or a cluster.
//!
//! Every key has a time to live, and all keys of one flow lie in one hash slot. **No command that writes is ever sent a
//! second time after its reply was lost**: the caller gets an error that the outcome is unknown. A write is retried
//! only after a server's definite refusal (moved, loading, not the master); if a cluster's slot is migrating, at the node
//! that takes over the slot.
//!
//! After an outage, callers fail immediately until the server answers a probe.

mod address;
mod announcements;
mod client;
mod cluster;
mod config_audit;
mod error;
mod flow_state;
mod health_gate;
mod held_cards;
mod pool;
mod process_reports;
mod sentinel;
mod shared_connection;
mod shared_keys;

use chrono::{DateTime, Utc};
use deadpool_redis::redis::{Cmd, FromRedisValue};
use payments_core::flow::FlowKey;
use payments_core::ports::Unavailable;

pub use config_audit::FlowConfigIssue;

pub(crate) use address::{Address, NotAnAddress};

use client::{Client, Retry};
use error::ClientError;

use payments_sql::open_error::OpenFlowsError;
use payments_sql::pool::PoolState;
use payments_sql::settings::FlowSettings;

/// Flow states, held cards, key rings and process reports on Redis.
pub(crate) struct RedisFlows {
    client: Client,
    prefix: String,
}

impl RedisFlows {
    /// Connects and pings every server. The error contains no secrets.
    pub(crate) async fn open(
        address: Address,
        settings: &FlowSettings,
    ) -> Result<Self, OpenFlowsError> {
        let redis = Self {
            client: Client::new(address, settings)?,
            prefix: settings.key_prefix.clone(),
        };
        let answer = redis.client.ping().await;
        answer.map_err(OpenFlowsError::Unreachable)?;
        Ok(redis)
    }

    pub(crate) async fn check(&self) -> Result<(), Unavailable> {
        self.client
            .ping()
            .await
            .map_err(|reason| Unavailable::new("flow store", reason))
    }

    pub(crate) fn pool(&self) -> PoolState {
        self.client.pool_state()
    }

    pub(crate) async fn audit_config(&self) -> Result<Vec<FlowConfigIssue>, Unavailable> {
        config_audit::run(&self.client).await
    }

    /// Executes a command that only reads, and retries it if the connection breaks.
    async fn read<T: FromRedisValue>(&self, key: &str, command: &Cmd) -> Result<T, Unavailable> {
        self.client
            .execute(key, command, Retry::Safe)
            .await
            .map_err(unavailable)
    }

    /// Executes a command that writes, at most once.
    async fn write<T: FromRedisValue>(&self, key: &str, command: &Cmd) -> Result<T, Unavailable> {
        self.client
            .execute(key, command, Retry::Never)
            .await
            .map_err(unavailable)
    }

    /// A key of a flow. The part in braces determines the slot.
    fn key(&self, kind: &str, flow: &FlowKey) -> String {
        format!("{}:{kind}:{{{}}}", self.prefix, flow.0)
    }
}

fn unavailable(error: ClientError) -> Unavailable {
    Unavailable::new("flow store", error)
}

/// An entry's time to live, which the server counts by its own clock. `None` when it has expired.
fn milliseconds_left(deadline: DateTime<Utc>, now: DateTime<Utc>) -> Option<i64> {
    let left = (deadline - now).num_milliseconds();
    (left > 0).then_some(left)
}

/// Prefixes an entry with its deadline in milliseconds, so that it also expires by the caller's clock.
fn with_deadline(deadline: DateTime<Utc>, bytes: &[u8]) -> Vec<u8> {
    let mut entry = format!("{}:", deadline.timestamp_millis()).into_bytes();
    entry.extend_from_slice(bytes);
    entry
}

/// The rest of an entry that has not expired.
fn before_deadline(entry: &[u8], now: DateTime<Utc>) -> Option<&[u8]> {
    let (deadline, rest) = number_before_colon(entry)?;
    (deadline > u64::try_from(now.timestamp_millis()).unwrap_or_default()).then_some(rest)
}

/// Splits `123:rest`.
fn number_before_colon(text: &[u8]) -> Option<(u64, &[u8])> {
    let colon = text.iter().position(|byte| *byte == b':')?;
    let number = std::str::from_utf8(&text[..colon]).ok()?.parse().ok()?;
    Some((number, &text[colon + 1..]))
}
