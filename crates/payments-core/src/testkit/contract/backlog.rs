//! Obligations of the reconciler's backlog: the order of the entries, and their back-off.

use chrono::{DateTime, TimeDelta, Utc};

use crate::flow::IntentId;
use crate::intent::{EntryId, Intent, Setback};
use crate::ports::Intents;

use super::{Fixture, intent, intent_id, terms, token};

const SUITE: u8 = 0xc6;
const MANY: u32 = 1_000;

/// Entries are ordered fairly, back off, and are counted. The database must belong to the suite alone.
pub async fn backlog(intents: &dyn Intents, fixture: &Fixture) {
    let fixture = &fixture.at_present(intents).await;
    intents_are_leased_fairly_and_back_off(intents, fixture).await;
    deletions_are_leased_fairly_and_back_off(intents, fixture).await;
}

/// Records the intent with this number; 7 and up are at the other point of sale.
async fn recorded(intents: &dyn Intents, number: u8, fixture: &Fixture) -> IntentId {
    let pos = if number < 7 {
        fixture.pos
    } else {
        fixture.other_pos
    };
    let one = Intent {
        pos,
        ..intent(&intent_id(SUITE, number), fixture)
    };
    intents.record(&one).await.expect("a record");
    one.id
}

async fn leased(intents: &dyn Intents, limit: u32, now: DateTime<Utc>) -> Vec<IntentId> {
    let leased = intents.lease_open(now, &terms(limit, now)).await;
    let leased = leased.expect("a lease").into_iter();
    leased.map(|one| one.intent.id).collect()
}

async fn intents_are_leased_fairly_and_back_off(intents: &dyn Intents, fixture: &Fixture) {
    let mut ids = Vec::new();
    for number in 1..=7 {
        ids.push(recorded(intents, number, fixture).await);
    }
    let [one, two, three, four, five, six, elsewhere] = &ids[..] else {
        panic!("seven intents");
    };
    let backlog = intents.backlog().await.expect("a backlog");
    assert_eq!((backlog.intents, backlog.deletions), (7, 0));
    assert!(backlog.oldest_intent_seconds.is_some_and(|age| age < 600));
    assert_eq!(backlog.oldest_deletion_seconds, None);
    assert_eq!(intents.stuck(MANY).await.expect("a list"), []);

    let start = fixture.now + TimeDelta::seconds(1_000);
    let at = |seconds| start + TimeDelta::seconds(seconds);
    assert_eq!(
        leased(intents, 4, start).await,
        [one, elsewhere, two, three].map(Clone::clone),
        "the points of sale alternate, the oldest of each first"
    );
    let setback = Setback::GatewayNotEnabled;
    intents.intent_stuck(one, setback).await.expect("a note");
    assert_eq!(
        leased(intents, 3, at(61)).await,
        [four, one, elsewhere].map(Clone::clone),
        "tried and untried entries alternate"
    );
    let mut rest = leased(intents, MANY, at(122)).await;
    rest.sort();
    assert_eq!(
        rest,
        [two, three, four, five, six].map(Clone::clone),
        "a second try has twice the lease"
    );

    let stuck = intents.stuck(MANY).await.expect("a list");
    assert_eq!(stuck.len(), 7);
    let entry = stuck
        .iter()
        .find(|entry| entry.id == EntryId::Intent(one.0.clone()))
        .expect("the entry");
    assert_eq!((entry.attempts, entry.setback), (2, Some(setback)));
    assert_eq!(
        (entry.pos, &entry.account),
        (fixture.pos, &super::account("main"))
    );
    assert_eq!(entry.next_try, Some(at(61 + 120)));
    assert_eq!(intents.stuck(2).await.expect("a list").len(), 2);

    intents.looked(one, at(200)).await.expect("a look");
    let stuck = intents.stuck(MANY).await.expect("a list");
    assert_eq!(stuck.len(), 6, "a usable answer is not a setback");
    for id in &ids[1..] {
        intents.refuse(id, None, start).await.expect("a refusal");
    }
    for wait in [60, 120, 240, 480, 600, 600] {
        let now = at(200);
        let fixture = Fixture { now, ..*fixture };
        lease_the_only_open_intent(intents, &fixture, one, wait).await;
    }
    intents.refuse(one, None, start).await.expect("a refusal");
    let backlog = intents.backlog().await.expect("a backlog");
    assert_eq!((backlog.intents, backlog.oldest_intent_seconds), (0, None));
    assert_eq!(intents.stuck(MANY).await.expect("a list"), []);
}

/// Leases the only open intent as soon as it is due. It must be due again after `wait` seconds.
async fn lease_the_only_open_intent(
    intents: &dyn Intents,
    fixture: &Fixture,
    id: &IntentId,
    wait: i64,
) {
    let next_try = intents.stuck(1).await.expect("a list");
    let due = next_try.first().and_then(|entry| entry.next_try);
    let due = due.unwrap_or(fixture.now);
    let early = due - TimeDelta::seconds(1);
    assert_eq!(leased(intents, MANY, early).await, []);
    assert_eq!(leased(intents, MANY, due).await, core::slice::from_ref(id));
    let entry = &intents.stuck(1).await.expect("a list")[0];
    assert_eq!(entry.next_try, Some(due + TimeDelta::seconds(wait)));
}

async fn queued(intents: &dyn Intents, number: u8, tokens: &[&str], fixture: &Fixture) {
    let id = recorded(intents, number, fixture).await;
    let found = tokens.iter().map(|text| (token(text), None)).collect();
    intents
        .reconcile(&id, found, fixture.now)
        .await
        .expect("a reconciliation");
}

/// Leases tokens, and returns them with their keys in the queue.
async fn taken(intents: &dyn Intents, limit: u32, now: DateTime<Utc>) -> Vec<(i64, String)> {
    let leased = intents.lease_deletions(&terms(limit, now)).await;
    let leased = leased.expect("a lease").into_iter();
    leased
        .map(|one| (one.id, one.token.as_str().to_owned()))
        .collect()
}

fn names(taken: &[(i64, String)]) -> Vec<&str> {
    taken.iter().map(|(_, token)| token.as_str()).collect()
}

async fn deletions_are_leased_fairly_and_back_off(intents: &dyn Intents, fixture: &Fixture) {
    queued(intents, 0, &["a", "b", "c", "d"], fixture).await;
    queued(intents, 8, &["e"], fixture).await;
    let backlog = intents.backlog().await.expect("a backlog");
    assert_eq!(backlog.deletions, 5);
    assert!(backlog.oldest_deletion_seconds.is_some_and(|age| age < 600));
    let start = fixture.now + TimeDelta::seconds(1_000);
    let at = |seconds| start + TimeDelta::seconds(seconds);
    let first = taken(intents, 3, start).await;
    assert_eq!(names(&first), ["a", "e", "b"]);
    let setback = Setback::CredentialsMissing;
    intents
        .deletion_stuck(first[0].0, setback)
        .await
        .expect("a note");
    assert_eq!(names(&taken(intents, 3, at(61)).await), ["c", "a", "e"]);
    let mut rest = taken(intents, MANY, at(122)).await;
    rest.sort_by(|one, other| one.1.cmp(&other.1));
    assert_eq!(
        names(&rest),
        ["b", "c", "d"],
        "twice tried, twice the lease"
    );
    let stuck = intents.stuck(MANY).await.expect("a list");
    let entry = stuck
        .iter()
        .find(|entry| entry.id == EntryId::Deletion(first[0].0));
    let entry = entry.expect("the entry");
    assert_eq!((entry.attempts, entry.setback), (2, Some(setback)));
    for (id, _) in taken(intents, MANY, at(10_000)).await {
        intents.deletion_done(id).await.expect("a deletion done");
    }
    let backlog = intents.backlog().await.expect("a backlog");
    assert_eq!(
        (backlog.deletions, backlog.oldest_deletion_seconds),
        (0, None)
    );
}
