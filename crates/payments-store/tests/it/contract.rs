//! The suites that every adapter of a port passes.

use payments_core::catalog::{ACCOUNT, ACCOUNTS, GatewayAccount, Pos};
use payments_core::record::Record;
use payments_core::store_data::Customer;
use payments_core::testkit::contract;
use payments_store::{AuditFilter, AuditRow, Store};
use serde_json::json;

use crate::fixture::{author, change, contract_ground, customer, fill, pos};
use crate::instruments;
use crate::tampering::Owned;

pub(crate) async fn intents(store: &Store) {
    fill(store).await;
    contract::intents(&*store.intents, &*store.saved_cards, &contract_ground()).await;
}

pub(crate) async fn saved_cards(store: &Store) {
    fill(store).await;
    contract::saved_cards(&*store.saved_cards, &*store.intents, &contract_ground()).await;
}

pub(crate) async fn stored_tokens(store: &Store) {
    fill(store).await;
    contract::stored_tokens(
        &*store.stored_tokens,
        &*store.saved_cards,
        &*store.intents,
        &contract_ground(),
    )
    .await;
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

async fn write(store: &Store, record: Record) {
    let changed = store.records.apply(&change([record]), author()).await;
    changed.expect("a change");
}

pub(crate) async fn instruments(store: &Store) {
    fill(store).await;
    let ground = contract_ground();
    let pk = ground.pos.get();
    let switch = async |account: GatewayAccount| {
        let mut pos = pos(pk, "main");
        let both = json!({"main": {"secret": "env:SECRET"}, "new": {"secret": "env:SECRET"}});
        let label = account.label.as_str();
        pos.config.insert(ACCOUNT.to_owned(), label.into());
        pos.config.insert(ACCOUNTS.to_owned(), both);
        write(store, Record::Pos(pos)).await;
    };
    let set_pos_active = async |is_active| {
        let pos = Pos {
            is_active,
            ..pos(pk, "main")
        };
        write(store, Record::Pos(pos)).await;
    };
    let set_customer_active = async |is_active| {
        let customer = Customer {
            is_active,
            ..customer(ground.customer.get())
        };
        write(store, Record::Customer(customer)).await;
    };
    let recorded = async || instruments::records(store).await.len();
    contract::instruments(
        &*store.instruments,
        &*store.intents,
        &*store.saved_cards,
        &ground,
        switch,
        set_pos_active,
        set_customer_active,
        recorded,
    )
    .await;
}

pub(crate) async fn actions(store: &Store) {
    fill(store).await;
    contract::actions(
        &*store.actions,
        &*store.intents,
        &*store.erasure,
        &contract_ground(),
    )
    .await;
}

pub(crate) async fn backlog(store: &Store) {
    fill(store).await;
    contract::backlog(&*store.intents, &contract_ground()).await;
}

pub(crate) async fn accounts(store: &Store) {
    fill(store).await;
    let fixture = contract_ground();
    let switch = async |account: GatewayAccount| {
        let mut pos = pos(fixture.pos.get(), "main");
        let former = json!({"main": {"secret": "env:SECRET"}});
        pos.config
            .insert(ACCOUNT.to_owned(), account.label.as_str().into());
        pos.config.insert(ACCOUNTS.to_owned(), former);
        let written = store
            .records
            .apply(&change([Record::Pos(pos)]), author())
            .await;
        written.expect("a change");
    };
    contract::accounts(&*store.intents, &*store.saved_cards, &fixture, switch).await;
}

pub(crate) async fn code_tries(store: &Store) {
    contract::code_tries(&*store.code_tries, &contract_ground()).await;
}

pub(crate) async fn endings(store: &Store) {
    fill(store).await;
    let kept = contract::endings(&*store.audit, &*store.intents, &contract_ground()).await;
    let all = AuditFilter::default();
    let page = store.audit_trail.page(&all, None, 100);
    let mut found = page.await.expect("a page");
    found.reverse();
    found.retain(|row| row.entry.intent.is_some());
    let found: Vec<_> = found.into_iter().map(|row| row.entry.outcome).collect();
    let expected: Vec<_> = kept.iter().map(|one| one.outcome.as_str()).collect();
    assert_eq!(found, expected);
}

pub(crate) async fn old_intents(store: &Store, owned: &impl Owned) {
    fill(store).await;
    let age = async || {
        let sql = "UPDATE intents SET created_at = '2020-01-01 00:00:00'";
        assert!(owned.run(sql).await);
    };
    contract::old_intents(&*store.intents, &*store.actions, &contract_ground(), age).await;
}

pub(crate) async fn audit_log(store: &Store) {
    let fixture = contract_ground();
    let kept = contract::audit_log(&*store.audit, &fixture).await;
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

pub(crate) async fn sms_limits(store: &Store) {
    fill(store).await;
    contract::sms_limits(
        &*store.sms_limits,
        &*store.code_tries,
        &*store.erasure,
        &contract_ground(),
    )
    .await;
}

pub(crate) async fn sms_sends(store: &Store) {
    contract::sms_sends(&*store.sms_sends, &contract_ground()).await;
}
