//! Flow state and held cards in Redis: one server, one watched by sentinels, or a cluster.
//!
//! Every key has a time to live, and all keys of one flow lie in one hash slot. **No command that writes is ever sent a
//! second time after its reply was lost**: whoever asked is told that it is unknown whether it was carried out. Only a
//! server's plain refusal (moved, loading, not the master) is answered by asking again, and that of a cluster's node whose
//! slot is on its way to another node by asking there.
//!
//! A server that was lost is left alone until it answers again: meanwhile callers are refused at once.

mod address;
mod away;
mod cluster;
mod concerns;
mod flow_state;
mod held_cards;
mod link;
mod pools;
mod rings;
mod sentinel;
mod shared;

use chrono::{DateTime, Utc};
use deadpool_redis::redis::{Cmd, FromRedisValue, RedisError};
use payments_core::flow::FlowKey;
use payments_core::ports::Unavailable;

pub use concerns::FlowConcern;

pub(crate) use address::{Address, NotAnAddress};

use link::Links;

use crate::flows::OpenFlowsError;
use crate::pool::PoolState;
use crate::settings::FlowSettings;

/// All three flow stores on Redis.
pub(crate) struct RedisFlows {
    links: Links,
    prefix: String,
}

impl RedisFlows {
    /// Connects, and sees whether the server lets us in.
    ///
    /// # Errors
    /// Why not, in words without secrets.
    pub(crate) async fn open(
        address: Address,
        settings: &FlowSettings,
    ) -> Result<Self, OpenFlowsError> {
        let redis = Self {
            links: Links::to(address, settings)?,
            prefix: settings.key_prefix.clone(),
        };
        let answer = redis.links.ping().await;
        answer.map_err(OpenFlowsError::Unreachable)?;
        Ok(redis)
    }

    /// Whether every server answers.
    pub(crate) async fn check(&self) -> Result<(), Unavailable> {
        self.links
            .ping()
            .await
            .map_err(|reason| Unavailable::new("flow store", reason))
    }

    /// How busy the links are.
    pub(crate) fn pool(&self) -> PoolState {
        self.links.pool()
    }

    /// What is wrong with the servers' settings.
    pub(crate) async fn concerns(&self) -> Result<Vec<FlowConcern>, Unavailable> {
        concerns::of(&self.links).await
    }

    /// Asks for something that changes nothing; asked again if the link broke.
    async fn read<T: FromRedisValue>(&self, key: &str, command: &Cmd) -> Result<T, Unavailable> {
        self.links
            .ask(key, command, link::Effect::None)
            .await
            .map_err(unavailable)
    }

    /// Asks for a change, at most once.
    async fn write<T: FromRedisValue>(&self, key: &str, command: &Cmd) -> Result<T, Unavailable> {
        self.links
            .ask(key, command, link::Effect::Once)
            .await
            .map_err(unavailable)
    }

    /// A key of a flow. What is in braces chooses the slot.
    fn key(&self, kind: &str, flow: &FlowKey) -> String {
        format!("{}:{kind}:{{{}}}", self.prefix, flow.0)
    }
}

fn unavailable(error: link::LinkError) -> Unavailable {
    Unavailable::new("flow store", error)
}

/// An entry's time to live, by the server's own clock: it may differ from ours, its seconds are as long.
fn milliseconds_left(deadline: DateTime<Utc>, now: DateTime<Utc>) -> Option<i64> {
    let left = (deadline - now).num_milliseconds();
    (left > 0).then_some(left)
}

/// What an entry begins with: the instant of its end, in milliseconds, so that tests and skewed clocks see it end too.
fn with_deadline(deadline: DateTime<Utc>, bytes: &[u8]) -> Vec<u8> {
    let mut entry = format!("{}:", deadline.timestamp_millis()).into_bytes();
    entry.extend_from_slice(bytes);
    entry
}

/// The rest of an entry that has not ended.
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

/// Whether a server said that it did not do it, so that asking again does it at most once.
fn was_refused(error: &RedisError) -> bool {
    use deadpool_redis::redis::{ErrorKind, ServerErrorKind as Server};
    matches!(
        error.kind(),
        ErrorKind::Server(
            Server::Moved
                | Server::Ask
                | Server::TryAgain
                | Server::ClusterDown
                | Server::MasterDown
                | Server::BusyLoading
                | Server::ReadOnly
        )
    )
}
