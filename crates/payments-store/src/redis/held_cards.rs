//! Held cards in Redis.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use deadpool_redis::redis;
use payments_core::card::SealedCard;
use payments_core::flow::HeldCardKey;
use payments_core::ports::{HeldCards, Unavailable};

use super::{RedisFlows, before_deadline, milliseconds_left, with_deadline};

impl RedisFlows {
    fn held_key(&self, key: &HeldCardKey) -> String {
        format!("{}:{}", self.key("held", &key.flow), key.submission)
    }
}

#[async_trait]
impl HeldCards for RedisFlows {
    async fn put(
        &self,
        key: &HeldCardKey,
        card: &SealedCard,
        deadline: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        let left = milliseconds_left(deadline, now)
            .ok_or_else(|| Unavailable::new("flow store", "the deadline is over"))?;
        let key = self.held_key(key);
        let mut command = redis::cmd("SET");
        command
            .arg(&key)
            .arg(with_deadline(deadline, &card.0))
            .arg("PX")
            .arg(left);
        self.write(&key, &command).await
    }

    async fn take(
        &self,
        key: &HeldCardKey,
        now: DateTime<Utc>,
    ) -> Result<Option<SealedCard>, Unavailable> {
        let key = self.held_key(key);
        let entry: Option<Vec<u8>> = self.write(&key, redis::cmd("GETDEL").arg(&key)).await?;
        Ok(entry.and_then(|entry| Some(SealedCard(before_deadline(&entry, now)?.to_vec()))))
    }

    async fn discard(&self, key: &HeldCardKey) -> Result<(), Unavailable> {
        let key = self.held_key(key);
        // A deletion is idempotent.
        let _: i64 = self.read(&key, redis::cmd("DEL").arg(&key)).await?;
        Ok(())
    }
}
