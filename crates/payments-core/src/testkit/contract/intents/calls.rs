//! The customer key of a call is stored with the intent, and does not change with the customer's cards.

use chrono::TimeDelta;

use crate::card::ProviderCustomerKey;
use crate::intent::{Intent, OpenIntent, RecordIntent};
use crate::ports::{Intents, SavedCards};
use crate::saved_card::NewSavedCard;
use crate::tokenization::CalledWith;

use super::super::{Fixture, card, identity, intent, intent_id, terms};
use super::{MANY, SUITE, drained, recorded, saved};

fn key(text: &str) -> ProviderCustomerKey {
    ProviderCustomerKey::parse(text).expect("a key")
}

/// Records an intent, and returns the customer key that it must be called with.
async fn called_with(intents: &dyn Intents, intent: &Intent) -> Option<ProviderCustomerKey> {
    match intents.record(intent).await.expect("a record") {
        RecordIntent::Recorded {
            provider_customer_key,
        } => provider_customer_key,
        RecordIntent::Exists | RecordIntent::CustomerErased | RecordIntent::AccountChanged => {
            panic!("a fresh id at the present account")
        }
    }
}

/// Leases the only open intent, and closes it.
async fn the_open_one(intents: &dyn Intents, fixture: &Fixture) -> OpenIntent {
    let now = fixture.now + TimeDelta::seconds(10_000);
    let mut leased = intents
        .lease_open(now, &terms(MANY, now))
        .await
        .expect("a lease");
    assert_eq!(leased.len(), 1);
    let open = leased.remove(0);
    intents
        .refuse(&open.intent.id, None, now)
        .await
        .expect("a refusal");
    open
}

pub(super) async fn an_intent_is_recorded_with_the_key_of_its_own_customer_and_place(
    intents: &dyn Intents,
    fixture: &Fixture,
) {
    let id = recorded(intents, 20, fixture).await;
    let new = NewSavedCard {
        provider_customer_key: Some(key("user-20")),
        ..card(fixture, 20, "token-20")
    };
    saved(intents, &id, &new).await;
    for (number, customer, pos, expected) in [
        (21, fixture.customer, fixture.pos, Some(key("user-20"))),
        (22, fixture.other_customer, fixture.pos, None),
        (23, fixture.customer, fixture.other_pos, None),
    ] {
        let one = Intent {
            customer,
            pos,
            ..intent(&intent_id(SUITE, number), fixture)
        };
        assert_eq!(called_with(intents, &one).await, expected, "{number}");
        let open = the_open_one(intents, fixture).await;
        assert_eq!(open.intent.card, Some(identity(1)), "the card is kept");
        let expected = expected.map_or(CalledWith::NoKey, CalledWith::Key);
        assert_eq!(open.called_with, expected, "{number}");
        assert_eq!(open.later_customer_key, None);
    }
}

pub(super) async fn an_intent_keeps_its_key_when_the_card_is_removed(
    intents: &dyn Intents,
    cards: &dyn SavedCards,
    fixture: &Fixture,
) {
    for row in cards.list(fixture.customer).await.expect("a list") {
        let removed = cards.remove(fixture.customer, row.pk, fixture.now, fixture.now, None);
        removed.await.expect("a removal");
    }
    let id = recorded(intents, 24, fixture).await;
    let new = NewSavedCard {
        provider_customer_key: Some(key("user-24")),
        ..card(fixture, 24, "token-24")
    };
    let pk = saved(intents, &id, &new).await;
    recorded(intents, 25, fixture).await;
    let removed = cards.remove(fixture.customer, pk, fixture.now, fixture.now, None);
    assert!(removed.await.expect("a removal").is_some());
    let open = the_open_one(intents, fixture).await;
    assert_eq!(open.called_with, CalledWith::Key(key("user-24")));
    assert_eq!(open.later_customer_key, None, "there is no card any more");
    drained(intents, fixture).await;
}

pub(super) async fn a_key_that_came_later_is_told_from_the_one_of_the_call(
    intents: &dyn Intents,
    cards: &dyn SavedCards,
    fixture: &Fixture,
) {
    recorded(intents, 26, fixture).await;
    let id = recorded(intents, 27, fixture).await;
    let new = NewSavedCard {
        provider_customer_key: Some(key("user-27")),
        ..card(fixture, 27, "token-27")
    };
    let pk = saved(intents, &id, &new).await;
    let open = the_open_one(intents, fixture).await;
    assert_eq!(open.called_with, CalledWith::NoKey);
    assert_eq!(open.later_customer_key, Some(key("user-27")));
    let removed = cards.remove(fixture.customer, pk, fixture.now, fixture.now, None);
    removed.await.expect("a removal");
    drained(intents, fixture).await;
}
