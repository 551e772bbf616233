//! The reconciler.

use std::pin::pin;

use futures_executor::block_on;
use futures_util::future::join_all;
use payments_core::audit::AuditOutcome;
use payments_core::card_storage::Reconciled;
use payments_core::flow::IntentId;
use payments_core::intent::IntentOutcome;
use payments_core::testkit::fakes::{Fault, GatewayAct};

use super::harness::{NUMBER, World, cut, owner, poll_until};

fn reconcile(world: &World) -> Reconciled {
    block_on(world.storage.reconcile(&world.catalog, 100)).unwrap()
}

/// A harness after this result of the gateway for a customer's card.
fn after(act: GatewayAct) -> World {
    let (world, owner) = (World::new(), owner(7, 1));
    world.gateway.next(act);
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap_err();
    world
}

#[test]
fn no_gateway_is_asked_before_the_horizon() {
    let world = after(GatewayAct::MakeAndTimeOut);
    world.clock.advance(899);
    assert_eq!(reconcile(&world), Reconciled::default());
    world.clock.advance(2);
    let done = Reconciled {
        intents_closed: 1,
        tokens_deleted: 1,
        ..Reconciled::default()
    };
    assert_eq!(reconcile(&world), done);
    world.check();
}

#[test]
fn an_unknown_intent_is_checked_again_one_horizon_later() {
    let world = after(GatewayAct::TimeOut);
    world.clock.advance(901);
    assert_eq!(
        reconcile(&world),
        Reconciled {
            still_open: 1,
            ..Reconciled::default()
        }
    );
    world.clock.advance(899);
    assert_eq!(reconcile(&world), Reconciled::default());
    world.clock.advance(2);
    assert_eq!(
        reconcile(&world),
        Reconciled {
            intents_closed: 1,
            ..Reconciled::default()
        }
    );
    world.check();
}

#[test]
fn an_unavailable_gateway_is_asked_again_after_the_lease() {
    let world = after(GatewayAct::MakeAndTimeOut);
    world.clock.advance(901);
    world.faults.fail("gateway.find", Fault::Before);
    assert_eq!(
        reconcile(&world),
        Reconciled {
            still_open: 1,
            ..Reconciled::default()
        }
    );
    assert_eq!(reconcile(&world), Reconciled::default(), "it is leased");
    world.clock.advance(121);
    world.faults.fail("gateway.delete", Fault::Before);
    let closed = Reconciled {
        intents_closed: 1,
        still_open: 1,
        ..Reconciled::default()
    };
    assert_eq!(reconcile(&world), closed, "found, but not deleted");
    world.clock.advance(121);
    assert_eq!(
        reconcile(&world),
        Reconciled {
            tokens_deleted: 1,
            ..Reconciled::default()
        }
    );
    world.check();
}

#[test]
fn an_intent_settled_by_an_operator_stays_closed() {
    let world = after(GatewayAct::TimeOut);
    let id = world.database.intents()[0].intent.id.clone();
    let settle = |id: &IntentId| block_on(world.storage.settle(id)).unwrap();
    assert_eq!(settle(&IntentId("another".to_owned())), None);
    let closed = Some(IntentOutcome::Reconciled);
    assert_eq!(settle(&id), closed);
    assert_eq!(settle(&id), closed, "one fault is enough");
    world.clock.advance(5_000);
    assert_eq!(reconcile(&world), Reconciled::default());
    world.check();
}

#[test]
fn concurrent_reconcilers_do_everything_once() {
    for seed in 0..40 {
        let world = World::interleaved(seed);
        for customer in 1..5 {
            let owner = owner(customer, 1);
            world.gateway.next(GatewayAct::MakeAndTimeOut);
            let code = world.ready(&owner, NUMBER);
            world.enter(&owner, &code).unwrap_err();
        }
        world.clock.advance(901);
        let runs = (0..4).map(|_| world.storage.reconcile(&world.catalog, 3));
        let runs: Vec<Reconciled> = block_on(join_all(runs))
            .into_iter()
            .map(Result::unwrap)
            .collect();
        let closed: u32 = runs.iter().map(|run| run.intents_closed).sum();
        let deleted: u32 = runs.iter().map(|run| run.tokens_deleted).sum();
        assert_eq!(closed, 4, "seed {seed}");
        assert!(deleted <= 4, "seed {seed}");
        world.run_until_idle();
        world.check();
    }
}

#[test]
fn a_reconciler_that_dies_at_any_step_is_replaced_by_another() {
    for act in [
        GatewayAct::MakeAndTimeOut,
        GatewayAct::TimeOut,
        GatewayAct::MakeLate,
    ] {
        for polls in 1..40 {
            let world = after(act);
            world.clock.advance(901);
            cut(world.storage.reconcile(&world.catalog, 100), polls);
            world.run_until_idle();
            world.check();
        }
    }
}

#[test]
fn a_reconciler_concurrent_with_a_late_request_leaves_no_orphan() {
    for seed in 0..40 {
        let (world, owner) = (World::interleaved(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let mut request = pin!(world.enter_async(&owner, &code));
        let mut polls = 0..seed;
        let answer = poll_until(&mut request, || polls.next().is_none());
        // The process was suspended here for longer than two horizons, while others reconciled.
        world.clock.advance(901);
        reconcile(&world);
        world.clock.advance(1_801);
        reconcile(&world);
        let answer = answer.unwrap_or_else(|| block_on(request));
        assert_eq!(
            answer.is_ok(),
            world.database.cards().len() == 1,
            "seed {seed}: {answer:?}"
        );
        world.run_until_idle();
        world.check();
    }
}

#[test]
fn a_saving_that_died_before_its_intent_is_recorded_once_as_a_lost_card() {
    let mut recorded = 0;
    for polls in 0..500 {
        let (world, owner) = (World::interleaved(11), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let answered = cut(world.enter_async(&owner, &code), polls);
        let has_intent = !world.database.intents().is_empty();
        world.clock.advance(899);
        reconcile(&world);
        let early = world.audit_outcomes().contains(&AuditOutcome::CardLost);
        assert!(!early, "cut after {polls} polls");
        world.clock.advance(2);
        for _ in 0..2 {
            reconcile(&world);
        }
        let outcomes = world.audit_outcomes();
        if !has_intent && !outcomes.is_empty() {
            assert_eq!(
                outcomes,
                [AuditOutcome::CardLost],
                "cut after {polls} polls"
            );
            recorded += 1;
        }
        if answered.is_some() {
            break;
        }
    }
    assert!(
        recorded > 0,
        "the process died between the code and the intent"
    );
}
