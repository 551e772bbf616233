//! The suites every adapter of a port passes.

use payments_core::ports::contract;
use payments_store::Store;

use crate::ground::{contract_ground, fill};

pub(crate) async fn intents(store: &Store) {
    fill(store).await;
    contract::intents(&*store.intents, &*store.saved_cards, &contract_ground()).await;
}

pub(crate) async fn saved_cards(store: &Store) {
    fill(store).await;
    contract::saved_cards(&*store.saved_cards, &*store.intents, &contract_ground()).await;
}

pub(crate) async fn erasure(store: &Store) {
    fill(store).await;
    contract::erasure(
        &*store.erasure,
        &*store.saved_cards,
        &*store.intents,
        &contract_ground(),
    )
    .await;
}

pub(crate) async fn code_tries(store: &Store) {
    contract::code_tries(&*store.code_tries, &contract_ground()).await;
}

pub(crate) async fn audit_log(store: &Store) {
    contract::audit_log(&*store.audit, &contract_ground()).await;
}

pub(crate) async fn sms_sends(store: &Store) {
    contract::sms_sends(&*store.sms_sends, &contract_ground()).await;
}
