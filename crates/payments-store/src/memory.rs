//! Flow state, held cards and quotas in this process: for one process alone, gone with it.

mod expiring;

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use payments_core::card::SealedCard;
use payments_core::card_storage::{FlowKey, FlowState};
use payments_core::ports::{
    FlowStore, HeldCardKey, HeldCards, Quota, QuotaAnswer, Quotas, SaveFlowError, Unavailable,
    Version,
};

use expiring::Expiring;

/// All three flow stores of one process.
#[derive(Debug, Default)]
pub struct MemoryFlows {
    flows: Mutex<Flows>,
    held_cards: Mutex<Expiring<HeldCardKey, Held>>,
    windows: Mutex<Expiring<String, u32>>,
}

#[derive(Debug, Default)]
struct Flows {
    entries: Expiring<FlowKey, (Vec<u8>, Version)>,
    /// Over all flows, so that an old version never fits a new entry.
    saves: u64,
}

/// A sealed card; nothing of it in `Debug`.
struct Held(SealedCard);

impl std::fmt::Debug for Held {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Held(…)")
    }
}

impl MemoryFlows {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets what is over. Every write does so now and then; call it from time to time for when nobody writes.
    pub fn sweep(&self, now: DateTime<Utc>) {
        lock(&self.flows).entries.sweep(now);
        lock(&self.held_cards).sweep(now);
        lock(&self.windows).sweep(now);
    }
}

/// A panic elsewhere leaves no entry half written.
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

#[async_trait]
impl Quotas for MemoryFlows {
    async fn take(
        &self,
        key: &str,
        quota: Quota,
        now: DateTime<Utc>,
    ) -> Result<QuotaAnswer, Unavailable> {
        let mut windows = lock(&self.windows);
        let (used, end) = match windows.get_with_end(key, now) {
            Some((used, end)) => (*used, end),
            None => (0, now + TimeDelta::seconds(i64::from(quota.window_seconds))),
        };
        if used >= quota.limit {
            return Ok(exhausted(end, now));
        }
        windows.insert(key.to_owned(), used + 1, end, now)?;
        Ok(QuotaAnswer::Granted)
    }

    async fn give_back(
        &self,
        key: &str,
        quota: Quota,
        taken_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        let mut windows = lock(&self.windows);
        let Some((used, end)) = windows
            .get_with_end(key, now)
            .map(|(used, end)| (*used, end))
        else {
            return Ok(());
        };
        let began = end - TimeDelta::seconds(i64::from(quota.window_seconds));
        if began <= taken_at {
            windows.insert(key.to_owned(), used.saturating_sub(1), end, now)?;
        }
        Ok(())
    }
}

fn exhausted(end: DateTime<Utc>, now: DateTime<Utc>) -> QuotaAnswer {
    let milliseconds = (end - now).num_milliseconds();
    let seconds = u32::try_from(milliseconds.saturating_add(999) / 1_000).unwrap_or_default();
    QuotaAnswer::Exhausted {
        retry_after_seconds: seconds.max(1),
    }
}
