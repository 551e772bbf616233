//! Cases of erasing a customer.

use chrono::TimeDelta;
use payments_core::audit::Author;
use payments_core::card::{
    Brand, CardHolder, CardName, CardToken, Expiry, Fingerprint, MaskedPan, ProviderCustomerKey,
};
use payments_core::catalog::LeadingDigits;
use payments_core::erasure::Erased;
use payments_core::flow::{FlowId, IntentId};
use payments_core::id::{CustomerId, PosId};
use payments_core::intent::{Intent, IntentOutcome, RecordIntent};
use payments_core::otp::{AttemptTag, CodeTag, CodeTry, Reservation, TryLimits};
use payments_core::record::Deleted;
use payments_core::record::{Key, Part, Record};
use payments_core::saved_card::NewSavedCard;
use payments_core::store_data::{Basket, Customer};
use payments_core::testkit::contract::{account, terms};
use payments_store::Store;
use tokio::join;

use crate::fixture::{author, basket, customer, digest, export, fill, now, session};
use crate::records::{delete, get, write};

const ANNE: i64 = 7;

fn id(customer: i64) -> CustomerId {
    CustomerId::new(customer).expect("a key")
}

pub(crate) fn intent(number: u8, customer: i64) -> Intent {
    Intent::new(
        FlowId([number; 16]).intent(),
        id(customer),
        PosId::new(1).expect("a key"),
        account("main"),
        None,
    )
}

fn card(number: u8, customer: i64, token: &str) -> NewSavedCard {
    NewSavedCard {
        customer: id(customer),
        pos: PosId::new(1).expect("a key"),
        account: account("main"),
        token: CardToken::parse(token).expect("a token"),
        provider_customer_key: ProviderCustomerKey::parse("user-key").ok(),
        masked_number: MaskedPan::parse("552879******0008").expect("a mask"),
        leading_digits: LeadingDigits::parse("55287900").expect("digits"),
        fingerprint: Fingerprint([number; 32]),
        expiry: Expiry::new(12, 2030).expect("an expiry"),
        brand: Brand::Mastercard,
        family: None,
        bank: None,
        holder: CardHolder::parse("Ayşe Yılmaz").expect("a name"),
        name: CardName::parse("Maaş kartım").ok(),
        consented_at: now(),
        consent_version: None,
    }
}

pub(crate) async fn recorded(store: &Store, number: u8, customer: i64) -> IntentId {
    let intent = intent(number, customer);
    let answer = store.intents.record(&intent).await.expect("an answer");
    assert!(matches!(answer, RecordIntent::Recorded { .. }));
    intent.id
}

pub(crate) async fn saved(store: &Store, number: u8, customer: i64, token: &str) -> IntentOutcome {
    let id = recorded(store, number, customer).await;
    let new = card(number, customer, token);
    let saved = store.intents.save_card(&id, &new, now()).await;
    saved.expect("an outcome").expect("a closed intent")
}

pub(crate) async fn erase(store: &Store, customer: i64) -> Option<Erased> {
    let erased = store.erasure.erase(id(customer), author()).await;
    erased.expect("an answer")
}

async fn tokens_to_delete(store: &Store) -> Vec<String> {
    let leased = store.intents.lease_deletions(&terms(1_000, now())).await;
    let leased = leased.expect("a lease").into_iter();
    leased.map(|one| one.token.as_str().to_owned()).collect()
}

pub(crate) async fn an_erasure_leaves_no_personal_data(store: &Store) {
    fill(store).await;
    saved(store, 1, ANNE, "token-1").await;
    saved(store, 2, ANNE, "token-2").await;
    let erased = erase(store, ANNE).await.expect("the customer");
    assert_eq!((erased.cards, erased.baskets), (2, 1));
    assert_eq!(erased.sessions, [digest("seven")]);
    let cards = store.saved_cards.list(id(ANNE)).await.expect("a list");
    assert!(cards.is_empty());
    assert_eq!(tokens_to_delete(store).await, ["token-1", "token-2"]);
    let session = store.sessions.find(&digest("seven"), now()).await;
    assert_eq!(session.expect("an answer"), None);
    let empty = Customer {
        pk: id(ANNE),
        phone_number: None,
        segments: Vec::new(),
        is_active: false,
    };
    let profile = get(store, Part::Customers, &Key::Pk(ANNE)).await;
    assert_eq!(profile, Some(Record::Customer(empty)));
    let nobodys = Basket {
        customer: None,
        ..basket(9)
    };
    let kept = get(store, Part::Baskets, &Key::Pk(9)).await;
    assert_eq!(kept, Some(Record::Basket(nobodys)));
    // The key itself can go too; the tokens are deleted all the same.
    let deleted = delete(store, Part::Customers, Key::Pk(ANNE)).await;
    assert_eq!(deleted, Deleted::Deleted);
    let status = store.erasure.status(id(ANNE)).await.expect("an answer");
    assert_eq!(status, None);
}

pub(crate) async fn an_erased_customer_may_come_back_but_the_card_under_way_does_not(
    store: &Store,
) {
    fill(store).await;
    let open = recorded(store, 1, ANNE).await;
    erase(store, ANNE).await.expect("the customer");
    write(store, [Record::Customer(customer(ANNE))]).await;
    let late = store
        .intents
        .save_card(&open, &card(1, ANNE, "token-1"), now())
        .await;
    assert_eq!(late.expect("an outcome"), Some(IntentOutcome::Reconciled));
    let cards = store.saved_cards.list(id(ANNE)).await.expect("a list");
    assert!(cards.is_empty(), "the card under way does not come back");
    let anew = saved(store, 2, ANNE, "token-2").await;
    assert!(matches!(anew, IntentOutcome::Saved(_)), "{anew:?}");
    let status = store.erasure.status(id(ANNE)).await.expect("an answer");
    let status = status.expect("the customer");
    assert_eq!((status.erased_at, status.tokens), (Some(now()), 1));
    assert!(status.has_returned && !status.is_complete());
    // An erasure of the new profile is a new one.
    let later = now() + TimeDelta::seconds(5);
    let support = Author {
        at: later,
        ..author().clone()
    };
    let again = store.erasure.erase(id(ANNE), &support).await;
    let again = again.expect("an answer").expect("the customer");
    assert_eq!(again.status.erased_at, Some(later));
    let profile = get(store, Part::Customers, &Key::Pk(ANNE)).await;
    let Some(Record::Customer(profile)) = profile else {
        panic!("the customer's key stays")
    };
    assert!(profile.phone_number.is_none() && !profile.is_active);
}

pub(crate) async fn an_unknown_customer_is_not_erased(store: &Store) {
    fill(store).await;
    let before = export(store).await;
    assert_eq!(erase(store, 404).await, None);
    let ended = store.erasure.end_sessions(id(404), author()).await;
    assert_eq!(ended.expect("an answer"), None);
    let status = store.erasure.status(id(404)).await;
    assert_eq!(status.expect("an answer"), None);
    assert_eq!(export(store).await, before);
}

pub(crate) async fn ending_sessions_deletes_nothing_else(store: &Store) {
    fill(store).await;
    write(store, [Record::Session(session("seven_too"))]).await;
    saved(store, 1, ANNE, "token-1").await;
    let before = export(store).await;
    let ended = store.erasure.end_sessions(id(ANNE), author()).await;
    let mut ended = ended.expect("an answer").expect("the customer");
    ended.sort_by_key(|digest| digest.0);
    let mut expected = [digest("seven"), digest("seven_too")];
    expected.sort_by_key(|digest| digest.0);
    assert_eq!(ended, expected);
    let again = store.erasure.end_sessions(id(ANNE), author()).await;
    assert_eq!(again.expect("an answer"), Some(Vec::new()));
    assert_eq!(export(store).await, before);
    let cards = store.saved_cards.list(id(ANNE)).await.expect("a list");
    assert_eq!(cards.len(), 1);
}

/// The tries of a day that may not be over stay: an erasure does not reset the limit.
pub(crate) async fn an_erasure_keeps_the_tries_of_the_day(store: &Store) {
    fill(store).await;
    let today = now().date_naive();
    let of_day = |day| CodeTry {
        customer: id(ANNE),
        day,
        code: CodeTag([7; 8]),
        attempt: AttemptTag([7; 8]),
    };
    let limits = TryLimits {
        per_code: 5,
        per_day: 5,
    };
    let (old, fresh) = (of_day(today - TimeDelta::days(2)), of_day(today));
    for one in [&old, &fresh] {
        store.code_tries.reserve(one, limits).await.expect("a try");
    }
    erase(store, ANNE).await.expect("the customer");
    let known = store.code_tries.reserve(&fresh, limits).await;
    assert_eq!(known.expect("an answer"), Reservation::Known);
    let forgotten = store.code_tries.reserve(&old, limits).await;
    assert_eq!(forgotten.expect("an answer"), Reservation::Reserved);
}

/// In either order, there is no card, and every token is queued.
pub(crate) async fn an_erasure_beside_a_saving_leaves_no_card(store: &Store) {
    fill(store).await;
    for round in 0..20_u8 {
        write(store, [Record::Customer(customer(ANNE))]).await;
        let (one, two) = (round * 4 + 1, round * 4 + 2);
        let open = recorded(store, one, ANNE).await;
        let token = format!("token-{one}");
        let new = card(one, ANNE, &token);
        let (late, as_late) = (intent(two, ANNE), id(ANNE));
        let (_, recorded, erased) = join!(
            store.intents.save_card(&open, &new, now()),
            store.intents.record(&late),
            store.erasure.erase(as_late, author()),
        );
        erased.expect("an answer").expect("the customer");
        let mut expected = vec![token];
        if let RecordIntent::Recorded { .. } = recorded.expect("an answer") {
            let token = format!("token-{two}");
            let new = card(two, ANNE, &token);
            let outcome = store.intents.save_card(&late.id, &new, now()).await;
            assert_eq!(
                outcome.expect("an outcome"),
                Some(IntentOutcome::Reconciled)
            );
            expected.push(token);
        }
        let cards = store.saved_cards.list(id(ANNE)).await.expect("a list");
        assert!(cards.is_empty(), "round {round}: no card comes back");
        let mut queued = tokens_to_delete(store).await;
        queued.sort();
        expected.sort();
        assert_eq!(queued, expected, "round {round}");
    }
}

/// Some gateways give the same card the same token.
pub(crate) async fn a_token_of_another_row_is_not_queued(store: &Store) {
    fill(store).await;
    saved(store, 1, ANNE, "token-1").await;
    saved(store, 2, 8, "token-1").await;
    erase(store, ANNE).await.expect("the customer");
    assert!(tokens_to_delete(store).await.is_empty());
    erase(store, 8).await.expect("the customer");
    assert_eq!(tokens_to_delete(store).await, ["token-1"]);
}
