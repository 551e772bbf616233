//! Flow states and held cards in the memory of one process.

mod expiring;

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::card::SealedCard;
use payments_core::card_storage::FlowState;
use payments_core::flow::{FlowKey, HeldCardKey};
use payments_core::ports::{FlowStore, HeldCards, SaveFlowError, Unavailable, Version};

use expiring::Expiring;

/// Flow states and held cards in memory.
#[derive(Debug, Default)]
pub struct MemoryFlows {
    flows: Mutex<Flows>,
    held_cards: Mutex<Expiring<HeldCardKey, Held>>,
}

#[derive(Debug, Default)]
struct Flows {
    entries: Expiring<FlowKey, (Vec<u8>, Version)>,
    /// Counts the saves of all flows, so that an old version never matches a new entry.
    saves: u64,
}

/// A sealed card, with a redacted `Debug`.
struct Held(SealedCard);

impl std::fmt::Debug for Held {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Held(…)")
    }
}

impl MemoryFlows {
    /// A store without any flows.
    pub fn new() -> Self {
        Self::default()
    }

    /// Removes expired entries. Writes do so periodically; call it in case there are none.
    pub fn sweep(&self, now: DateTime<Utc>) {
        lock(&self.flows).entries.sweep(now);
        lock(&self.held_cards).sweep(now);
    }
}

/// A poisoned lock is safe to use: a panic leaves no entry half written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl FlowStore for MemoryFlows {
    async fn load(
        &self,
        key: &FlowKey,
        now: DateTime<Utc>,
    ) -> Result<Option<(FlowState, Version)>, Unavailable> {
        let flows = lock(&self.flows);
        let entry = flows.entries.get(key, now);
        Ok(entry.map(|(bytes, version)| {
            let state = FlowState::from_bytes(bytes).unwrap_or(FlowState::Empty);
            (state, *version)
        }))
    }

    async fn reload(
        &self,
        key: &FlowKey,
        now: DateTime<Utc>,
    ) -> Result<Option<(FlowState, Version)>, Unavailable> {
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
        let mut flows = lock(&self.flows);
        if flows.entries.get(key, now).map(|(_, version)| *version) != expected {
            return Err(SaveFlowError::Stale);
        }
        let version = Version(flows.saves + 1);
        flows
            .entries
            .insert(key.clone(), (state.to_bytes(), version), deadline, now)?;
        flows.saves = version.0;
        Ok(version)
    }
}

#[async_trait]
impl HeldCards for MemoryFlows {
    async fn put(
        &self,
        key: &HeldCardKey,
        card: &SealedCard,
        deadline: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        lock(&self.held_cards).insert(key.clone(), Held(card.clone()), deadline, now)
    }

    async fn take(
        &self,
        key: &HeldCardKey,
        now: DateTime<Utc>,
    ) -> Result<Option<SealedCard>, Unavailable> {
        Ok(lock(&self.held_cards)
            .remove(key, now)
            .map(|Held(card)| card))
    }

    async fn discard(&self, key: &HeldCardKey) -> Result<(), Unavailable> {
        lock(&self.held_cards).discard(key);
        Ok(())
    }
}
