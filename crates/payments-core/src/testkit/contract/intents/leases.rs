//! Leases: only one of several reconcilers gets an intent.

use chrono::TimeDelta;
use futures_util::future::join_all;

use crate::flow::IntentId;
use crate::ports::Intents;

use super::super::{CROWD, Fixture, intent, terms};
use super::{MANY, recorded};

pub(super) async fn open_intents_are_leased_to_one(intents: &dyn Intents, fixture: &Fixture) {
    let now = fixture.now + TimeDelta::seconds(100);
    let until = now + TimeDelta::seconds(60);
    let ids = [
        recorded(intents, 11, fixture).await,
        recorded(intents, 12, fixture).await,
    ];
    let early = intents
        .lease_open(fixture.now, &terms(MANY, now))
        .await
        .expect("a lease");
    assert!(early.is_empty(), "nothing was recorded before now");

    let at_once = terms(MANY, now);
    let calls = (0..CROWD).map(|_| intents.lease_open(now, &at_once));
    let leased: Vec<_> = join_all(calls)
        .await
        .into_iter()
        .flat_map(Result::unwrap_or_default)
        .collect();
    let mut leased_ids: Vec<IntentId> = leased.iter().map(|one| one.intent.id.clone()).collect();
    leased_ids.sort();
    assert_eq!(
        leased_ids, ids,
        "each open intent is leased to one, closed ones to none"
    );
    assert!(
        leased
            .iter()
            .all(|one| one.looks == 0 && one.called_with.key().is_some())
    );
    assert!(
        leased
            .iter()
            .all(|one| one.intent == intent(&one.intent.id, fixture) && one.recorded_at < now),
        "it is what was recorded"
    );

    let later = until + TimeDelta::seconds(1);
    let not_before = later + TimeDelta::seconds(100);
    intents.looked(&ids[0], not_before).await.expect("a look");
    let again = intents
        .lease_open(later, &terms(MANY, later))
        .await
        .expect("a lease");
    assert_eq!(
        again.len(),
        1,
        "after a lease comes another; an intent that was checked waits"
    );
    assert_eq!(again[0].intent.id, ids[1]);
    intents
        .refuse(&ids[1], None, later)
        .await
        .expect("a refusal");
    let due = not_before + TimeDelta::seconds(1);
    let waited = intents
        .lease_open(due, &terms(MANY, due))
        .await
        .expect("a lease");
    assert_eq!(waited.len(), 1);
    assert_eq!(
        (&waited[0].intent.id, waited[0].looks),
        (&ids[0], 1),
        "the look was counted"
    );
    intents.refuse(&ids[0], None, due).await.expect("a refusal");
}
