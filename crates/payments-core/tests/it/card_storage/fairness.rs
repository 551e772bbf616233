//! The reconciler is fair, and does not depend on the clock of its process.

use std::sync::Arc;

use futures_executor::block_on;
use payments_core::card::CardToken;
use payments_core::card_storage::Reconciled;
use payments_core::catalog::{Catalog, CatalogParts, PaymentType};
use payments_core::flow::FlowId;
use payments_core::id::{CustomerId, PosId};
use payments_core::intent::{Intent, Setback};
use payments_core::ports::Intents;
use payments_core::testkit::fakes::{FakeClock, GatewayAct};

use super::harness::{NUMBER, World, owner, pos, start};
use crate::shop;

/// The default of the service.
const BATCH: u32 = 50;
const INTERVAL: i64 = 60;
const STUCK: u32 = 200;

/// POS 2 has a gateway that is not enabled, POS 1 one that is; new cards go to `present`.
fn catalog(present: i64) -> Catalog {
    shop::catalog(CatalogParts {
        banks: Vec::new(),
        card_types: Vec::new(),
        pos: vec![shop::pos(1, "fake"), shop::pos(2, "disabled")],
        cards: Vec::new(),
        payment_options: vec![shop::payment_option(
            1,
            "credit-card",
            PaymentType::CreditCard,
            present,
        )],
        rules: Vec::new(),
    })
}

fn record(world: &World, catalog: &Catalog, number: u32, pos: PosId, gone: bool) -> Intent {
    let mut id = [0xee; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    let mut account = catalog.pos(pos).unwrap().account();
    if gone {
        account.label = payments_core::slug::Slug::parse("gone").unwrap();
    }
    let intent = Intent::new(
        FlowId(id).intent(),
        CustomerId::new(i64::from(number) + 1_000).unwrap(),
        pos,
        account,
        None,
    );
    block_on(world.database.record(&intent)).unwrap();
    intent
}

/// Many intents and deletions that cannot be settled, after a number of tries.
fn stuck_world(at: i64, gone: bool) -> (World, Catalog) {
    let (world, catalog) = (World::new(), catalog(1));
    for number in 0..STUCK {
        record(&world, &catalog, number, pos(at), gone);
        let late = record(&world, &catalog, STUCK + number, pos(at), gone);
        let token = CardToken::parse(&format!("stuck-{number}")).unwrap();
        block_on(
            world
                .database
                .reconcile(&late.id, vec![(token, None)], start()),
        )
        .unwrap();
    }
    world.clock.advance(901);
    for _ in 0..30 {
        block_on(world.storage.reconcile(&catalog, BATCH)).unwrap();
        world.clock.advance(INTERVAL);
    }
    (world, catalog)
}

#[track_caller]
fn an_orphan_is_found_within_two_intervals(world: &World, catalog: &Catalog) {
    let owner = owner(7, 1);
    world.gateway.next(GatewayAct::MakeAndTimeOut);
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap_err();
    world.clock.advance(901);
    for _ in 0..2 {
        block_on(world.storage.reconcile(catalog, BATCH)).unwrap();
        world.clock.advance(INTERVAL);
    }
    let live = world.gateway.ledger().iter().filter(|one| one.live).count();
    assert_eq!(live, 0, "the orphan is found and deleted");
    let backlog = block_on(world.database.backlog()).unwrap();
    assert_eq!(
        (backlog.intents, backlog.deletions),
        (u64::from(STUCK), u64::from(STUCK))
    );
}

#[test]
fn stuck_entries_of_one_point_of_sale_do_not_delay_another() {
    let (mut world, catalog) = stuck_world(2, false);
    world.catalog = self::catalog(1);
    an_orphan_is_found_within_two_intervals(&world, &catalog);
    let stuck = block_on(world.database.stuck(1_000)).unwrap();
    assert_eq!(stuck.len(), 2 * STUCK as usize);
    assert!(
        stuck
            .iter()
            .all(|entry| entry.setback == Some(Setback::GatewayNotEnabled))
    );
}

#[test]
fn stuck_entries_of_a_point_of_sale_do_not_delay_its_orphans() {
    let (mut world, catalog) = stuck_world(1, true);
    world.catalog = self::catalog(1);
    an_orphan_is_found_within_two_intervals(&world, &catalog);
}

#[test]
fn a_process_with_a_wrong_clock_looks_neither_too_early_nor_twice() {
    let mut world = World::new();
    let owner = owner(7, 1);
    world.gateway.next(GatewayAct::MakeAndTimeOut);
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap_err();
    for wrong in [-86_400, 86_400] {
        let clock = FakeClock::new(start());
        clock.advance(wrong);
        world.storage.ports_mut().clock = Arc::new(clock);
        let done = block_on(world.storage.reconcile(&world.catalog, 10)).unwrap();
        assert_eq!(done, Reconciled::default(), "a clock {wrong} seconds off");
    }
    world.clock.advance(901);
    let done = block_on(world.storage.reconcile(&world.catalog, 10)).unwrap();
    assert_eq!((done.intents_closed, done.tokens_deleted), (1, 1));
}
