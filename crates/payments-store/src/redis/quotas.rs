//! Quotas.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use deadpool_redis::redis;
use payments_core::ports::{Quota, QuotaAnswer, Quotas, Unavailable};

use super::RedisFlows;

/// Counts a use in the window (`end:uses`, instants in milliseconds), or gives the milliseconds until its end.
const COUNT: &str = "
local limit, now, ends = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local used = 0
local window = redis.call('GET', KEYS[1])
if window then
  local stored_end, stored_used = string.match(window, '^(%d+):(%d+)$')
  if stored_end and tonumber(stored_end) > now then
    ends, used = tonumber(stored_end), tonumber(stored_used)
  end
end
if used >= limit then return ends - now end
redis.call('SET', KEYS[1], string.format('%.0f:%.0f', ends, used + 1), 'PX', string.format('%.0f', ends - now))
return 0
";

/// Counts one use less, in a window that is not over and began before the use was counted. The window ends when it would
/// have ended.
const GIVE_BACK: &str = "
local now, latest_end = tonumber(ARGV[1]), tonumber(ARGV[2])
local window = redis.call('GET', KEYS[1])
if not window then return 0 end
local ends, used = string.match(window, '^(%d+):(%d+)$')
if not ends then return 0 end
ends, used = tonumber(ends), tonumber(used)
if ends <= now or ends > latest_end or used == 0 then return 0 end
redis.call('SET', KEYS[1], string.format('%.0f:%.0f', ends, used - 1), 'KEEPTTL')
return 1
";

impl RedisFlows {
    fn quota_key(&self, key: &str) -> String {
        format!("{}:quota:{{{key}}}", self.prefix)
    }
}

fn milliseconds(quota: Quota) -> i64 {
    i64::from(quota.window_seconds.max(1)) * 1_000
}

#[async_trait]
impl Quotas for RedisFlows {
    async fn take(
        &self,
        key: &str,
        quota: Quota,
        now: DateTime<Utc>,
    ) -> Result<QuotaAnswer, Unavailable> {
        let key = self.quota_key(key);
        let begins = now.timestamp_millis();
        let window = milliseconds(quota);
        let mut command = redis::cmd("EVAL");
        command.arg(COUNT).arg(1).arg(&key);
        command.arg(quota.limit).arg(begins).arg(begins + window);
        let milliseconds: i64 = self.write(&key, &command).await?;
        if milliseconds == 0 {
            return Ok(QuotaAnswer::Granted);
        }
        let seconds = u32::try_from(milliseconds.saturating_add(999) / 1_000).unwrap_or(1);
        Ok(QuotaAnswer::Exhausted {
            retry_after_seconds: seconds.max(1),
        })
    }

    async fn give_back(
        &self,
        key: &str,
        quota: Quota,
        taken_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        let key = self.quota_key(key);
        let latest_end = taken_at.timestamp_millis() + milliseconds(quota);
        let mut command = redis::cmd("EVAL");
        command.arg(GIVE_BACK).arg(1).arg(&key);
        command.arg(now.timestamp_millis()).arg(latest_end);
        let _: bool = self.write(&key, &command).await?;
        Ok(())
    }
}
