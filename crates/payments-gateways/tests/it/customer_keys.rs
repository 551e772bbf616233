//! A customer who was deleted at the gateway, and what an empty search proves.

use payments_core::card::ProviderCustomerKey;
use payments_core::ports::TokenizeFailure;
use payments_core::tokenization::{CalledWith, Found, IssuedToken};
use payments_gateways::fakes::{FakeIyzico, FakeStripe};

use crate::gateways::{ACCOUNTS, Bench, craftgate, iyzico, iyzico_bench, stripe, stripe_bench};
use crate::harness::{issued, reference, request};
use crate::tokenizer_contract::{
    Bench as _, GOOD, OTHER_GOOD, SILENT, SILENT_BUT_MADE, find, texts,
};

async fn store(
    bench: &Bench,
    number: &str,
    run: u128,
    key: Option<&ProviderCustomerKey>,
) -> Result<IssuedToken, TokenizeFailure> {
    let request = request(number, &reference(run), key.cloned());
    issued(bench.tokenizer().tokenize(&bench.pos(1), request).await)
}

/// A customer's first card is stored; the customer's key.
async fn first_key(bench: &Bench) -> ProviderCustomerKey {
    let issued = store(bench, GOOD, 1, None).await.unwrap();
    issued.provider_customer_key.unwrap()
}

fn never_known() -> ProviderCustomerKey {
    ProviderCustomerKey::parse("never-known").unwrap()
}

async fn stripe_without_its_customer() -> (Bench, ProviderCustomerKey) {
    let fake = FakeStripe::with_secret_keys(&ACCOUNTS.map(|one| one.1));
    let bench = stripe_bench(fake.clone()).await;
    let key = first_key(&bench).await;
    fake.delete_customer(key.as_str());
    (bench, key)
}

async fn iyzico_without_its_customer() -> (Bench, ProviderCustomerKey) {
    let fake = FakeIyzico::with_accounts(&ACCOUNTS);
    let bench = iyzico_bench(fake.clone()).await;
    let key = first_key(&bench).await;
    fake.forget_customer(key.as_str());
    (bench, key)
}

#[tokio::test]
async fn a_card_of_a_deleted_customer_is_stored_for_a_new_one() {
    for (bench, key) in [
        stripe_without_its_customer().await,
        iyzico_without_its_customer().await,
        (craftgate().await, never_known()),
    ] {
        let issued = store(&bench, OTHER_GOOD, 2, Some(&key)).await.unwrap();
        assert!(issued.provider_customer_key.is_some_and(|made| made != key));
        assert_eq!(bench.live_tokens().await, [issued.token.as_str()]);
    }
}

#[tokio::test]
async fn a_lost_token_of_a_recreated_customer_is_found_if_the_reference_can_be_searched() {
    for (bench, key) in [
        stripe_without_its_customer().await,
        (craftgate().await, never_known()),
    ] {
        let lost = store(&bench, SILENT_BUT_MADE, 2, Some(&key)).await;
        assert!(matches!(lost, Err(TokenizeFailure::Unknown)));
        let found = find(&bench, 2, CalledWith::Key(key)).await;
        let found: Vec<String> = texts(&found).into_iter().map(|text| text.0).collect();
        assert_eq!(found, bench.live_tokens().await);
    }
}

#[tokio::test]
async fn iyzico_cannot_tell_for_an_unknown_customer() {
    let (bench, key) = iyzico_without_its_customer().await;
    let lost = store(&bench, SILENT, 2, Some(&key)).await;
    assert!(matches!(lost, Err(TokenizeFailure::Unknown)));
    for called_with in [CalledWith::Key(key), CalledWith::NoKey, CalledWith::Unknown] {
        let found = find(&bench, 2, called_with).await;
        assert!(matches!(found, Found::CannotTell));
    }
}

#[tokio::test]
async fn stripe_cannot_tell_for_a_deleted_customer_unless_one_was_created_in_place() {
    let (bench, key) = stripe_without_its_customer().await;
    let found = find(&bench, 2, CalledWith::Key(key.clone())).await;
    assert!(matches!(found, Found::CannotTell));
    let declined = store(&bench, crate::tokenizer_contract::DECLINED, 3, Some(&key)).await;
    assert!(matches!(declined, Err(TokenizeFailure::Refused(_))));
    let found = find(&bench, 3, CalledWith::Key(key)).await;
    assert!(matches!(found, Found::Nothing), "the new customer has none");
}

#[tokio::test]
async fn a_call_with_an_unknown_key_has_an_unknown_outcome() {
    let bench = stripe().await;
    assert!(matches!(
        find(&bench, 1, CalledWith::NoKey).await,
        Found::Nothing
    ));
    assert!(matches!(
        find(&bench, 1, CalledWith::Unknown).await,
        Found::CannotTell
    ));
    let bench = craftgate().await;
    for called_with in [CalledWith::NoKey, CalledWith::Unknown] {
        let found = find(&bench, 1, called_with).await;
        assert!(matches!(found, Found::Nothing), "its search needs no key");
    }
    let bench = iyzico().await;
    for called_with in [CalledWith::NoKey, CalledWith::Unknown] {
        let found = find(&bench, 1, called_with).await;
        assert!(matches!(found, Found::CannotTell));
    }
}
