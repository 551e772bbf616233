//! Leases: of several reconcilers one has an intent to itself.

use chrono::TimeDelta;
use futures_util::future::join_all;

use super::super::{CROWD, Ground, card, intent, intent_id, terms};
use super::{MANY, SUITE, recorded};
use crate::card_storage::IntentId;
use crate::ports::{Intent, Intents};

pub(super) async fn open_intents_are_leased_to_one(intents: &dyn Intents, ground: &Ground) {
    let now = ground.now + TimeDelta::seconds(100);
    let until = now + TimeDelta::seconds(60);
    let ids = [
        recorded(intents, 11, ground).await,
        recorded(intents, 12, ground).await,
    ];
    let early = intents
        .lease_open(ground.now, &terms(MANY, now))
        .await
        .expect("a lease");
    assert!(early.is_empty(), "nothing was recorded before now");

    let at_once = terms(MANY, now);
    let crowd = (0..CROWD).map(|_| intents.lease_open(now, &at_once));
    let leased: Vec<_> = join_all(crowd)
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
            .all(|one| one.looks == 0 && one.provider_customer_key.is_some())
    );
    assert!(
        leased
            .iter()
            .all(|one| one.intent == intent(&one.intent.id, ground) && one.recorded_at < now),
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
        "after a lease comes another one; an intent that was looked at waits"
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

/// The other point of sale has no card yet.
pub(super) async fn a_key_that_came_later_is_told_from_one_that_was_there(
    intents: &dyn Intents,
    ground: &Ground,
) {
    let elsewhere = Ground {
        pos: ground.other_pos,
        ..*ground
    };
    for (number, saved_at, had_customer_key) in [(13, 5_000, false), (15, -5_000, true)] {
        let saved_at = ground.now + TimeDelta::seconds(saved_at);
        let saved = recorded(intents, number, &elsewhere).await;
        let open = recorded(intents, number + 1, &elsewhere).await;
        intents
            .save_card(&saved, &card(&elsewhere, number, "token-13"), saved_at)
            .await
            .expect("a save");
        let now = ground.now + TimeDelta::seconds(10_000);
        let leased = intents
            .lease_open(now, &terms(MANY, now))
            .await
            .expect("a lease");
        assert_eq!(leased.len(), 1);
        assert!(leased[0].provider_customer_key.is_some());
        assert_eq!(leased[0].had_customer_key, had_customer_key, "{saved_at}");
        intents.refuse(&open, None, now).await.expect("a refusal");
    }
    let never = Intent {
        customer: ground.other_customer,
        ..intent(&intent_id(SUITE, 17), ground)
    };
    intents.record(&never).await.expect("a record");
    let now = ground.now + TimeDelta::seconds(10_000);
    let leased = intents
        .lease_open(now, &terms(MANY, now))
        .await
        .expect("a lease");
    assert_eq!(leased.len(), 1);
    assert_eq!(leased[0].provider_customer_key, None);
    intents
        .refuse(&never.id, None, now)
        .await
        .expect("a refusal");
}
