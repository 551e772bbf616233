//! The announced keys of the processes that share this flow store.
//!
//! One hash has all of them, as `process:<name>`, `lasting:<name>` and `sealed:<key>`; each field's value begins with its expiry by
//! the server's clock.

use std::time::Duration;

use deadpool_redis::redis;
use payments_core::keys::{KEY_NEEDED_MINUTES, KeyMark, KeyMarks, LastingMark, RingMark};
use payments_core::ports::Unavailable;

use crate::shared_keys::{ANNOUNCED_FOR, SharedKeys};

use super::RedisFlows;

/// How long a key is needed after it last sealed a value.
const NEEDED_FOR: Duration = Duration::from_secs(KEY_NEEDED_MINUTES as u64 * 60);

/// Stores this process's keys, and whether the first one of its ring seals; returns the other processes' keys.
const ANNOUNCE: &str = "
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local own = 'process:' .. ARGV[1]
local lasting = 'lasting:' .. ARGV[1]
local function keep(field, value, milliseconds)
  redis.call('HSET', KEYS[1], field, string.format('%.0f:%s', now + milliseconds, value))
end
keep(own, ARGV[2], tonumber(ARGV[3]))
keep(lasting, ARGV[6], tonumber(ARGV[3]))
if ARGV[4] ~= '' then keep('sealed:' .. ARGV[4], '', tonumber(ARGV[5])) end
local others = {}
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  local ends, value = string.match(entries[i + 1], '^(%d+):(.*)$')
  if not ends or tonumber(ends) <= now then
    redis.call('HDEL', KEYS[1], entries[i])
  elseif entries[i] ~= own and entries[i] ~= lasting then
    others[#others + 1] = entries[i] .. '=' .. value
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return others
";

impl RedisFlows {
    /// Stores a process's keys for [`ANNOUNCED_FOR`], and returns those of the others.
    pub(crate) async fn announce_keys(
        &self,
        process: &str,
        keys: &KeyMarks,
        seals: bool,
    ) -> Result<SharedKeys, Unavailable> {
        let key = self.announcements_key();
        let sealing = seals.then(|| keys.ring.sealing.to_string());
        let mut command = redis::cmd("EVAL");
        command.arg(ANNOUNCE).arg(1).arg(&key);
        command
            .arg(process)
            .arg(keys.ring.to_string())
            .arg(milliseconds(ANNOUNCED_FOR))
            .arg(sealing.unwrap_or_default())
            .arg(milliseconds(NEEDED_FOR))
            .arg(keys.lasting.to_string());
        // An announcement is idempotent.
        let others: Vec<String> = self.read(&key, &command).await?;
        let mut shared = SharedKeys::default();
        for entry in &others {
            let (field, value) = entry.split_once('=').unwrap_or((entry, ""));
            if field.starts_with("process:") {
                shared.rings.extend(value.parse::<RingMark>());
            } else if field.starts_with("lasting:") {
                shared.lasting.extend(value.parse::<LastingMark>());
            } else if let Some(mark) = field.strip_prefix("sealed:") {
                shared.needed.extend(mark.parse::<KeyMark>());
            }
        }
        Ok(shared)
    }

    /// Removes a process's keys.
    pub(crate) async fn withdraw_keys(&self, process: &str) -> Result<(), Unavailable> {
        let key = self.announcements_key();
        let mut command = redis::cmd("HDEL");
        command.arg(&key);
        command.arg([format!("process:{process}"), format!("lasting:{process}")].as_slice());
        let _: i64 = self.read(&key, &command).await?;
        Ok(())
    }

    fn announcements_key(&self) -> String {
        // Earlier releases announce their rings there, too.
        format!("{}:rings", self.prefix)
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
