//! Faults and crashes during an action at the gateway.

use std::pin::pin;

use futures_executor::block_on;
use payments_core::audit::AuditOutcome;
use payments_core::card_storage::{ActionVerdict, Verdict};
use payments_core::testkit::fakes::Fault;

use super::actions::requiring_action;
use super::harness::{NUMBER, World, cut, owner, poll_until};

const CALLS: [&str; 15] = [
    "code_tries.reserve",
    "code_tries.mark_right",
    "intents.status",
    "intents.outcome",
    "intents.record",
    "intents.save_card",
    "flows.load",
    "flows.save",
    "flows.reload",
    "held_cards.take",
    "gateway.tokenize",
    "gateway.action",
    "actions.begin",
    "actions.named",
    "actions.of_intent",
];

/// The customer follows the URL, completes the action and returns, with retries.
fn follow_action(world: &World, answer: Option<Verdict>) {
    let Some(Verdict::ActionRequired(id)) = answer else {
        return;
    };
    let url = block_on(world.storage.action_url(&world.catalog, &id));
    if matches!(url, Ok(Some(_))) {
        world.gateway.approve();
    }
    for _ in 0..3 {
        let _ = block_on(world.storage.finish_action(&world.catalog, &id));
    }
}

fn check_when_idle(world: &World) {
    world.run_until_idle();
    world.check();
    assert!(world.gateway.tokenize_calls() <= 1);
    let saved = |outcome: &AuditOutcome| *outcome == AuditOutcome::Saved;
    let records = world.audit_outcomes().into_iter().filter(saved).count();
    assert_eq!(records, world.database.cards().len());
}

#[test]
fn no_single_fault_leaves_anything_behind_or_saves_twice() {
    for call in CALLS {
        for fault in [Fault::Before, Fault::After] {
            for spared in 0..3 {
                let (world, owner) = (requiring_action(World::new()), owner(7, 1));
                let code = world.ready(&owner, NUMBER);
                (0..spared).for_each(|_| world.faults.pass(call));
                world.faults.fail(call, fault);
                for _ in 0..3 {
                    follow_action(&world, world.enter(&owner, &code).ok());
                }
                check_when_idle(&world);
            }
        }
    }
}

#[test]
fn an_action_is_recognized_after_the_reply_to_storing_it_was_lost() {
    for fault in [Fault::Before, Fault::After] {
        let (world, owner) = (requiring_action(World::new()), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        world.faults.fail("actions.begin", fault);
        let answer = world.enter(&owner, &code);
        assert!(
            matches!(answer, Ok(Verdict::ActionRequired(_))),
            "{fault:?}"
        );
        follow_action(&world, answer.ok());
        assert_eq!(world.database.cards().len(), 1);
        check_when_idle(&world);
    }
}

#[test]
fn an_action_that_cannot_be_stored_is_cancelled_and_the_customer_not_redirected() {
    let (world, owner) = (requiring_action(World::new()), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    for _ in 0..2 {
        world.faults.fail("actions.begin", Fault::Before);
    }
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saving);
    assert!(!world.gateway.approve(), "it is cancelled there");
    check_when_idle(&world);
    assert!(world.database.cards().is_empty());
}

#[test]
fn a_database_outage_at_the_return_loses_nothing() {
    for call in ["actions.named", "intents.save_card"] {
        let (world, owner) = (requiring_action(World::new()), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let Ok(Verdict::ActionRequired(id)) = world.enter(&owner, &code) else {
            panic!("the gateway requires an action");
        };
        world.gateway.approve();
        world.faults.fail(call, Fault::Before);
        let finish = || block_on(world.storage.finish_action(&world.catalog, &id));
        assert!(
            !matches!(finish(), Ok(Some(ActionVerdict::Saved))),
            "{call}"
        );
        assert!(matches!(finish(), Ok(Some(ActionVerdict::Saved))), "{call}");
        check_when_idle(&world);
    }
}

#[test]
fn a_process_that_dies_at_any_step_of_the_code_leaves_nothing_behind() {
    for polls in 1..500 {
        let (world, owner) = (requiring_action(World::interleaved(11)), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let answered = cut(world.enter_async(&owner, &code), polls);
        follow_action(&world, world.enter(&owner, &code).ok());
        check_when_idle(&world);
        if answered.is_some() {
            assert_eq!(world.database.cards().len(), 1);
            assert!(polls > 10, "there were steps to crash at");
            return;
        }
    }
    panic!("the request ends");
}

#[test]
fn a_process_that_dies_at_any_step_of_the_return_is_followed_by_a_retry() {
    for polls in 1..500 {
        let (world, owner) = (requiring_action(World::interleaved(12)), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let Ok(Verdict::ActionRequired(id)) = world.enter(&owner, &code) else {
            panic!("the gateway requires an action");
        };
        world.gateway.approve();
        let mut first = pin!(world.storage.finish_action(&world.catalog, &id));
        let mut left = 0..polls;
        let finished = poll_until(&mut first, || left.next().is_none());
        let second = block_on(world.storage.finish_action(&world.catalog, &id));
        assert_eq!(second.unwrap(), Some(ActionVerdict::Saved));
        check_when_idle(&world);
        assert_eq!(world.database.cards().len(), 1);
        if finished.is_some() {
            assert!(polls > 3, "there were steps to crash at");
            return;
        }
    }
    panic!("the request ends");
}

#[test]
fn a_code_repeated_after_a_crash_leads_to_the_gateway_until_the_actions_deadline() {
    for (seconds, leads_there) in [(59, true), (60, false)] {
        let (mut world, owner) = (requiring_action(World::new()), owner(7, 1));
        let settings = world.storage.settings_mut();
        settings.actions.as_mut().unwrap().lifetime_seconds = 60;
        let code = world.ready(&owner, NUMBER);
        // The claim and the call are stored, the action is not.
        for _ in 0..2 {
            world.faults.pass("flows.save");
        }
        for _ in 0..2 {
            world.faults.fail("flows.save", Fault::Before);
        }
        let _ = world.enter(&owner, &code);
        world.clock.advance(seconds);
        let verdict = world.enter(&owner, &code).unwrap();
        if leads_there {
            assert!(matches!(verdict, Verdict::ActionRequired(_)));
        } else {
            assert_eq!(verdict, Verdict::Saving);
        }
        check_when_idle(&world);
    }
}
