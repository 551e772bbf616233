//! Obligations of the intents and of the deletion queue.

mod calls;
mod leases;
mod same_token;

use futures_util::future::join_all;

use crate::flow::IntentId;
use crate::id::SavedCardId;
use crate::intent::{IntentOutcome, RecordIntent, TokenDeletion};
use crate::ports::{Intents, SavedCards};
use crate::saved_card::NewSavedCard;

use super::{CROWD, Fixture, card, intent, intent_id, terms, token};

const SUITE: u8 = 0xc1;
const MANY: u32 = 1_000;

/// Intents are recorded once, close once, and leave no token behind. The database must belong to the suite alone.
pub async fn intents(intents: &dyn Intents, cards: &dyn SavedCards, fixture: &Fixture) {
    let fixture = &fixture.at_present(intents).await;
    an_intent_is_recorded_once(intents, fixture).await;
    an_intent_that_was_never_recorded_saves_nothing(intents, cards, fixture).await;
    a_saved_card_closes_its_intent(intents, cards, fixture).await;
    the_same_card_updates_its_row_and_queues_the_old_token(intents, cards, fixture).await;
    same_token::a_queued_token_that_is_saved_again_is_not_deleted(intents, fixture).await;
    same_token::a_token_that_is_being_deleted_is_not_saved(intents, cards, fixture).await;
    same_token::a_token_of_two_rows_is_deleted_with_the_last(intents, cards, fixture).await;
    a_refused_intent_saves_nothing(intents, cards, fixture).await;
    a_reconciled_intent_queues_what_was_found(intents, fixture).await;
    a_token_of_a_row_is_never_queued(intents, fixture).await;
    leases::open_intents_are_leased_to_one(intents, fixture).await;
    calls::an_intent_is_recorded_with_the_key_of_its_own_customer_and_place(intents, fixture).await;
    calls::an_intent_keeps_its_key_when_the_card_is_removed(intents, cards, fixture).await;
    calls::a_key_that_came_later_is_told_from_the_one_of_the_call(intents, cards, fixture).await;
}

async fn recorded(intents: &dyn Intents, number: u8, fixture: &Fixture) -> IntentId {
    let id = intent_id(SUITE, number);
    let answer = intents
        .record(&intent(&id, fixture))
        .await
        .expect("a record");
    assert!(matches!(answer, RecordIntent::Recorded { .. }));
    id
}

async fn saved(intents: &dyn Intents, id: &IntentId, new: &NewSavedCard) -> SavedCardId {
    let outcome = intents.save_card(id, new, new.consented_at).await;
    match outcome.expect("a save") {
        Some(IntentOutcome::Saved(pk)) => pk,
        outcome @ (Some(IntentOutcome::Refused { .. } | IntentOutcome::Reconciled) | None) => {
            panic!("saved, not {outcome:?}")
        }
    }
}

/// Removes every deletion from the queue, and returns them.
async fn drained(intents: &dyn Intents, fixture: &Fixture) -> Vec<TokenDeletion> {
    let leased = intents
        .lease_deletions(&terms(MANY, fixture.now))
        .await
        .expect("a lease");
    for deletion in &leased {
        intents
            .deletion_done(deletion.id)
            .await
            .expect("a deletion done");
    }
    leased
}

fn tokens(deletions: &[TokenDeletion]) -> Vec<&str> {
    let mut tokens: Vec<&str> = deletions.iter().map(|one| one.token.as_str()).collect();
    tokens.sort_unstable();
    tokens
}

async fn an_intent_is_recorded_once(intents: &dyn Intents, fixture: &Fixture) {
    let id = intent_id(SUITE, 1);
    let one = intent(&id, fixture);
    let answers = join_all((0..CROWD).map(|_| intents.record(&one))).await;
    let recorded = answers
        .iter()
        .filter(|one| matches!(one, Ok(RecordIntent::Recorded { .. })))
        .count();
    let existed = answers
        .iter()
        .filter(|one| matches!(one, Ok(RecordIntent::Exists)))
        .count();
    assert_eq!(
        (recorded, existed),
        (1, usize::from(CROWD) - 1),
        "one of the concurrent intents is recorded"
    );
    assert_eq!(
        intents.outcome(&id).await.expect("an outcome"),
        None,
        "it is open"
    );
    intents
        .refuse(&id, None, fixture.now)
        .await
        .expect("a refusal");
}

async fn an_intent_that_was_never_recorded_saves_nothing(
    intents: &dyn Intents,
    cards: &dyn SavedCards,
    fixture: &Fixture,
) {
    let id = intent_id(SUITE, 2);
    let saved = intents
        .save_card(&id, &card(fixture, 2, "token-2"), fixture.now)
        .await;
    assert!(saved.is_err(), "there is no intent to close");
    assert!(
        cards
            .list(fixture.customer)
            .await
            .expect("a list")
            .is_empty(),
        "and no row"
    );
    assert_eq!(intents.outcome(&id).await.expect("an outcome"), None);
    intents
        .refuse(&id, None, fixture.now)
        .await
        .expect("a refusal of nothing");
    assert_eq!(
        intents.outcome(&id).await.expect("an outcome"),
        None,
        "still none"
    );
}

async fn a_saved_card_closes_its_intent(
    intents: &dyn Intents,
    cards: &dyn SavedCards,
    fixture: &Fixture,
) {
    let id = recorded(intents, 3, fixture).await;
    let new = card(fixture, 3, "token-3");
    let outcome = intents
        .save_card(&id, &new, fixture.now)
        .await
        .expect("a save");
    let Some(IntentOutcome::Saved(pk)) = outcome else {
        panic!("saved, not {outcome:?}")
    };
    assert_eq!(intents.outcome(&id).await.expect("an outcome"), outcome);
    let listed = cards.list(fixture.customer).await.expect("a list");
    let row = listed
        .iter()
        .find(|row| row.pk == pk)
        .expect("the row is there");
    assert_eq!(row.masked_number, new.masked_number);
    assert_eq!(
        (row.expiry, row.brand, row.pos),
        (new.expiry, new.brand, new.pos)
    );
    assert_eq!((&row.holder, &row.name), (&new.holder, &new.name));
    assert_eq!((&row.family, &row.bank), (&new.family, &new.bank));

    let other = card(fixture, 33, "token-33");
    let again = intents
        .save_card(&id, &other, fixture.now)
        .await
        .expect("an answer");
    assert_eq!(again, outcome, "a closed intent gives the outcome it has");
    assert_eq!(
        cards.list(fixture.customer).await.expect("a list"),
        listed,
        "and changes nothing"
    );
    intents
        .refuse(&id, None, fixture.now)
        .await
        .expect("a refusal too late");
    assert_eq!(intents.outcome(&id).await.expect("an outcome"), outcome);
    let queued = drained(intents, fixture).await;
    assert_eq!(tokens(&queued), ["token-33"], "a token that has no row");
}

async fn the_same_card_updates_its_row_and_queues_the_old_token(
    intents: &dyn Intents,
    cards: &dyn SavedCards,
    fixture: &Fixture,
) {
    let before = cards.list(fixture.customer).await.expect("a list").len();
    let id = recorded(intents, 4, fixture).await;
    intents
        .save_card(&id, &card(fixture, 3, "token-4"), fixture.now)
        .await
        .expect("a save");
    let after = cards.list(fixture.customer).await.expect("a list").len();
    assert_eq!(before, after, "the same card has one row");
    let queued = drained(intents, fixture).await;
    assert_eq!(tokens(&queued), ["token-3"], "its former token is queued");
    assert!(queued.iter().all(|one| one.pos == fixture.pos));
    assert!(
        drained(intents, fixture).await.is_empty(),
        "what is done is removed from the queue"
    );
}

async fn a_refused_intent_saves_nothing(
    intents: &dyn Intents,
    cards: &dyn SavedCards,
    fixture: &Fixture,
) {
    let id = recorded(intents, 7, fixture).await;
    let code = Some("10051".to_owned());
    intents
        .refuse(&id, code.clone(), fixture.now)
        .await
        .expect("a refusal");
    let refused = IntentOutcome::Refused { gateway_code: code };
    assert_eq!(
        intents.outcome(&id).await.expect("an outcome"),
        Some(refused.clone())
    );
    let before = cards.list(fixture.customer).await.expect("a list");
    let late = intents
        .save_card(&id, &card(fixture, 7, "token-7"), fixture.now)
        .await;
    let closed = late.expect("an answer");
    assert_eq!(closed, Some(refused.clone()), "closed is closed");
    assert_eq!(cards.list(fixture.customer).await.expect("a list"), before);
    let queued = drained(intents, fixture).await;
    assert_eq!(tokens(&queued), ["token-7"], "its token must be deleted");
    let found = vec![(token("token-7"), None)];
    intents
        .reconcile(&id, found, fixture.now)
        .await
        .expect("a reconciliation");
    assert_eq!(
        intents.outcome(&id).await.expect("an outcome"),
        Some(refused)
    );
    assert_eq!(
        tokens(&drained(intents, fixture).await),
        ["token-7"],
        "a late token is queued"
    );
}

async fn a_reconciled_intent_queues_what_was_found(intents: &dyn Intents, fixture: &Fixture) {
    let id = recorded(intents, 8, fixture).await;
    let found = vec![(token("token-8a"), None), (token("token-8b"), None)];
    intents
        .reconcile(&id, found.clone(), fixture.now)
        .await
        .expect("a reconciliation");
    let outcome = intents.outcome(&id).await.expect("an outcome");
    assert_eq!(outcome, Some(IntentOutcome::Reconciled));
    intents
        .reconcile(&id, found, fixture.now)
        .await
        .expect("a second one");
    assert_eq!(
        tokens(&drained(intents, fixture).await),
        ["token-8a", "token-8b"],
        "queued once"
    );
}

async fn a_token_of_a_row_is_never_queued(intents: &dyn Intents, fixture: &Fixture) {
    let id = recorded(intents, 9, fixture).await;
    intents
        .save_card(&id, &card(fixture, 9, "token-9"), fixture.now)
        .await
        .expect("a save");
    let late = recorded(intents, 10, fixture).await;
    for id in [id, late] {
        let found = vec![(token("token-9"), None)];
        intents
            .reconcile(&id, found, fixture.now)
            .await
            .expect("a reconciliation");
    }
    assert!(
        drained(intents, fixture).await.is_empty(),
        "the token has its row"
    );
}
