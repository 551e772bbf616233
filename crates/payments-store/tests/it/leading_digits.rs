//! The digits that are stored with cards.

use chrono::TimeDelta;
use payments_core::action::{ActionDigest, ActionStage, BeginAction, NewAction, PendingCard};
use payments_core::card::{Brand, CardHolder, CardIdentity, Expiry, Fingerprint, MaskedPan};
use payments_core::catalog::LeadingDigits;
use payments_core::flow::{FlowId, IntentId};
use payments_core::id::{CustomerId, PosId};
use payments_core::intent::Intent;
use payments_core::testkit::contract::account;
use payments_core::tokenization::{ActionHandle, ActionUrl};
use payments_store::Store;

use crate::erasure::saved;
use crate::fixture::{fill, now};
use crate::tampering::Owned;

const ANNE: i64 = 7;

/// Begins an action whose card has eight digits.
async fn begun(store: &Store) -> IntentId {
    let identity = CardIdentity {
        fingerprint: Fingerprint([9; 32]),
        masked_number: MaskedPan::parse("411111******1111").expect("a mask"),
    };
    let intent = Intent::new(
        FlowId([9; 16]).intent(),
        CustomerId::new(ANNE).expect("a key"),
        PosId::new(1).expect("a key"),
        account("main"),
        Some(identity),
    );
    store.intents.record(&intent).await.expect("a record");
    let action = NewAction {
        digest: ActionDigest([9; 32]),
        handle: ActionHandle::parse("seti_9").expect("a handle"),
        url: ActionUrl::parse("https://hooks.example/3ds").expect("a URL"),
        deadline: now() + TimeDelta::seconds(900),
        card: PendingCard {
            leading_digits: LeadingDigits::parse("41111111").expect("digits"),
            expiry: Expiry::new(12, 2030).expect("an expiry"),
            brand: Brand::Visa,
            holder: CardHolder::parse("Ayşe Yılmaz").expect("a name"),
            name: None,
            consented_at: now(),
            consent_version: None,
        },
    };
    let begun = store.actions.begin(&intent.id, &action).await;
    assert_eq!(begun.expect("an answer"), BeginAction::Begun);
    intent.id
}

async fn digits(store: &Store, intent: &IntentId) -> [String; 2] {
    let anne = CustomerId::new(ANNE).expect("a key");
    let cards = store.saved_cards.list(anne).await.expect("a list");
    let action = store.actions.of_intent(intent).await.expect("an answer");
    let ActionStage::Pending(pending) = action.expect("an action").stage else {
        panic!("the action is pending");
    };
    let pending = pending.card.expect("a card");
    [cards[0].leading_digits, pending.leading_digits].map(|digits| digits.as_str().to_owned())
}

pub(crate) async fn rows_of_an_earlier_release_have_the_digits_of_their_mask(
    store: &Store,
    owned: &impl Owned,
) {
    fill(store).await;
    saved(store, 1, ANNE, "token-1").await;
    let intent = begun(store).await;
    assert_eq!(digits(store, &intent).await, ["55287900", "41111111"]);
    let earlier = "UPDATE saved_cards SET bin = NULL; UPDATE card_actions SET bin = NULL;";
    assert!(owned.run(earlier).await);
    assert_eq!(digits(store, &intent).await, ["552879", "411111"]);
}
