//! What a system keeps in Redis.

use anyhow::{Context as _, Result};
use deadpool_redis::redis::aio::MultiplexedConnection;
use deadpool_redis::redis::{Client, cmd};
use payments_core::card_storage::FlowState;

use super::System;

/// The longest time that a card is held, in milliseconds.
const LONGEST_HELD: i64 = 300_000;

impl System {
    /// A connection to Redis.
    ///
    /// # Errors
    /// Redis is unavailable.
    pub async fn redis(&self) -> Result<MultiplexedConnection> {
        let client = Client::open(self.setting("flows.url")?)?;
        Ok(client.get_multiplexed_async_connection().await?)
    }

    /// The keys of this system that begin with these words.
    async fn keys(&self, redis: &mut MultiplexedConnection, begin: &str) -> Result<Vec<String>> {
        let prefix = self.setting("flows.key_prefix")?;
        let pattern = format!("{prefix}:{begin}*");
        Ok(cmd("KEYS").arg(pattern).query_async(redis).await?)
    }

    /// The held cards that no flow waits for.
    pub(super) async fn leftovers(&self) -> Result<Vec<String>> {
        let mut redis = self.redis().await?;
        let mut left = Vec::new();
        for key in self.keys(&mut redis, "held:").await? {
            let (of_flow, submission) = key.rsplit_once(':').context("a held card's key")?;
            let flow = of_flow.replacen(":held:", ":flow:", 1);
            let entry: Option<Vec<u8>> = cmd("GET").arg(flow).query_async(&mut redis).await?;
            let waits = entry.is_some_and(|entry| waits_for(&entry, submission));
            if !waits {
                left.push(format!("a held card without a flow: {key}"));
            }
        }
        Ok(left)
    }

    /// Makes the time pass after which every held card is gone. What would still be there stays.
    ///
    /// # Errors
    /// Redis is unavailable.
    pub async fn outlive_held_cards(&self) -> Result<()> {
        let mut redis = self.redis().await?;
        for key in self.keys(&mut redis, "held:").await? {
            let left: i64 = cmd("PTTL").arg(&key).query_async(&mut redis).await?;
            if (0..=LONGEST_HELD).contains(&left) {
                let _: i64 = cmd("DEL").arg(&key).query_async(&mut redis).await?;
            }
        }
        Ok(())
    }
}

/// Whether a stored flow waits for the code of a submission.
fn waits_for(entry: &[u8], submission: &str) -> bool {
    // The entry is `deadline:version:state`.
    let state = entry.splitn(3, |byte| *byte == b':').nth(2);
    let state = state.and_then(FlowState::from_bytes);
    let held = match state {
        Some(FlowState::CardHeld(state)) => Some(state.card),
        Some(FlowState::CodeSent(state)) => state.card,
        Some(
            FlowState::Empty
            | FlowState::Claimed(_)
            | FlowState::ActionPending(_)
            | FlowState::Saved(_)
            | FlowState::Failed(_)
            | FlowState::Void(_),
        )
        | None => None,
    };
    held.is_some_and(|held| held.submission.to_hex() == submission)
}
