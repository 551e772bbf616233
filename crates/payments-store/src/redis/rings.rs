//! The announced key rings of the processes that share this flow store.
//!
//! One hash has all of them, as `process:<name>` and `sealed:<key>`; each field's value begins with its expiry by
//! the server's clock.

use std::time::Duration;

use deadpool_redis::redis;
use payments_core::keys::{KEY_NEEDED_MINUTES, KeyMark, RingMark};
use payments_core::ports::Unavailable;

use crate::rings::{ANNOUNCED_FOR, SharedRings};

use super::RedisFlows;

/// How long a key is needed after it last sealed a value.
const NEEDED_FOR: Duration = Duration::from_secs(KEY_NEEDED_MINUTES as u64 * 60);

/// Stores this process's ring, and whether its first key seals; returns the other processes' rings.
const ANNOUNCE: &str = "
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local own = 'process:' .. ARGV[1]
local function keep(field, value, milliseconds)
  redis.call('HSET', KEYS[1], field, string.format('%.0f:%s', now + milliseconds, value))
end
keep(own, ARGV[2], tonumber(ARGV[3]))
if ARGV[4] ~= '' then keep('sealed:' .. ARGV[4], '', tonumber(ARGV[5])) end
local others = {}
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  local ends, value = string.match(entries[i + 1], '^(%d+):(.*)$')
  if not ends or tonumber(ends) <= now then
    redis.call('HDEL', KEYS[1], entries[i])
  elseif entries[i] ~= own then
    others[#others + 1] = entries[i] .. '=' .. value
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return others
";

impl RedisFlows {
    /// Stores a process's ring for [`ANNOUNCED_FOR`], and returns those of the others.
    pub(crate) async fn announce_ring(
        &self,
        process: &str,
        ring: &RingMark,
        seals: bool,
    ) -> Result<SharedRings, Unavailable> {
        let key = self.rings_key();
        let sealing = seals.then(|| ring.sealing.to_string());
        let mut command = redis::cmd("EVAL");
        command.arg(ANNOUNCE).arg(1).arg(&key);
        command
            .arg(process)
            .arg(ring.to_string())
            .arg(milliseconds(ANNOUNCED_FOR))
            .arg(sealing.unwrap_or_default())
            .arg(milliseconds(NEEDED_FOR));
        // An announcement is idempotent.
        let others: Vec<String> = self.read(&key, &command).await?;
        let mut shared = SharedRings::default();
        for entry in &others {
            let (field, value) = entry.split_once('=').unwrap_or((entry, ""));
            if field.starts_with("process:") {
                shared.others.extend(value.parse::<RingMark>());
            } else if let Some(mark) = field.strip_prefix("sealed:") {
                shared.needed.extend(mark.parse::<KeyMark>());
            }
        }
        Ok(shared)
    }

    /// Removes a process's ring.
    pub(crate) async fn withdraw_ring(&self, process: &str) -> Result<(), Unavailable> {
        let key = self.rings_key();
        let mut command = redis::cmd("HDEL");
        command.arg(&key).arg(format!("process:{process}"));
        let _: i64 = self.read(&key, &command).await?;
        Ok(())
    }

    fn rings_key(&self) -> String {
        format!("{}:rings", self.prefix)
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
