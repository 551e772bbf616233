//! A store of held cards in memory.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::card::SealedCard;
use crate::flow::HeldCardKey;
use crate::ports::{HeldCards, Unavailable};

use super::{FaultInjection, lock};

/// A store of held cards in memory.
#[derive(Default)]
pub struct FakeHeldCards {
    faults: FaultInjection,
    entries: Mutex<Entries>,
}

type Entries = HashMap<HeldCardKey, (SealedCard, DateTime<Utc>)>;

/// A backup of a store.
#[derive(Clone)]
pub struct HeldCardsBackup(Entries);

impl FakeHeldCards {
    /// An empty store.
    pub fn new(faults: FaultInjection) -> Self {
        Self {
            faults,
            entries: Mutex::default(),
        }
    }

    /// The number of cards that are held at `now`.
    pub fn count(&self, now: DateTime<Utc>) -> usize {
        lock(&self.entries)
            .values()
            .filter(|(_, deadline)| *deadline > now)
            .count()
    }

    /// Copies the store's content.
    pub fn backup(&self) -> HeldCardsBackup {
        HeldCardsBackup(lock(&self.entries).clone())
    }

    /// Fails over to a stale replica.
    pub fn restore(&self, backup: HeldCardsBackup) {
        *lock(&self.entries) = backup.0;
    }

    /// Changes every sealed entry, as an attacker with access to the store could.
    pub fn tamper(&self, mut change: impl FnMut(&mut Vec<u8>)) {
        lock(&self.entries)
            .values_mut()
            .for_each(|(sealed, _)| change(&mut sealed.0));
    }

    /// Gives each entry the bytes of another one.
    pub fn swap_all(&self) {
        let mut entries = lock(&self.entries);
        let mut sealed: Vec<SealedCard> =
            entries.values().map(|(sealed, _)| sealed.clone()).collect();
        let places = sealed.len().min(1);
        sealed.rotate_left(places);
        for ((entry, _), other) in entries.values_mut().zip(sealed) {
            *entry = other;
        }
    }

    /// Deletes all entries, like a restart without persistence.
    pub fn lose_all(&self) {
        lock(&self.entries).clear();
    }
}

#[async_trait]
impl HeldCards for FakeHeldCards {
    async fn put(
        &self,
        key: &HeldCardKey,
        card: &SealedCard,
        deadline: DateTime<Utc>,
        _now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        let work = || {
            lock(&self.entries).insert(key.clone(), (card.clone(), deadline));
        };
        self.faults.call("held_cards.put", work).await
    }

    async fn take(
        &self,
        key: &HeldCardKey,
        now: DateTime<Utc>,
    ) -> Result<Option<SealedCard>, Unavailable> {
        let work = || {
            let (sealed, deadline) = lock(&self.entries).remove(key)?;
            (deadline > now).then_some(sealed)
        };
        self.faults.call("held_cards.take", work).await
    }

    async fn discard(&self, key: &HeldCardKey) -> Result<(), Unavailable> {
        let work = || {
            lock(&self.entries).remove(key);
        };
        self.faults.call("held_cards.discard", work).await
    }
}
