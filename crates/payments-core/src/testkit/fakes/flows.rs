//! A flow store in memory.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::card_storage::FlowState;
use crate::flow::FlowKey;
use crate::ports::{FlowStore, SaveFlowError, Unavailable, Version};

use super::{FaultInjection, lock};

/// A flow store in memory.
///
/// The service's own in-memory store is another type: it bounds its memory and removes expired entries, whereas this one keeps
/// them, so that a test can dump it, back it up and restore it.
#[derive(Default)]
pub struct FakeFlows {
    faults: FaultInjection,
    entries: Mutex<Entries>,
}

type Entries = HashMap<FlowKey, Entry>;

#[derive(Clone)]
struct Entry {
    bytes: Vec<u8>,
    version: Version,
    deadline: DateTime<Utc>,
}

/// A backup of a store. Restoring it simulates a failover to a stale replica.
#[derive(Clone)]
pub struct FlowsBackup(Entries);

impl FakeFlows {
    /// An empty store.
    pub fn new(faults: FaultInjection) -> Self {
        Self {
            faults,
            entries: Mutex::default(),
        }
    }

    /// Copies the store's content.
    pub fn backup(&self) -> FlowsBackup {
        FlowsBackup(lock(&self.entries).clone())
    }

    /// Fails over to a stale replica.
    pub fn restore(&self, backup: FlowsBackup) {
        *lock(&self.entries) = backup.0;
    }

    /// Everything in the store as text, for tests that look for secrets.
    pub fn dump(&self) -> String {
        let entries = lock(&self.entries);
        let text = |(key, entry): (&FlowKey, &Entry)| {
            format!("{} {}\n", key.0, String::from_utf8_lossy(&entry.bytes))
        };
        entries.iter().map(text).collect()
    }
}

fn read(entry: &Entry) -> FlowState {
    FlowState::from_bytes(&entry.bytes).unwrap_or(FlowState::Empty)
}

impl FakeFlows {
    fn live(&self, key: &FlowKey, now: DateTime<Utc>) -> Option<(FlowState, Version)> {
        let entries = lock(&self.entries);
        let entry = entries.get(key).filter(|entry| entry.deadline > now)?;
        Some((read(entry), entry.version))
    }
}

#[async_trait]
impl FlowStore for FakeFlows {
    async fn load(
        &self,
        key: &FlowKey,
        now: DateTime<Utc>,
    ) -> Result<Option<(FlowState, Version)>, Unavailable> {
        let work = || self.live(key, now);
        self.faults.call("flows.load", work).await
    }

    async fn reload(
        &self,
        key: &FlowKey,
        now: DateTime<Utc>,
    ) -> Result<Option<(FlowState, Version)>, Unavailable> {
        let work = || self.live(key, now);
        self.faults.call("flows.reload", work).await
    }

    async fn save(
        &self,
        key: &FlowKey,
        expected: Option<Version>,
        state: &FlowState,
        deadline: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Version, SaveFlowError> {
        let work = || {
            let mut entries = lock(&self.entries);
            let live = entries.get(key).filter(|entry| entry.deadline > now);
            if live.map(|entry| entry.version) != expected {
                return Err(SaveFlowError::Stale);
            }
            // Versions continue after an entry expires: an old version must not match a new entry.
            let version = Version(entries.get(key).map_or(0, |entry| entry.version.0) + 1);
            entries.insert(
                key.clone(),
                Entry {
                    bytes: state.to_bytes(),
                    version,
                    deadline,
                },
            );
            Ok(version)
        };
        self.faults.call("flows.save", work).await?
    }
}
