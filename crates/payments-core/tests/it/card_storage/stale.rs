//! Flow stores that lose data or go back in time, and endings that could not be recorded immediately.

use std::pin::pin;

use futures_executor::block_on;
use payments_core::audit::AuditOutcome;
use payments_core::card_storage::{StorageRefusal, Verdict};
use payments_core::testkit::fakes::Fault;

use super::harness::{NUMBER, OTHER_NUMBER, World, owner, poll_until, start, wrong};

#[test]
fn a_used_code_that_a_stale_replica_brings_back_is_answered_as_before() {
    for cards_come_back in [true, false] {
        let (world, owner) = (World::new(), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let (flows, held) = (world.flows.backup(), world.held_cards.backup());
        assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
        world.flows.restore(flows);
        if cards_come_back {
            world.held_cards.restore(held);
        }
        for _ in 0..2 {
            assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
        }
        assert_eq!(world.gateway.tokenize_calls(), 1);
        world.run_until_idle();
        world.check();
        assert_eq!(world.database.cards().len(), 1);
        assert_eq!(world.audit_outcomes(), [AuditOutcome::Saved]);
    }
}

#[test]
fn a_stale_replica_restores_no_tries_and_voids_no_saved_card() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    let (flows, held) = (world.flows.backup(), world.held_cards.backup());
    let compared = |number| {
        let denied = world.enter(&owner, &wrong(&code, number));
        matches!(denied, Err(StorageRefusal::WrongCode { .. }))
    };
    assert!((0..4).all(compared));
    world.flows.restore(flows.clone());
    world.held_cards.restore(held.clone());
    assert!(compared(4));
    world.flows.restore(flows.clone());
    for number in 5..8 {
        assert!(matches!(
            world.enter(&owner, &wrong(&code, number)),
            Err(StorageRefusal::FlowVoid)
        ));
    }
    assert_eq!(world.audit_outcomes(), [AuditOutcome::Void]);

    let (world, owner) = (World::new(), super::harness::owner(8, 2));
    let code = world.ready(&owner, NUMBER);
    let flows = world.flows.backup();
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    world.flows.restore(flows);
    for number in 0..5 {
        world.enter(&owner, &wrong(&code, number)).unwrap_err();
    }
    assert_eq!(
        world.enter(&owner, &code).unwrap(),
        Verdict::Saved,
        "the card is saved, independently of the flow store"
    );
    world.run_until_idle();
    world.check();
    assert_eq!(world.audit_outcomes(), [AuditOutcome::Saved]);
}

#[test]
fn a_flushed_flow_store_does_not_lose_a_saved_card() {
    let (world, mine) = (World::new(), owner(7, 1));
    let empty = world.flows.backup();
    let code = world.ready(&mine, NUMBER);
    assert_eq!(world.enter(&mine, &code).unwrap(), Verdict::Saved);
    world.flows.restore(empty);
    for _ in 0..3 {
        assert_eq!(world.enter(&mine, &code).unwrap(), Verdict::Saved);
    }
    let tries = || world.database.tries(mine.customer, start().date_naive());
    assert_eq!(tries(), 0);
    for number in 0..8 {
        let denied = world.enter(&mine, &wrong(&code, number));
        assert!(matches!(denied, Err(StorageRefusal::NoCodeSent)));
    }
    assert_eq!(
        tries(),
        5,
        "requesting counts, and five requests are granted"
    );
    assert_eq!(world.enter(&mine, &code).unwrap(), Verdict::Saved);
    let other_session = owner(7, 2);
    assert!(matches!(
        world.enter(&other_session, &code),
        Err(StorageRefusal::NoCodeSent)
    ));
    world.clock.advance(181);
    assert!(matches!(
        world.enter(&mine, &code),
        Err(StorageRefusal::NoCodeSent)
    ));
    world.run_until_idle();
    world.check();
}

#[test]
fn a_flow_store_flushed_during_a_saving_reports_it_as_in_progress() {
    let (world, owner) = (World::interleaved(3), owner(7, 1));
    let empty = world.flows.backup();
    let code = world.ready(&owner, NUMBER);
    {
        let mut request = std::pin::pin!(world.enter_async(&owner, &code));
        let is_called = || world.gateway.tokenize_calls() > 0;
        poll_until(&mut request, is_called);
    }
    world.flows.restore(empty);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saving);
    world.run_until_idle();
    world.check();
}

#[test]
fn a_saving_that_takes_longer_than_allowed_has_an_unknown_outcome() {
    let (mut world, owner) = (World::interleaved(3), owner(7, 1));
    world.storage.settings_mut().saving_seconds = 60;
    let empty = world.flows.backup();
    let code = world.ready(&owner, NUMBER);
    {
        let mut request = pin!(world.enter_async(&owner, &code));
        poll_until(&mut request, || world.gateway.tokenize_calls() > 0);
    }
    world.flows.restore(empty);
    world.clock.advance(59);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saving);
    world.clock.advance(1);
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::OutcomeUnknown)
    ));
    world.run_until_idle();
    world.check();
}

#[test]
fn the_code_of_a_saved_card_says_nothing_about_a_later_flow_that_is_void() {
    let (world, owner) = (World::new(), owner(7, 1));
    let saved = world.ready(&owner, NUMBER);
    assert_eq!(world.enter(&owner, &saved).unwrap(), Verdict::Saved);
    let code = world.ready(&owner, OTHER_NUMBER);
    assert_ne!(saved, code);
    for number in 0..5 {
        world.enter(&owner, &wrong(&code, number)).unwrap_err();
    }
    assert!(matches!(
        world.enter(&owner, &saved),
        Err(StorageRefusal::FlowVoid)
    ));
    world.run_until_idle();
    world.check();
}

#[test]
fn a_flow_that_ended_during_a_database_outage_is_recorded_afterwards() {
    for fault in [Fault::Before, Fault::After] {
        let (world, owner) = (World::new(), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        for number in 0..4 {
            world.enter(&owner, &wrong(&code, number)).unwrap_err();
        }
        for _ in 0..2 {
            world.faults.fail("audit.append", fault);
            let refused = world.enter(&owner, &wrong(&code, 4));
            assert!(
                matches!(refused, Err(StorageRefusal::Unavailable(_))),
                "{refused:?}"
            );
        }
        assert!(matches!(
            world.enter(&owner, &wrong(&code, 4)),
            Err(StorageRefusal::FlowVoid)
        ));
        assert_eq!(world.audit_outcomes(), [AuditOutcome::Void]);
        world.run_until_idle();
        world.check();
    }
}

#[test]
fn an_unrecorded_ending_is_recorded_before_the_flow_continues() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    world.held_cards.lose_all();
    world.faults.fail("audit.append", Fault::Before);
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::Unavailable(_))
    ));
    world.faults.fail("audit.append", Fault::Before);
    assert!(matches!(
        world.submit(&owner, NUMBER),
        Err(StorageRefusal::Unavailable(_))
    ));
    let code = world.ready(&owner, NUMBER);
    assert_eq!(world.audit_outcomes(), [AuditOutcome::CardLost]);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    world.run_until_idle();
    world.check();
}

#[test]
fn a_failover_between_two_claims_ends_the_flow_once() {
    for seed in 0..60 {
        let (world, owner) = (World::interleaved(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let made = |call| {
            let calls = world.faults.calls();
            calls.into_iter().filter(|one| *one == call).count()
        };
        let saves = made("flows.save");
        let mut first = pin!(world.enter_async(&owner, &code));
        let mut second = pin!(world.enter_async(&owner, &code));
        poll_until(&mut first, || made("flows.save") > saves);
        world.clock.advance(6);
        let claimed_by_first = world.flows.backup();
        poll_until(&mut second, || made("held_cards.take") > 0);
        world.flows.restore(claimed_by_first);
        // The first finds no card and no intent, and is about to record the end of the flow.
        let is_over = poll_until(&mut first, || made("code_tries.mark_right") > 0).is_some();
        poll_until(&mut second, || made("intents.record") > 0);
        if !is_over {
            let _ = block_on(first);
        }
        let _ = block_on(second);
        world.run_until_idle();
        world.check();
    }
}

#[test]
fn an_intent_of_a_used_code_that_a_stale_replica_brings_back_stays_open() {
    let (world, owner) = (World::interleaved(5), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    let (flows, held) = (world.flows.backup(), world.held_cards.backup());
    {
        let mut request = pin!(world.enter_async(&owner, &code));
        poll_until(&mut request, || world.gateway.tokenize_calls() > 0);
    }
    world.flows.restore(flows);
    world.held_cards.restore(held);
    world.faults.fail("intents.record", Fault::Before);
    world.enter(&owner, &code).unwrap_err();
    world.run_until_idle();
    world.check();
    assert!(!world.gateway.ledger()[0].live, "the token is deleted");
}
