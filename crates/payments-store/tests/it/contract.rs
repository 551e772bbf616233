//! The suites every adapter of a port passes.

use payments_core::ports::contract;
use payments_store::{AuditFilter, AuditRow, Store};

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
    let ground = contract_ground();
    let kept = contract::audit_log(&*store.audit, &ground).await;
    let all = AuditFilter::default();
    let page = store.audit_trail.page(&all, None, 100);
    let mut found = page.await.expect("a page");
    found.reverse();
    let told = |row: &AuditRow| {
        let AuditRow { entry, customer } = row;
        (entry.intent.clone(), entry.outcome.clone(), *customer)
    };
    let expected = kept.iter().map(|record| {
        let intent = record.intent.as_ref().map(|id| id.0.clone());
        let customer = Some(record.customer.get());
        (intent, record.outcome.as_str().to_owned(), customer)
    });
    assert_eq!(
        found.iter().map(told).collect::<Vec<_>>(),
        expected.collect::<Vec<_>>()
    );
}

pub(crate) async fn sms_sends(store: &Store) {
    contract::sms_sends(&*store.sms_sends, &contract_ground()).await;
}
