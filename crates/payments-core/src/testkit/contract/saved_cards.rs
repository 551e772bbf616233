//! Obligations of the store of saved cards.

use chrono::TimeDelta;

use crate::card::CardName;
use crate::catalog::LeadingDigits;
use crate::id::SavedCardId;
use crate::intent::IntentOutcome;
use crate::ports::{Intents, SavedCards};
use crate::saved_card::NewSavedCard;

use super::{Fixture, card, intent, intent_id, terms};

const SUITE: u8 = 0xc3;

/// Every call concerns the customer's own cards. The database must belong to the suite alone.
pub async fn saved_cards(cards: &dyn SavedCards, intents: &dyn Intents, fixture: &Fixture) {
    let fixture = &fixture.at_present(intents).await;
    let first = saved(intents, 1, fixture).await;
    let later = Fixture {
        now: fixture.now + TimeDelta::seconds(5),
        ..*fixture
    };
    let second = saved(intents, 2, &later).await;
    own_cards_are_listed_newest_first(cards, fixture, &[second, first]).await;
    only_own_cards_are_found_with_their_digits(cards, fixture, [first, second]).await;
    only_own_cards_are_renamed(cards, fixture, first).await;
    only_own_cards_are_removed(cards, intents, fixture, first).await;
    own_cards_are_listed_newest_first(cards, fixture, &[second]).await;
}

async fn saved(intents: &dyn Intents, number: u8, fixture: &Fixture) -> SavedCardId {
    let id = intent_id(SUITE, number);
    intents
        .record(&intent(&id, fixture))
        .await
        .expect("a record");
    let new = NewSavedCard {
        leading_digits: digits(number),
        ..card(fixture, number, &format!("token-{SUITE}-{number}"))
    };
    match intents
        .save_card(&id, &new, fixture.now)
        .await
        .expect("a save")
    {
        Some(IntentOutcome::Saved(pk)) => pk,
        outcome @ (Some(IntentOutcome::Refused { .. } | IntentOutcome::Reconciled) | None) => {
            panic!("saved, not {outcome:?}")
        }
    }
}

/// Those of a long number, and those of a short one.
fn digits(number: u8) -> LeadingDigits {
    let text = if number == 1 { "55287900" } else { "552879" };
    LeadingDigits::parse(text).expect("digits")
}

async fn only_own_cards_are_found_with_their_digits(
    cards: &dyn SavedCards,
    fixture: &Fixture,
    pks: [SavedCardId; 2],
) {
    for (number, pk) in (1..).zip(pks) {
        let found = cards.find(fixture.customer, pk).await.expect("an answer");
        let found = found.expect("the card");
        assert_eq!((found.pk, found.leading_digits), (pk, digits(number)));
        let listed = cards.list(fixture.customer).await.expect("a list");
        assert!(listed.contains(&found), "as it is listed");
        let strange = cards.find(fixture.other_customer, pk).await;
        assert_eq!(strange.expect("an answer"), None, "another customer's card");
    }
    let absent = SavedCardId::new(i64::MAX).expect("a key");
    let found = cards.find(fixture.customer, absent).await;
    assert_eq!(found.expect("an answer"), None);
}

async fn own_cards_are_listed_newest_first(
    cards: &dyn SavedCards,
    fixture: &Fixture,
    expected: &[SavedCardId],
) {
    let listed = cards.list(fixture.customer).await.expect("a list");
    let pks: Vec<SavedCardId> = listed.iter().map(|card| card.pk).collect();
    assert_eq!(pks, expected);
    assert!(
        cards
            .list(fixture.other_customer)
            .await
            .expect("a list")
            .is_empty()
    );
}

async fn only_own_cards_are_renamed(cards: &dyn SavedCards, fixture: &Fixture, pk: SavedCardId) {
    let name = CardName::parse("Tatil").ok();
    let strange = cards.rename(fixture.other_customer, pk, name.clone()).await;
    assert!(
        strange.expect("an answer").is_none(),
        "another customer's card is not found"
    );
    let renamed = cards
        .rename(fixture.customer, pk, name.clone())
        .await
        .expect("an answer");
    assert_eq!(renamed.expect("the card").name, name);
    let unnamed = cards
        .rename(fixture.customer, pk, None)
        .await
        .expect("an answer");
    assert_eq!(unnamed.expect("the card").name, None);
}

async fn only_own_cards_are_removed(
    cards: &dyn SavedCards,
    intents: &dyn Intents,
    fixture: &Fixture,
    pk: SavedCardId,
) {
    let (now, until) = (fixture.now, fixture.now + TimeDelta::seconds(60));
    let strange = cards
        .remove(fixture.other_customer, pk, until, now, None)
        .await;
    assert!(
        strange.expect("an answer").is_none(),
        "another customer's card is not found"
    );
    let removed = cards
        .remove(fixture.customer, pk, until, now, None)
        .await
        .expect("an answer");
    let deletion = removed.expect("the card").deletion.expect("a deletion");
    assert_eq!(deletion.token.as_str(), format!("token-{SUITE}-1"));
    let again = cards
        .remove(fixture.customer, pk, until, now, None)
        .await
        .expect("an answer");
    assert!(again.is_none(), "it is gone");
    let found = cards.find(fixture.customer, pk).await;
    assert_eq!(found.expect("an answer"), None, "it is gone");

    let leased = intents
        .lease_deletions(&terms(1_000, now))
        .await
        .expect("a lease");
    assert!(
        leased.iter().all(|one| one.id != deletion.id),
        "the caller that removed the card has the lease"
    );
    let after = until + TimeDelta::seconds(1);
    let leased = intents
        .lease_deletions(&terms(1_000, after))
        .await
        .expect("a lease");
    assert!(
        leased.contains(&deletion),
        "then any caller may delete the token"
    );
    intents
        .deletion_done(deletion.id)
        .await
        .expect("a deletion done");
    let leased = intents
        .lease_deletions(&terms(1_000, after + TimeDelta::hours(1)))
        .await;
    assert!(
        leased.expect("a lease").is_empty(),
        "what is done is removed from the queue"
    );
}
