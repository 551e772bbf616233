//! Tokens stay at their account.

use futures_executor::block_on;
use payments_core::card_storage::{Reconciled, StorageRefusal, Verdict};
use payments_core::catalog::{ACCOUNT, ACCOUNTS, Catalog, CatalogParts, PaymentType, Pos};
use payments_core::intent::{EntryId, Setback};
use payments_core::ports::{Intents, Tokenizers};
use payments_core::testkit::fakes::{Fault, GatewayAct};
use serde_json::{Value, json};

use super::harness::{NUMBER, World, owner, pos};
use crate::shop;

/// POS 1 with this gateway and configuration, for all cards.
fn catalog(gateway: &str, config: &Value) -> Catalog {
    let pos = Pos {
        config: config.as_object().unwrap().clone(),
        ..shop::pos(1, gateway)
    };
    shop::catalog(CatalogParts {
        banks: Vec::new(),
        card_types: Vec::new(),
        pos: vec![pos],
        cards: Vec::new(),
        payment_options: vec![shop::payment_option(
            1,
            "credit-card",
            PaymentType::CreditCard,
            1,
        )],
        rules: Vec::new(),
    })
}

/// Rewrites the point of sale in the store.
pub(crate) fn write(world: &mut World, gateway: &str, config: &Value) {
    world.catalog = catalog(gateway, config);
    let account = world.catalog.pos(pos(1)).unwrap().account();
    world.database.switch(pos(1), account);
}

fn live_tokens(world: &World) -> usize {
    let ledger = world.gateway.ledger();
    ledger.iter().filter(|entry| entry.live).count()
}

fn save(world: &World) {
    let owner = owner(7, 1);
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap();
}

fn remove(world: &World) {
    let pk = world.database.cards()[0].pk;
    let removed = world
        .storage
        .remove_card(&world.catalog, owner(7, 1).customer, pk);
    assert!(block_on(removed).unwrap());
}

fn reasons(world: &World) -> Vec<Option<Setback>> {
    let stuck = block_on(world.database.stuck(10)).unwrap();
    stuck.into_iter().map(|entry| entry.setback).collect()
}

#[test]
fn a_token_is_deleted_with_the_credentials_of_its_own_account() {
    let mut world = World::new();
    write(&mut world, "fake", &json!({"merchant": "old"}));
    save(&world);
    let moved = json!({ACCOUNT: "new", "merchant": "new", ACCOUNTS: {"main": {"merchant": "old"}}});
    write(&mut world, "fake", &moved);
    remove(&world);
    assert_eq!(live_tokens(&world), 0);
    assert!(world.database.deletions().is_empty());
}

#[test]
fn a_token_without_credentials_of_its_account_stays_queued_with_the_reason() {
    let mut world = World::new();
    write(&mut world, "fake", &json!({"merchant": "old"}));
    save(&world);
    write(
        &mut world,
        "fake",
        &json!({ACCOUNT: "new", "merchant": "new"}),
    );
    remove(&world);
    assert_eq!(
        (live_tokens(&world), world.database.deletions().len()),
        (1, 1)
    );
    assert_eq!(reasons(&world), [Some(Setback::CredentialsMissing)]);
    // The credentials come back, and the deletion is retried.
    let back = json!({ACCOUNT: "new", ACCOUNTS: {"main": {"merchant": "old"}}});
    write(&mut world, "fake", &back);
    world.clock.advance(241);
    block_on(world.storage.reconcile(&world.catalog, 10)).unwrap();
    assert_eq!(
        (live_tokens(&world), world.database.deletions().len()),
        (0, 0)
    );
}

#[test]
fn no_token_is_deleted_at_another_gateway() {
    let mut world = World::new();
    save(&world);
    write(&mut world, "another", &json!({}));
    world.storage.ports_mut().tokenizers =
        std::mem::take(&mut world.storage.ports_mut().tokenizers)
            .with("another", world.gateway.clone());
    remove(&world);
    assert_eq!(
        (live_tokens(&world), world.database.deletions().len()),
        (1, 1)
    );
    assert_eq!(reasons(&world), [Some(Setback::CredentialsMissing)]);
}

#[test]
fn no_intent_is_recorded_at_a_gateway_that_cannot_be_called() {
    let mut world = World::new();
    let owner = owner(7, 1);
    let code = world.ready(&owner, NUMBER);
    write(&mut world, "another", &json!({}));
    let refused = world.enter(&owner, &code);
    assert!(
        matches!(refused, Err(StorageRefusal::CardGone)),
        "{refused:?}"
    );
    assert!(world.database.intents().is_empty());
    world.run_until_idle();
    world.check();
}

#[test]
fn a_card_stays_saved_if_its_gateway_cannot_be_called_and_the_flow_store_went_back() {
    let mut world = World::new();
    let owner = owner(7, 1);
    let code = world.ready(&owner, NUMBER);
    let (flows, held) = (world.flows.backup(), world.held_cards.backup());
    // Otherwise the used code alone leads to the answer.
    world.faults.fail("code_tries.mark_right", Fault::Before);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    world.flows.restore(flows);
    world.held_cards.restore(held);
    write(&mut world, "another", &json!({}));
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    assert_eq!(world.gateway.tokenize_calls(), 1);
}

#[test]
fn an_intent_is_checked_at_the_account_it_was_recorded_for() {
    let mut world = World::new();
    write(&mut world, "fake", &json!({"merchant": "old"}));
    let owner = owner(7, 1);
    world.gateway.next(GatewayAct::MakeAndTimeOut);
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap_err();
    let moved = json!({ACCOUNT: "new", "merchant": "new", ACCOUNTS: {"main": {"merchant": "old"}}});
    write(&mut world, "fake", &moved);
    world.clock.advance(901);
    let done = Reconciled {
        intents_closed: 1,
        tokens_deleted: 1,
        revealing_left: 0,
        still_open: 0,
    };
    let reconciled = block_on(world.storage.reconcile(&world.catalog, 10)).unwrap();
    assert_eq!(reconciled, done);
    assert_eq!(live_tokens(&world), 0);
}

#[test]
fn a_card_is_not_sent_to_a_former_account() {
    let mut world = World::new();
    write(&mut world, "fake", &json!({"merchant": "old"}));
    let owner = owner(7, 1);
    let code = world.ready(&owner, NUMBER);
    // This process has a stale catalog.
    let account = catalog("fake", &json!({ACCOUNT: "new"}))
        .pos(pos(1))
        .unwrap()
        .account();
    world.database.switch(pos(1), account);
    world.enter(&owner, &code).unwrap_err();
    assert_eq!(world.gateway.tokenize_calls(), 0);
    assert!(world.database.intents().is_empty());
    world.run_until_idle();
    world.check();
}

#[test]
fn each_stuck_entry_has_its_reason() {
    let mut world = {
        let world = World::new();
        let owner = owner(7, 1);
        world.gateway.next(GatewayAct::MakeAndTimeOut);
        let code = world.ready(&owner, NUMBER);
        world.enter(&owner, &code).unwrap_err();
        world.clock.advance(901);
        world
    };
    let nowhere = shop::catalog(CatalogParts::default());
    let elsewhere = catalog("another", &json!({}));
    for (catalog, setback) in [
        (&nowhere, Setback::PosMissing),
        (&elsewhere, Setback::CredentialsMissing),
    ] {
        block_on(world.storage.reconcile(catalog, 10)).unwrap();
        assert_eq!(reasons(&world), [Some(setback)]);
        world.clock.advance(4 * 3_600 + 1);
    }
    world.storage.ports_mut().tokenizers = Tokenizers::default();
    block_on(world.storage.reconcile(&world.catalog, 10)).unwrap();
    let stuck = block_on(world.database.stuck(10)).unwrap();
    assert_eq!(stuck.len(), 1);
    assert!(matches!(stuck[0].id, EntryId::Intent(_)));
    assert_eq!(stuck[0].setback, Some(Setback::GatewayNotEnabled));
    assert_eq!(stuck[0].attempts, 3);
}
