//! A map whose entries expire.

use std::collections::HashMap;
use std::hash::Hash;

use chrono::{DateTime, TimeDelta, Utc};
use payments_core::ports::Unavailable;

/// Seconds between two sweeps.
const SWEEP_SECONDS: i64 = 10;

/// The maximum number of entries: a few hundred megabytes at worst, and far more than one process needs.
const CAPACITY: usize = 1_000_000;

/// A map whose entries expire. An expired entry counts as absent, and is removed by a later write.
#[derive(Debug)]
pub(super) struct Expiring<K, V> {
    entries: HashMap<K, (V, DateTime<Utc>)>,
    next_sweep: DateTime<Utc>,
}

impl<K, V> Default for Expiring<K, V> {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
            next_sweep: DateTime::UNIX_EPOCH,
        }
    }
}

impl<K: Eq + Hash, V> Expiring<K, V> {
    pub(super) fn get(&self, key: &K, now: DateTime<Utc>) -> Option<&V> {
        let entry = self.entries.get(key).filter(|(_, end)| *end > now);
        entry.map(|(value, _)| value)
    }

    pub(super) fn insert(
        &mut self,
        key: K,
        value: V,
        end: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        if now >= self.next_sweep {
            self.sweep(now);
        }
        if self.entries.len() >= CAPACITY && !self.entries.contains_key(&key) {
            return Err(Unavailable::new("flow store", "too many entries"));
        }
        self.entries.insert(key, (value, end));
        Ok(())
    }

    pub(super) fn remove(&mut self, key: &K, now: DateTime<Utc>) -> Option<V> {
        self.entries
            .remove(key)
            .filter(|(_, end)| *end > now)
            .map(|(value, _)| value)
    }

    pub(super) fn discard(&mut self, key: &K) {
        self.entries.remove(key);
    }

    pub(super) fn sweep(&mut self, now: DateTime<Utc>) {
        self.entries.retain(|_, (_, end)| *end > now);
        self.next_sweep = now + TimeDelta::seconds(SWEEP_SECONDS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expired_entry_is_absent_and_removed() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let mut map = Expiring::default();
        map.insert("short", 1, now + TimeDelta::seconds(5), now)
            .expect("room");
        map.insert("long", 2, now + TimeDelta::seconds(60), now)
            .expect("room");
        let later = now + TimeDelta::seconds(5);
        assert_eq!(map.get(&"short", later), None);
        assert_eq!(map.get(&"long", later), Some(&2));
        let much_later = now + TimeDelta::seconds(30);
        map.insert("new", 3, now + TimeDelta::seconds(60), much_later)
            .expect("room");
        assert_eq!(map.entries.len(), 2);
    }
}
