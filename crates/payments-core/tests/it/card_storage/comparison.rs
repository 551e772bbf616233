//! The full comparison of saved cards with tokens.

use std::sync::Arc;

use futures_executor::block_on;
use payments_core::card::CardToken;
use payments_core::card_storage::{ComparedAccount, Comparison, DeadRow, OrphanEnd};
use payments_core::catalog::{ACCOUNT, ACCOUNTS, Catalog, CatalogParts, CatalogVersion};
use payments_core::flow::IntentId;
use payments_core::intent::Setback;
use payments_core::ports::{Intents, Tokenizers};
use payments_core::saved_card::NewSavedCard;
use payments_core::testkit::fakes::{
    FakeDatabase, Fault, FaultInjection, GatewayAct, LedgerEntry, SearchBy,
};
use payments_core::testkit::mocks::MockTokenizer;
use payments_core::tokenization::{ListCursor, Listed};
use serde_json::json;

use super::accounts::write;
use super::harness::{NUMBER, World, owner, pos, start};
use super::meanwhile::make_one_merchant;

/// A world in which these customers have a card each.
pub(super) fn with_cards(customers: impl IntoIterator<Item = i64>) -> World {
    let world = World::new();
    for customer in customers {
        save(&world, customer, GatewayAct::Succeed);
    }
    world
}

pub(super) fn save(world: &World, customer: i64, act: GatewayAct) {
    let owner = owner(customer, 1);
    world.gateway.next(act);
    let code = world.ready(&owner, NUMBER);
    let saved = world.enter(&owner, &code);
    assert_eq!(saved.is_ok(), act == GatewayAct::Succeed, "{act:?}");
}

/// Restores the database from a backup in which nothing was saved yet.
fn restore_an_empty_one(world: &mut World) {
    let database = FakeDatabase::new(FaultInjection::default()).on_clock(world.clock.clone());
    let database = Arc::new(database);
    world.database = database.clone();
    let ports = world.storage.ports_mut();
    ports.intents = database.clone();
    ports.actions = database.clone();
    ports.saved_cards = database.clone();
    ports.stored_tokens = database;
}

/// A world whose only token has lost its card.
pub(super) fn orphaned() -> World {
    let mut world = with_cards([1]);
    restore_an_empty_one(&mut world);
    world
}

pub(super) fn compare(world: &World) -> Comparison {
    block_on(world.storage.compare_with_gateways(&world.catalog, false)).unwrap()
}

pub(super) fn delete(world: &World) -> Comparison {
    block_on(world.storage.compare_with_gateways(&world.catalog, true)).unwrap()
}

/// The result at the first point of sale.
pub(super) fn first(comparison: &Comparison) -> &ComparedAccount {
    &comparison.accounts[0]
}

pub(super) fn ends(comparison: &Comparison) -> Vec<OrphanEnd> {
    let orphans = comparison.accounts.iter().flat_map(|one| &one.orphans);
    orphans.map(|orphan| orphan.end).collect()
}

pub(super) fn dead_rows(comparison: &Comparison) -> Vec<DeadRow> {
    let rows = comparison.accounts.iter().flat_map(|one| &one.dead_rows);
    rows.copied().collect()
}

pub(super) fn last_entry(world: &World) -> LedgerEntry {
    world.gateway.ledger().pop().unwrap()
}

fn live_tokens(world: &World) -> usize {
    let ledger = world.gateway.ledger();
    ledger.iter().filter(|entry| entry.live).count()
}

#[test]
fn cards_with_their_tokens_match() {
    let world = with_cards(1..=5);
    let compared = compare(&world);
    let there = first(&compared);
    assert!(compared.is_settled() && there.is_whole);
    assert_eq!((there.tokens, there.rows, there.foreign_tokens), (5, 5, 0));
    assert_eq!(compared.accounts.len(), 2, "both points of sale");
}

#[test]
fn tokens_without_cards_are_found_on_every_page_and_deleted_only_if_asked() {
    let mut world = with_cards(1..=5);
    let references: Vec<IntentId> = world
        .gateway
        .ledger()
        .into_iter()
        .map(|entry| entry.reference)
        .collect();
    restore_an_empty_one(&mut world);
    save(&world, 6, GatewayAct::Succeed);

    let found = compare(&world);
    let orphans = &first(&found).orphans;
    let mut named: Vec<_> = orphans.iter().map(|one| one.reference.clone()).collect();
    named.sort();
    let mut expected = references;
    expected.sort();
    assert_eq!(named, expected);
    assert_eq!(ends(&found), [OrphanEnd::Left; 5]);
    assert!(!found.is_settled() && world.database.deletions().is_empty());

    let queued = delete(&world);
    assert_eq!(ends(&queued), [OrphanEnd::Queued; 5]);
    assert!(queued.is_settled());
    assert_eq!(ends(&compare(&world)), [], "queued tokens are no orphans");
    block_on(world.storage.reconcile(&world.catalog, 100)).unwrap();
    assert_eq!(live_tokens(&world), 1);
    assert!(compare(&world).is_settled());
}

#[test]
fn two_tokens_of_one_reference_are_two_orphans() {
    let mut world = with_cards([1]);
    let reference = last_entry(&world).reference;
    restore_an_empty_one(&mut world);
    world.gateway.make_twice(&reference);
    assert_eq!(ends(&delete(&world)), [OrphanEnd::Queued; 2]);
}

#[test]
fn a_token_whose_saving_is_in_progress_is_no_orphan() {
    let world = with_cards([1]);
    save(&world, 2, GatewayAct::MakeAndTimeOut);
    let compared = delete(&world);
    assert_eq!((first(&compared).tokens, ends(&compared)), (2, vec![]));
    assert!(world.database.deletions().is_empty());
}

#[test]
fn a_token_that_is_queued_for_deletion_is_no_orphan() {
    let world = with_cards([1]);
    let pk = world.database.cards()[0].pk;
    world.faults.fail("gateway.delete", Fault::Before);
    let removing = world
        .storage
        .remove_card(&world.catalog, owner(1, 1).customer, pk);
    assert!(block_on(removing).unwrap());
    for compared in [compare(&world), delete(&world)] {
        assert_eq!((first(&compared).tokens, ends(&compared)), (1, vec![]));
    }
    assert_eq!(world.database.deletions().len(), 1);
}

#[test]
fn a_card_whose_token_is_gone_is_reported_and_kept() {
    for search_by in [SearchBy::KeyOrReference, SearchBy::KeyOnly] {
        let world = with_cards([1, 2]);
        world.gateway.search_by(search_by);
        world
            .gateway
            .delete_made_under(&last_entry(&world).reference);
        let row = world.database.cards().pop().unwrap();
        let dead = DeadRow {
            card: row.pk,
            customer: row.card.customer,
        };
        for compared in [compare(&world), delete(&world)] {
            assert_eq!(dead_rows(&compared), [dead], "{search_by:?}");
            assert!(!compared.is_settled() && ends(&compared).is_empty());
        }
        assert_eq!(world.database.cards().len(), 2);
    }
}

#[test]
fn tokens_of_others_are_counted_and_kept() {
    let mut world = with_cards([1, 2]);
    world.gateway.give_to_others(&last_entry(&world).reference);
    let compared = compare(&world);
    assert_eq!(first(&compared).foreign_tokens, 0, "a card holds it");
    restore_an_empty_one(&mut world);
    let compared = delete(&world);
    assert_eq!(first(&compared).foreign_tokens, 1);
    assert_eq!(ends(&compared), [OrphanEnd::Queued]);
    world.run_until_idle();
    assert_eq!(live_tokens(&world), 1);
}

#[test]
fn without_a_list_of_the_account_only_known_customers_are_compared() {
    let mut world = with_cards([1, 2]);
    let known = world.database.cards()[0].card.clone();
    restore_an_empty_one(&mut world);
    world.gateway.search_by(SearchBy::KeyOnly);
    let compared = compare(&world);
    assert_eq!(
        (first(&compared).is_whole, first(&compared).tokens),
        (false, 0)
    );
    assert!(compared.is_settled(), "no customer is known");

    // One customer has another card now.
    let id = {
        save(&world, 1, GatewayAct::MakeAndTimeOut);
        last_entry(&world).reference
    };
    let card = NewSavedCard {
        token: CardToken::parse(&last_entry(&world).token).unwrap(),
        ..known
    };
    block_on(world.database.save_card(&id, &card, start())).unwrap();
    let compared = compare(&world);
    assert_eq!(
        ends(&compared),
        [OrphanEnd::Left],
        "the customer's first token"
    );
}

#[test]
fn two_points_of_sale_may_be_one_merchant() {
    let mut world = with_cards([1]);
    make_one_merchant(&mut world);
    let compared = delete(&world);
    let tokens: Vec<u64> = compared.accounts.iter().map(|one| one.tokens).collect();
    assert_eq!(tokens, [1, 1], "both list the token");
    assert!(ends(&compared).is_empty() && compared.is_settled());

    let reference = last_entry(&world).reference;
    world.gateway.give_to_others(&reference);
    let others: u64 = compare(&world)
        .accounts
        .iter()
        .map(|one| one.foreign_tokens)
        .sum();
    assert_eq!(others, 0, "a card of the other point of sale holds it");

    let mut world = with_cards([1]);
    restore_an_empty_one(&mut world);
    make_one_merchant(&mut world);
    assert_eq!(ends(&compare(&world)), [OrphanEnd::Left], "once");
}

#[test]
fn a_card_at_a_point_of_sale_that_the_catalog_does_not_have_yet_holds_its_token() {
    let mut world = with_cards([1]);
    make_one_merchant(&mut world);
    // The comparison runs for long, and keeps the catalog that it began with.
    let points = world.catalog.points_of_sale().to_vec();
    let parts = CatalogParts {
        pos: points.into_iter().filter(|one| one.pk != pos(1)).collect(),
        ..CatalogParts::default()
    };
    world.catalog = Catalog::build(CatalogVersion(2), parts).unwrap();
    let compared = delete(&world);
    assert_eq!(
        compared.accounts.iter().map(|one| one.tokens).sum::<u64>(),
        1
    );
    assert_eq!(ends(&compared), []);
    assert_eq!(world.database.deletions(), []);
}

#[test]
fn a_former_account_is_compared_with_its_own_credentials() {
    let mut world = World::new();
    write(&mut world, "fake", &json!({"merchant": "old"}));
    save(&world, 1, GatewayAct::Succeed);
    let moved = json!({ACCOUNT: "new", "merchant": "new", ACCOUNTS: {"main": {"merchant": "old"}}});
    write(&mut world, "fake", &moved);
    let compared = compare(&world);
    let rows: Vec<_> = compared
        .accounts
        .iter()
        .map(|one| (one.tokens, one.rows))
        .collect();
    assert_eq!(rows, [(1, 1), (0, 0)], "the former and the present one");
    assert!(compared.is_settled());

    write(
        &mut world,
        "fake",
        &json!({ACCOUNT: "new", "merchant": "new"}),
    );
    let compared = compare(&world);
    assert_eq!(first(&compared).setback, Some(Setback::CredentialsMissing));
    assert!(!compared.is_settled());
}

#[test]
fn an_unavailable_gateway_is_no_empty_one() {
    let world = with_cards([1]);
    let list_fails =
        |times| (0..times).for_each(|_| world.faults.fail("gateway.list", Fault::Before));
    list_fails(2);
    assert!(compare(&world).is_settled(), "a page is requested again");
    list_fails(3);
    let compared = compare(&world);
    assert_eq!(first(&compared).setback, Some(Setback::GatewayUnavailable));
    assert!(dead_rows(&compared).is_empty() && !compared.is_settled());
    assert_eq!(compared.accounts[1].setback, None, "the other is compared");
}

#[test]
fn a_list_that_never_ends_is_given_up() {
    let mut world = with_cards([1]);
    let mut gateway = MockTokenizer::new();
    gateway.expect_list().returning(|_, _, _| {
        let (tokens, next) = (Vec::new(), Some(ListCursor("same".to_owned())));
        Ok(Listed::Page { tokens, next })
    });
    world.storage.ports_mut().tokenizers = Tokenizers::default().with("fake", Arc::new(gateway));
    let compared = compare(&world);
    assert_eq!(first(&compared).setback, Some(Setback::GatewayUnavailable));
}

#[test]
fn a_token_that_may_contain_a_card_number_is_not_stored() {
    let mut world = with_cards([1]);
    world.faults.fail("gateway.delete", Fault::Before);
    save(&world, 2, GatewayAct::RevealNumber);
    restore_an_empty_one(&mut world);
    let compared = delete(&world);
    let mut found = ends(&compared);
    found.sort_by_key(|end| *end == OrphanEnd::NotStorable);
    assert_eq!(found, [OrphanEnd::Queued, OrphanEnd::NotStorable]);
    assert!(!compared.is_settled());
    let written = world.database.ever_written();
    assert!(
        written.iter().all(|text| !text.contains(NUMBER)),
        "{written:?}"
    );
}
