//! What the processes that share this flow store announce to each other: hashes whose fields expire by the server's clock.
//!
//! A field's value begins with its expiry.

use std::time::Duration;

use deadpool_redis::redis;
use payments_core::ports::Unavailable;

use super::RedisFlows;

/// Stores fields, drops those that have expired, and returns the others with their values if they are asked for.
const ANNOUNCE: &str = "
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
for i = 3, #ARGV, 3 do
  redis.call('HSET', KEYS[1], ARGV[i], string.format('%.0f:%s', now + tonumber(ARGV[i + 2]), ARGV[i + 1]))
end
local valid = {}
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  local ends, value = string.match(entries[i + 1], '^(%d+):(.*)$')
  if not ends or tonumber(ends) <= now then
    redis.call('HDEL', KEYS[1], entries[i])
  elseif ARGV[2] == '1' then
    valid[#valid + 1] = entries[i]
    valid[#valid + 1] = value
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return valid
";

/// A field of a hash.
pub(super) struct Announcement {
    pub(super) field: String,
    pub(super) value: String,
    pub(super) expires_after: Duration,
}

impl RedisFlows {
    /// Stores announcements in the hash `key`, and returns all fields with their values if `are_asked`. The hash is
    /// deleted `expires_after` its last use.
    pub(super) async fn announce(
        &self,
        key: &str,
        announcements: &[Announcement],
        expires_after: Duration,
        are_asked: bool,
    ) -> Result<Vec<(String, String)>, Unavailable> {
        let mut command = redis::cmd("EVAL");
        command.arg(ANNOUNCE).arg(1).arg(key);
        command.arg(milliseconds(expires_after));
        command.arg(u8::from(are_asked));
        for one in announcements {
            command.arg(&one.field).arg(&one.value);
            command.arg(milliseconds(one.expires_after));
        }
        // An announcement is idempotent.
        let valid: Vec<String> = self.read(key, &command).await?;
        let pairs = valid.chunks_exact(2);
        let pairs = pairs.map(|pair| (pair[0].clone(), pair[1].clone()));
        Ok(pairs.collect())
    }

    /// Removes fields from the hash `key`.
    pub(super) async fn withdraw(&self, key: &str, fields: &[String]) -> Result<(), Unavailable> {
        let mut command = redis::cmd("HDEL");
        command.arg(key).arg(fields);
        let _: i64 = self.read(key, &command).await?;
        Ok(())
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
