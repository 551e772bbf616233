//! The catalog as of a moment, and restoring it, against a store that keeps every version.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use payments_core::audit_chain::AuditEntry;
use payments_core::catalog::Policy;
use payments_core::history::{
    Changed, Evidence, Gap, GapReason, Objects, Outcome, Reach, Restoration, changes, differences,
};
use payments_core::import::{Document, Reading, Written};
use payments_core::record::{Effect, Key, Part, Record, Reference};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::strategies::any_when;

mod mistakes;
mod secrets;

const POLICY: Policy = Policy {
    literal_secrets: true,
    masterpass_hosts: Vec::new(),
};

fn instant(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000 + second, 0).unwrap()
}

fn record(part: Part, key: &str, object: &Value) -> Record {
    let key = Key::parse(part, key).unwrap();
    let read = Document::parse_object(part, key, object.to_string().as_bytes(), &POLICY);
    read.unwrap().change().upserts[0].clone()
}

fn bank(pk: i64, name: &str) -> Record {
    let object = json!({"name": name, "slug": format!("bank-{pk}")});
    record(Part::Banks, &pk.to_string(), &object)
}

fn pos(name: &str, config: &Value) -> Record {
    let object = json!({"name": name, "slug": "pos", "gateway": "iyzico", "config": config});
    record(Part::Pos, "1", &object)
}

/// A store with the versions that it had, and the log of its writes.
#[derive(Default)]
struct Store {
    objects: Objects,
    log: Vec<AuditEntry>,
    /// The objects before each record of the log.
    former: Vec<Objects>,
}

impl Store {
    fn put(&mut self, second: i64, record: &Record) {
        let place = (record.part(), record.key());
        let former = self.objects.clone();
        match self.objects.insert(place, record.clone()) {
            None => self.append(second, former, record, &Changed::Created(record)),
            Some(before) if before == *record => {}
            Some(before) => {
                let changed = Changed::Updated(Some(&before), record);
                self.append(second, former, record, &changed);
            }
        }
    }

    fn delete(&mut self, second: i64, part: Part, key: &str) {
        let former = self.objects.clone();
        let place = (part, Key::parse(part, key).unwrap());
        if let Some(before) = self.objects.remove(&place) {
            self.append(second, former, &before, &Changed::Deleted(Some(&before)));
        }
    }

    fn append(&mut self, second: i64, former: Objects, record: &Record, changed: &Changed<'_>) {
        self.former.push(former);
        self.log.push(AuditEntry {
            id: i64::try_from(self.log.len()).unwrap(),
            at: instant(second),
            kind: "management".to_owned(),
            outcome: changed.as_str().to_owned(),
            part: Some(record.part().as_str().to_owned()),
            object_key: Some(record.key().to_string()),
            changes: changes(record.part(), changed),
            ..AuditEntry::default()
        });
    }

    /// The evidence at a moment, without the first records of the log.
    fn evidence(&self, at: DateTime<Utc>, pruned: usize) -> Evidence {
        let log = &self.log[pruned..];
        let cut = log.iter().position(|entry| entry.at > at);
        let (earlier, later) = log.split_at(cut.unwrap_or(log.len()));
        let one_each = |entries: Vec<&AuditEntry>| {
            let place = |entry: &AuditEntry| (entry.part.clone(), entry.object_key.clone());
            let one_each: BTreeMap<_, _> =
                entries.into_iter().map(|one| (place(one), one)).collect();
            one_each.into_values().cloned().collect()
        };
        let since = match pruned {
            0 => self.log.iter().map(|entry| entry.at).min(),
            _ => self.log[..pruned].iter().map(|dropped| dropped.at).max(),
        };
        Evidence {
            present: self.objects.clone(),
            earlier: one_each(earlier.iter().collect()),
            later: one_each(later.iter().rev().collect()),
            reach: Reach {
                since,
                is_pruned: pruned > 0,
            },
        }
    }

    /// What there was: up to the first change that was made after the moment.
    fn truth(&self, at: DateTime<Utc>) -> &Objects {
        let cut = self.log.iter().position(|entry| entry.at > at);
        cut.map_or(&self.objects, |cut| &self.former[cut])
    }
}

/// Objects as an export has them.
fn exported(objects: &Objects) -> Vec<Value> {
    let written = objects
        .values()
        .map(|record| serde_json::to_value(Written(record)).unwrap());
    written.collect()
}

/// The objects after a restoration, as the store writes it.
fn restored(present: &Objects, restoration: &Restoration) -> Objects {
    let upserts = restoration.upserts();
    let reading = Reading::of_records(upserts, restoration.deletions.clone(), &POLICY);
    let document = reading.finish().unwrap();
    let change = document.change();
    let mut objects = present.clone();
    for Reference { part, key } in &change.deletions {
        assert!(objects.remove(&(*part, key.clone())).is_some());
    }
    let written = change.upserts.iter().cloned();
    objects.extend(written.map(|record| ((record.part(), record.key()), record)));
    objects
}

/// Any object of a few keys, with few values, so that writes often repeat one.
fn any_object() -> impl Strategy<Value = Record> {
    let name = || prop::sample::select(&["A", "B"][..]);
    let key = || 1_i64..3;
    let any_bank = (key(), name()).prop_map(|(pk, name)| bank(pk, name));
    let secret = prop::option::of(prop::sample::select(&["literal", "env:KEY"][..]));
    let any_pos = (name(), secret).prop_map(|(name, secret)| match secret {
        Some(secret) => pos(name, &json!({"api_key": secret})),
        None => pos(name, &json!({"locale": "tr"})),
    });
    let rates = prop::collection::btree_map(1_u8..4, 0_u8..3, 0..3);
    let any_card = (key(), rates).prop_map(|(pk, rates)| {
        let plan = |(count, rate): (&u8, &u8)| json!({"pk": count, "installment_count": count, "interest_rate": rate});
        let plans: Vec<Value> = rates.iter().map(plan).collect();
        let card = json!({"name": "C", "slug": format!("card-{pk}"), "card_payment_type": "credit",
            "bank": 1, "card_type": 1, "pos": 1, "bins": [format!("55286{pk}")], "installments": plans});
        record(Part::Cards, &pk.to_string(), &card)
    });
    let any_rule = (name(), any_when()).prop_map(|(name, when)| {
        let rule = json!({"name": name, "when": when, "then": {"exclude": true},
            "valid_from": "2026-11-21T21:00:00.000001Z"});
        record(Part::Rules, &format!("rule-{}", name.to_lowercase()), &rule)
    });
    prop_oneof![any_bank, any_pos, any_card, any_rule]
}

/// Writes: when, and whether the object is put or deleted. Clocks may go back.
fn any_writes() -> impl Strategy<Value = Vec<(i64, Record, bool)>> {
    let write = (-2_i64..6, any_object(), prop::bool::weighted(0.7));
    prop::collection::vec(write, 0..16).prop_map(|writes| {
        let mut now = 0;
        let moved = |(step, record, is_put)| {
            now += step;
            (now, record, is_put)
        };
        writes.into_iter().map(moved).collect()
    })
}

fn store_of(writes: &[(i64, Record, bool)]) -> Store {
    let mut store = Store::default();
    for (second, record, is_put) in writes {
        if *is_put {
            store.put(*second, record);
        } else {
            store.delete(*second, record.part(), &record.key().to_string());
        }
    }
    store
}

/// Moments just before and at every write.
fn moments(writes: &[(i64, Record, bool)]) -> BTreeSet<DateTime<Utc>> {
    let around = |(second, ..): &(i64, Record, bool)| [*second - 1, *second].map(instant);
    writes.iter().flat_map(around).collect()
}

/// Those of them that the log reaches.
fn reached(store: &Store, writes: &[(i64, Record, bool)]) -> Vec<DateTime<Utc>> {
    let since = store.log.iter().map(|entry| entry.at).min();
    let is_reached = |at: &DateTime<Utc>| since.is_some_and(|since| since <= *at);
    moments(writes).into_iter().filter(is_reached).collect()
}

fn begins_later() -> Vec<Gap> {
    vec![Gap {
        reference: None,
        reason: GapReason::NotReached,
    }]
}

proptest! {
    #[test]
    fn the_catalog_as_of_every_moment_is_the_one_that_was_there(writes in any_writes()) {
        let store = store_of(&writes);
        for at in reached(&store, &writes) {
            let then = store.evidence(at, 0).as_of(at, &POLICY);
            prop_assert_eq!(then.map(|then| exported(&then)), Ok(exported(store.truth(at))));
        }
    }

    #[test]
    fn a_restored_catalog_is_the_one_that_was_there(writes in any_writes()) {
        let store = store_of(&writes);
        for at in reached(&store, &writes) {
            let then = store.evidence(at, 0).as_of(at, &POLICY).unwrap();
            let restoration = Restoration::of(then, &store.objects);
            let after = restored(&store.objects, &restoration);
            prop_assert_eq!(exported(&after), exported(store.truth(at)));
            let creates = |(_, effect): &&(Record, Effect)| *effect == Effect::Creates;
            let created = restoration.objects.iter().filter(creates).count();
            prop_assert_eq!(created + store.objects.len() - restoration.deletions.len(), after.len());
        }
    }

    #[test]
    fn what_the_log_does_not_say_is_never_invented(
        unrecorded in prop::collection::vec(any_object(), 0..3),
        writes in any_writes(),
        pruned in 0_usize..16,
    ) {
        let mut store = store_of(&unrecorded.into_iter().map(|one| (0, one, true)).collect::<Vec<_>>());
        (store.log, store.former) = (Vec::new(), Vec::new());
        for (second, record, is_put) in &writes {
            if *is_put {
                store.put(*second, record);
            } else {
                store.delete(*second, record.part(), &record.key().to_string());
            }
        }
        let pruned = pruned.min(store.log.len());
        for at in moments(&writes) {
            let evidence = store.evidence(at, pruned);
            match evidence.as_of(at, &POLICY) {
                Ok(then) => prop_assert_eq!(exported(&then), exported(store.truth(at))),
                Err(gaps) => {
                    prop_assert!(evidence.reach.since.is_none_or(|since| at < since));
                    let is_pruned = evidence.reach.is_pruned;
                    let reason = if is_pruned { GapReason::Pruned } else { GapReason::NotReached };
                    prop_assert!(gaps.iter().all(|gap| gap.reason == reason));
                }
            }
        }
    }
}

#[test]
fn a_change_without_a_record_is_found() {
    let mut store = Store::default();
    store.put(0, &bank(1, "A"));
    store.put(0, &bank(2, "A"));
    let sneaked = bank(1, "sneaked in");
    store
        .objects
        .insert((Part::Banks, Key::Pk(1)), sneaked.clone());
    store.put(9, &bank(1, "B"));
    let gap = |pk| Gap {
        reference: Some(Reference {
            part: Part::Banks,
            key: Key::Pk(pk),
        }),
        reason: GapReason::Unrecorded,
    };
    let as_of = |store: &Store, second| {
        store
            .evidence(instant(second), 0)
            .as_of(instant(second), &POLICY)
    };
    assert_eq!(as_of(&store, 5), Err(vec![gap(1)]));
    assert!(as_of(&store, 9).is_ok());
    store.objects.remove(&(Part::Banks, Key::Pk(2)));
    assert_eq!(as_of(&store, 9), Err(vec![gap(2)]));
}

/// An object may have been deleted before, without a record.
#[test]
fn nothing_is_known_of_the_time_before_the_log_begins() {
    let mut store = Store::default();
    let as_of = |store: &Store, second| {
        store
            .evidence(instant(second), 0)
            .as_of(instant(second), &POLICY)
    };
    assert_eq!(as_of(&store, 9), Err(begins_later()));
    store.put(5, &bank(1, "A"));
    assert_eq!(as_of(&store, 4), Err(begins_later()));
    assert_eq!(as_of(&store, 5).unwrap().len(), 1);
    store
        .objects
        .insert((Part::Banks, Key::Pk(7)), bank(7, "old"));
    assert_eq!(as_of(&store, 4), Err(begins_later()));
    assert_eq!(as_of(&store, 5).unwrap().len(), 2);
}

/// As a newer release may have written it.
#[test]
fn a_record_that_cannot_be_read_is_not_taken_for_none() {
    let mut store = Store::default();
    store.put(0, &bank(1, "A"));
    store.put(1, &bank(2, "A"));
    store.put(5, &bank(2, "B"));
    store.log[2].outcome = "renamed".to_owned();
    let then = store.evidence(instant(1), 0).as_of(instant(1), &POLICY);
    assert_eq!(exported(&then.unwrap()), exported(store.truth(instant(1))));
    store.log[1].outcome = "renamed".to_owned();
    let gap = Gap {
        reference: Some(Reference {
            part: Part::Banks,
            key: Key::Pk(2),
        }),
        reason: GapReason::Unreadable,
    };
    let then = store.evidence(instant(1), 0).as_of(instant(1), &POLICY);
    assert_eq!(then, Err(vec![gap]));
}

#[test]
fn differences_name_what_was_created_changed_and_deleted() {
    let mut store = Store::default();
    store.put(0, &bank(1, "A"));
    store.put(0, &bank(2, "A"));
    let from = store.objects.clone();
    store.put(1, &bank(1, "B"));
    store.put(1, &bank(3, "C"));
    store.delete(1, Part::Banks, "2");
    let found: Vec<_> = differences(&from, &store.objects)
        .into_iter()
        .map(|one| {
            (
                one.reference.key.to_string(),
                one.outcome,
                one.changes.len(),
            )
        })
        .collect();
    let expected = [
        ("1", Outcome::Updated, 1),
        ("2", Outcome::Deleted, 5),
        ("3", Outcome::Created, 5),
    ];
    assert_eq!(
        found,
        expected.map(|(key, outcome, changes)| (key.to_owned(), outcome, changes))
    );
}
