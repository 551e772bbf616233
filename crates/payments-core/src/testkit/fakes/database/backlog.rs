//! Open intents and queued deletions, and the order in which they are leased.

use alloc::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::flow::IntentId;
use crate::id::PosId;
use crate::intent::{Backlog, EntryId, LeaseTerms, OpenIntent, Setback, StuckEntry, TokenDeletion};

use super::{Tables, Weakness};

/// The number of tries of an entry, the last one, and its result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tries {
    pub(super) attempts: u32,
    tried_at: Option<DateTime<Utc>>,
    pub(super) leased_until: Option<DateTime<Utc>>,
    pub(super) setback: Option<Setback>,
}

impl Tries {
    /// The process that queued the entry makes the first try.
    pub(super) const fn first(now: DateTime<Utc>, leased_until: DateTime<Utc>) -> Self {
        Self {
            attempts: 1,
            tried_at: Some(now),
            leased_until: Some(leased_until),
            setback: None,
        }
    }

    /// A usable answer: not again before this instant, and the back-off restarts.
    pub(super) const fn answered(&mut self, not_before: DateTime<Utc>) {
        self.attempts = 0;
        self.leased_until = Some(not_before);
        self.setback = None;
    }

    fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.leased_until.is_none_or(|until| until <= now)
    }

    fn lease(&mut self, terms: &LeaseTerms, backs_off: bool) {
        let attempts = if backs_off { self.attempts } else { 0 };
        self.leased_until = Some(terms.lease_until(attempts));
        self.tried_at = Some(terms.now);
        self.attempts += 1;
    }
}

/// A due entry: its point of sale and whether it was tried, its position, and its key.
struct Due<K> {
    lane: Option<(PosId, bool)>,
    turn: DateTime<Utc>,
    key: K,
}

impl<K: Ord + Clone> Due<K> {
    fn of(pos: PosId, since: DateTime<Utc>, tries: &Tries, key: K) -> Self {
        Self {
            lane: Some((pos, tries.attempts > 0)),
            turn: tries.tried_at.unwrap_or(since),
            key,
        }
    }

    /// One lane for all, by age.
    fn unfair(since: DateTime<Utc>, key: K) -> Self {
        Self {
            lane: None,
            turn: since,
            key,
        }
    }

    /// Round-robin over the lanes: the first of each, the second of each, and so on.
    fn in_turns(mut due: Vec<Self>, limit: u32) -> Vec<K> {
        due.sort_by_key(|one| (one.turn, one.key.clone()));
        let mut places: BTreeMap<Option<(PosId, bool)>, usize> = BTreeMap::new();
        let mut queue: Vec<_> = due
            .into_iter()
            .map(|one| {
                let place = places.entry(one.lane).or_default();
                *place += 1;
                (*place, one.turn, one.key)
            })
            .collect();
        queue.sort();
        queue
            .into_iter()
            .take(limit as usize)
            .map(|(_, _, key)| key)
            .collect()
    }
}

fn age(since: DateTime<Utc>, now: DateTime<Utc>) -> u64 {
    u64::try_from((now - since).num_seconds()).unwrap_or_default()
}

impl Tables {
    pub(super) fn lease_open(
        &mut self,
        recorded_before: DateTime<Utc>,
        terms: &LeaseTerms,
    ) -> Vec<OpenIntent> {
        let is_fair = !self.has(Weakness::LeasesOldestFirst);
        let open = self.intents.values().filter(|row| row.outcome.is_none());
        let due = open
            .filter(|row| row.recorded_at < recorded_before && row.tries.is_due(terms.now))
            .map(|row| {
                let (pos, id) = (row.intent.pos, row.intent.id.clone());
                if is_fair {
                    Due::of(pos, row.recorded_at, &row.tries, id)
                } else {
                    Due::unfair(row.recorded_at, id)
                }
            });
        let ids: Vec<IntentId> = Due::in_turns(due.collect(), terms.limit);
        ids.iter()
            .filter_map(|id| {
                self.intents.get_mut(id)?.tries.lease(terms, is_fair);
                self.opened(id)
            })
            .collect()
    }

    pub(super) fn lease_deletions(&mut self, terms: &LeaseTerms) -> Vec<TokenDeletion> {
        let is_fair = !self.has(Weakness::LeasesOldestFirst);
        let due = self
            .deletions
            .iter()
            .filter(|row| row.tries.is_due(terms.now))
            .map(|row| {
                let (pos, id) = (row.deletion.pos, row.deletion.id);
                if is_fair {
                    Due::of(pos, row.queued_at, &row.tries, id)
                } else {
                    Due::unfair(row.queued_at, id)
                }
            });
        let ids = Due::in_turns(due.collect(), terms.limit);
        ids.into_iter()
            .filter_map(|id| {
                let row = self
                    .deletions
                    .iter_mut()
                    .find(|row| row.deletion.id == id)?;
                row.tries.lease(terms, is_fair);
                Some(row.deletion.clone())
            })
            .collect()
    }

    pub(super) fn backlog(&self, now: DateTime<Utc>) -> Backlog {
        let open = self.intents.values().filter(|row| row.outcome.is_none());
        let open: Vec<_> = open.map(|row| row.recorded_at).collect();
        let queued: Vec<_> = self.deletions.iter().map(|row| row.queued_at).collect();
        let oldest = |all: &[DateTime<Utc>]| all.iter().min().map(|since| age(*since, now));
        Backlog {
            intents: open.len() as u64,
            oldest_intent_seconds: oldest(&open),
            deletions: queued.len() as u64,
            oldest_deletion_seconds: oldest(&queued),
        }
    }

    pub(super) fn stuck(&self, limit: u32, now: DateTime<Utc>) -> Vec<StuckEntry> {
        let mut intents: Vec<_> = self.intents.values().collect();
        intents.retain(|row| row.outcome.is_none() && row.tries.attempts > 0);
        intents.sort_by_key(|row| row.recorded_at);
        let mut deletions: Vec<_> = self.deletions.iter().collect();
        deletions.retain(|row| row.tries.attempts > 0);
        deletions.sort_by_key(|row| row.queued_at);
        let entry = |id, pos, account, since, tries: &Tries| StuckEntry {
            id,
            pos,
            account,
            age_seconds: age(since, now),
            attempts: tries.attempts,
            next_try: tries.leased_until,
            setback: tries.setback,
        };
        let intents = intents.into_iter().take(limit as usize).map(|row| {
            let intent = &row.intent;
            let id = EntryId::Intent(intent.id.0.clone());
            entry(
                id,
                intent.pos,
                intent.account.clone(),
                row.recorded_at,
                &row.tries,
            )
        });
        let deletions = deletions.into_iter().take(limit as usize).map(|row| {
            let deletion = &row.deletion;
            let id = EntryId::Deletion(deletion.id);
            entry(
                id,
                deletion.pos,
                deletion.account.clone(),
                row.queued_at,
                &row.tries,
            )
        });
        intents.chain(deletions).collect()
    }
}
