//! Gateways that return the same token again for the same card.

use chrono::TimeDelta;

use crate::ports::{Intents, SavedCards};

use super::super::{Fixture, card, token};
use super::{drained, recorded, saved, tokens};

pub(super) async fn a_queued_token_that_is_saved_again_is_not_deleted(
    intents: &dyn Intents,
    fixture: &Fixture,
) {
    let late = recorded(intents, 5, fixture).await;
    let found = vec![(token("token-5"), None)];
    let queued = intents.reconcile(&late, found, fixture.now).await;
    queued.expect("a reconciliation");
    let id = recorded(intents, 6, fixture).await;
    saved(intents, &id, &card(fixture, 5, "token-5")).await;
    assert!(
        drained(intents, fixture).await.is_empty(),
        "the row's token is removed from the queue"
    );
}

pub(super) async fn a_token_that_is_being_deleted_is_not_saved(
    intents: &dyn Intents,
    cards: &dyn SavedCards,
    fixture: &Fixture,
) {
    let now = fixture.now;
    let new = card(fixture, 30, "token-30");
    let id = recorded(intents, 30, fixture).await;
    let pk = saved(intents, &id, &new).await;
    let early = recorded(intents, 31, fixture).await;
    let until = now + TimeDelta::seconds(60);
    let removed = cards.remove(fixture.customer, pk, until, now, None).await;
    let deletion = removed.expect("a removal").expect("the card").deletion;
    let deletion = deletion.expect("a deletion");
    let before = cards.list(fixture.customer).await.expect("a list");
    let later = until + TimeDelta::seconds(60);
    for at in [now, later] {
        let held_back = intents.save_card(&early, &new, at).await;
        assert_eq!(
            held_back.expect("an answer"),
            None,
            "the token may be deleted by now"
        );
    }
    let done = intents.deletion_done(deletion.id).await;
    done.expect("a deletion done");
    let held_back = intents.save_card(&early, &new, now).await;
    assert_eq!(held_back.expect("an answer"), None, "the token is deleted");
    assert_eq!(cards.list(fixture.customer).await.expect("a list"), before);
    let outcome = intents.outcome(&early).await.expect("an outcome");
    assert_eq!(outcome, None, "the intent stays open");
    assert!(drained(intents, fixture).await.is_empty());

    // For an intent that was recorded after the deletion, the token is valid again.
    let fresh = recorded(intents, 32, fixture).await;
    saved(intents, &fresh, &new).await;
    let another = card(fixture, 31, "token-31");
    saved(intents, &early, &another).await;
    assert!(drained(intents, fixture).await.is_empty());
}

pub(super) async fn a_token_of_two_rows_is_deleted_with_the_last(
    intents: &dyn Intents,
    cards: &dyn SavedCards,
    fixture: &Fixture,
) {
    let now = fixture.now;
    let mut rows = Vec::new();
    for (number, fingerprint) in [(33, 33), (34, 34), (35, 35)] {
        let id = recorded(intents, number, fixture).await;
        rows.push(saved(intents, &id, &card(fixture, fingerprint, "token-of-all")).await);
    }
    let id = recorded(intents, 36, fixture).await;
    saved(intents, &id, &card(fixture, 33, "token-36")).await;
    assert!(
        drained(intents, fixture).await.is_empty(),
        "two rows hold it"
    );
    let remove = async |pk| {
        let removed = cards.remove(fixture.customer, pk, now, now, None).await;
        removed.expect("a removal").expect("the card").deletion
    };
    assert_eq!(remove(rows[1]).await, None, "one row holds it");
    let last = remove(rows[2]).await.expect("a deletion");
    assert_eq!(last.token, token("token-of-all"));
    assert_eq!(tokens(&drained(intents, fixture).await), ["token-of-all"]);
}
