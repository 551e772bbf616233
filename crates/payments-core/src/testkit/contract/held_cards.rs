//! Obligations of stores of held cards.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;

use crate::card::SealedCard;
use crate::flow::{FlowKey, HeldCardKey};
use crate::ports::HeldCards;

use super::CROWD;

/// A card is taken once, is not mixed up with others, and expires at its deadline.
pub async fn held_cards(store: &dyn HeldCards, now: DateTime<Utc>) {
    a_card_is_taken_once(store, now).await;
    one_of_many_concurrent_takes_gets_the_card(store, now).await;
    a_card_is_never_mixed_up_with_another(store, now).await;
    a_discarded_card_is_gone(store, now).await;
    a_card_expires_at_its_deadline(store, now).await;
}

fn key(flow: &str, submission: u8) -> HeldCardKey {
    let flow = FlowKey(format!("contract-held-{flow}"));
    HeldCardKey {
        flow,
        submission: format!("{submission:032x}"),
    }
}

async fn put(store: &dyn HeldCards, key: &HeldCardKey, byte: u8, now: DateTime<Utc>) -> SealedCard {
    let sealed = SealedCard(vec![byte, 0, 255, byte]);
    let deadline = now + TimeDelta::seconds(60);
    store.put(key, &sealed, deadline, now).await.expect("a put");
    sealed
}

async fn a_card_is_taken_once(store: &dyn HeldCards, now: DateTime<Utc>) {
    let key = key("once", 1);
    let sealed = put(store, &key, 1, now).await;
    assert!(
        store.take(&key, now).await.expect("a take") == Some(sealed),
        "the card as it was put"
    );
    assert!(
        store.take(&key, now).await.expect("a take").is_none(),
        "nothing the second time"
    );
}

async fn one_of_many_concurrent_takes_gets_the_card(store: &dyn HeldCards, now: DateTime<Utc>) {
    let key = key("crowd", 1);
    put(store, &key, 2, now).await;
    let taken = join_all((0..CROWD).map(|_| store.take(&key, now))).await;
    let winners = taken
        .into_iter()
        .filter(|one| matches!(one, Ok(Some(_))))
        .count();
    assert_eq!(winners, 1, "exactly one of {CROWD} takes gets the card");
}

async fn a_card_is_never_mixed_up_with_another(store: &dyn HeldCards, now: DateTime<Utc>) {
    let (one, two, three) = (key("other", 1), key("other", 2), key("another", 1));
    let first = put(store, &one, 3, now).await;
    let third = put(store, &three, 4, now).await;
    assert!(
        store.take(&two, now).await.expect("a take").is_none(),
        "another submission"
    );
    assert!(store.take(&one, now).await.expect("a take") == Some(first));
    assert!(store.take(&three, now).await.expect("a take") == Some(third));
}

async fn a_discarded_card_is_gone(store: &dyn HeldCards, now: DateTime<Utc>) {
    let key = key("discarded", 1);
    put(store, &key, 5, now).await;
    store.discard(&key).await.expect("a discard");
    assert!(store.take(&key, now).await.expect("a take").is_none());
    store.discard(&key).await.expect("a discard of nothing");
}

async fn a_card_expires_at_its_deadline(store: &dyn HeldCards, now: DateTime<Utc>) {
    let key = key("over", 1);
    put(store, &key, 6, now - TimeDelta::seconds(61)).await;
    assert!(store.take(&key, now).await.expect("a take").is_none());
}
