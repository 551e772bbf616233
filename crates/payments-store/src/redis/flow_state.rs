//! Flow states in Redis.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use deadpool_redis::redis;
use payments_core::card_storage::FlowState;
use payments_core::flow::FlowKey;
use payments_core::ports::{FlowStore, SaveFlowError, Unavailable, Version};

use super::{RedisFlows, before_deadline, milliseconds_left, number_before_colon, with_deadline};

/// Replaces an entry (`deadline:version:state`) if its version is the expected one; an entry past its deadline counts
/// as none, whose version is the empty text.
const COMPARE_AND_SET: &str = "
local entry = redis.call('GET', KEYS[1])
local version = ''
if entry then
  local deadline, stored = string.match(entry, '^(%d+):(%d+):')
  if deadline and tonumber(deadline) > tonumber(ARGV[2]) then version = stored end
end
if version ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
return 1
";

/// The version after `expected`. A new entry starts at the instant in microseconds, so that a version of
/// an expired entry never matches.
fn next(expected: Option<Version>, now: DateTime<Utc>) -> Version {
    let first = || u64::try_from(now.timestamp_micros()).unwrap_or(1);
    Version(expected.map_or_else(first, |version| version.0 + 1))
}

fn entry(deadline: DateTime<Utc>, version: Version, state: &FlowState) -> Vec<u8> {
    let mut versioned = format!("{}:", version.0).into_bytes();
    versioned.extend_from_slice(&state.to_bytes());
    with_deadline(deadline, &versioned)
}

/// An unreadable state is returned as empty, with its version, so that a save can replace it.
fn read(entry: &[u8], now: DateTime<Utc>) -> Option<(FlowState, Version)> {
    let (version, state) = number_before_colon(before_deadline(entry, now)?)?;
    let state = FlowState::from_bytes(state).unwrap_or(FlowState::Empty);
    Some((state, Version(version)))
}

#[async_trait]
impl FlowStore for RedisFlows {
    async fn load(
        &self,
        key: &FlowKey,
        now: DateTime<Utc>,
    ) -> Result<Option<(FlowState, Version)>, Unavailable> {
        let key = self.key("flow", key);
        let entry: Option<Vec<u8>> = self.read(&key, redis::cmd("GET").arg(&key)).await?;
        Ok(entry.and_then(|entry| read(&entry, now)))
    }

    async fn reload(
        &self,
        key: &FlowKey,
        now: DateTime<Utc>,
    ) -> Result<Option<(FlowState, Version)>, Unavailable> {
        self.client.wait_until_open().await;
        self.load(key, now).await
    }

    async fn save(
        &self,
        key: &FlowKey,
        expected: Option<Version>,
        state: &FlowState,
        deadline: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Version, SaveFlowError> {
        let left = milliseconds_left(deadline, now)
            .ok_or_else(|| Unavailable::new("flow store", "the deadline is over"))?;
        let version = next(expected, now);
        let key = self.key("flow", key);
        let mut command = redis::cmd("EVAL");
        command.arg(COMPARE_AND_SET).arg(1).arg(&key);
        command.arg(
            expected
                .map(|version| version.0.to_string())
                .unwrap_or_default(),
        );
        command
            .arg(now.timestamp_millis())
            .arg(entry(deadline, version, state))
            .arg(left);
        let is_set: bool = self.write(&key, &command).await?;
        if is_set {
            Ok(version)
        } else {
            Err(SaveFlowError::Stale)
        }
    }
}
