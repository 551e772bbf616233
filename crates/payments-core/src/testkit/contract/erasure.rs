//! Obligations of erasing a customer.

use chrono::{DateTime, TimeDelta, Utc};

use crate::audit::Author;
use crate::erasure::ErasureStatus;
use crate::flow::IntentId;
use crate::id::CustomerId;
use crate::intent::{IntentOutcome, RecordIntent, TokenDeletion};
use crate::ports::{Erasure, Intents, SavedCards};

use super::{Fixture, card, intent, intent_id, terms};

const SUITE: u8 = 0xc7;
const MANY: u32 = 1_000;

/// Nothing of an erased customer comes back. The database must belong to the suite alone.
pub async fn erasure(
    erasure: &dyn Erasure,
    cards: &dyn SavedCards,
    intents: &dyn Intents,
    fixture: &Fixture,
) {
    let saved = recorded(intents, 1, fixture).await;
    save(intents, &saved, 1, fixture).await;
    let (open, also_open) = (
        recorded(intents, 2, fixture).await,
        recorded(intents, 3, fixture).await,
    );
    another_customer_saves_a_card(intents, fixture).await;
    let before = status(erasure, fixture.customer).await;
    assert_eq!((before.erased_at, before.open_intents), (None, 2));

    the_cards_are_deleted_and_their_tokens_queued(erasure, cards, fixture).await;
    a_saving_in_progress_queues_its_token(intents, cards, &open, fixture).await;
    an_erased_customer_gets_no_new_intent(intents, fixture).await;
    intents
        .refuse(&also_open, None, fixture.now)
        .await
        .expect("a refusal");
    an_erasure_is_complete_when_every_token_is_deleted(erasure, intents, fixture).await;
    a_repeated_erasure_changes_nothing(erasure, fixture).await;

    let kept = cards.list(fixture.other_customer).await.expect("a list");
    assert_eq!(kept.len(), 1, "another customer's card is kept");
}

fn support(at: DateTime<Utc>) -> Author {
    Author {
        principal: "support".to_owned(),
        request_id: None,
        at,
    }
}

async fn recorded(intents: &dyn Intents, number: u8, fixture: &Fixture) -> IntentId {
    let id = intent_id(SUITE, number);
    let answer = intents.record(&intent(&id, fixture)).await;
    let answer = answer.expect("a record");
    assert!(matches!(answer, RecordIntent::Recorded { .. }));
    id
}

async fn save(
    intents: &dyn Intents,
    id: &IntentId,
    number: u8,
    fixture: &Fixture,
) -> IntentOutcome {
    let new = card(fixture, number, &token(number));
    let saved = intents.save_card(id, &new, fixture.now).await;
    saved.expect("an outcome").expect("a closed intent")
}

fn token(number: u8) -> String {
    format!("token-{SUITE}-{number}")
}

async fn another_customer_saves_a_card(intents: &dyn Intents, fixture: &Fixture) {
    let neighbour = Fixture {
        customer: fixture.other_customer,
        ..*fixture
    };
    let id = recorded(intents, 9, &neighbour).await;
    save(intents, &id, 9, &neighbour).await;
}

async fn status(erasure: &dyn Erasure, customer: CustomerId) -> ErasureStatus {
    let status = erasure.status(customer).await.expect("an answer");
    status.expect("the customer")
}

async fn the_cards_are_deleted_and_their_tokens_queued(
    erasure: &dyn Erasure,
    cards: &dyn SavedCards,
    fixture: &Fixture,
) {
    let erased = erasure.erase(fixture.customer, &support(fixture.now)).await;
    let erased = erased.expect("an answer").expect("the customer");
    let expected = ErasureStatus {
        erased_at: Some(fixture.now),
        tokens: 1,
        open_intents: 2,
        has_returned: false,
    };
    assert_eq!((erased.cards, erased.status), (1, expected));
    let listed = cards.list(fixture.customer).await.expect("a list");
    assert!(listed.is_empty(), "no card is left");
    assert_eq!(status(erasure, fixture.customer).await, expected);
}

async fn a_saving_in_progress_queues_its_token(
    intents: &dyn Intents,
    cards: &dyn SavedCards,
    open: &IntentId,
    fixture: &Fixture,
) {
    let outcome = save(intents, open, 2, fixture).await;
    assert_eq!(outcome, IntentOutcome::Reconciled, "no card is saved");
    let again = save(intents, open, 2, fixture).await;
    assert_eq!(again, IntentOutcome::Reconciled, "nor later");
    let listed = cards.list(fixture.customer).await.expect("a list");
    assert!(listed.is_empty(), "the card does not come back");
}

async fn an_erased_customer_gets_no_new_intent(intents: &dyn Intents, fixture: &Fixture) {
    let late = intent_id(SUITE, 4);
    let answer = intents.record(&intent(&late, fixture)).await;
    assert_eq!(answer.expect("an answer"), RecordIntent::CustomerErased);
    assert_eq!(intents.outcome(&late).await.expect("an answer"), None);
}

async fn an_erasure_is_complete_when_every_token_is_deleted(
    erasure: &dyn Erasure,
    intents: &dyn Intents,
    fixture: &Fixture,
) {
    let leased = intents.lease_deletions(&terms(MANY, fixture.now)).await;
    let leased: Vec<TokenDeletion> = leased.expect("a lease");
    let mut tokens: Vec<&str> = leased.iter().map(|one| one.token.as_str()).collect();
    tokens.sort_unstable();
    assert_eq!(tokens, [token(1), token(2)], "each is queued once");
    for deletion in &leased {
        let status = status(erasure, fixture.customer).await;
        assert!(!status.is_complete(), "a token is outstanding");
        let done = intents.deletion_done(deletion.id).await;
        done.expect("a deletion done");
    }
    assert!(status(erasure, fixture.customer).await.is_complete());
}

async fn a_repeated_erasure_changes_nothing(erasure: &dyn Erasure, fixture: &Fixture) {
    let later = fixture.now + TimeDelta::seconds(5);
    let again = erasure.erase(fixture.customer, &support(later)).await;
    let again = again.expect("an answer").expect("the customer");
    assert_eq!(
        (again.cards, again.status.erased_at),
        (0, Some(fixture.now))
    );
    assert!(again.status.is_complete());
}
