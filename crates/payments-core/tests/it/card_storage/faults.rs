//! Failing stores and gateways, and crashes: every story ends in a consistent state.

use std::pin::pin;

use futures_executor::block_on;
use payments_core::audit::AuditOutcome;
use payments_core::card::CardIdentity;
use payments_core::card_storage::{StorageRefusal, Verdict};
use payments_core::intent::{Intent, RecordIntent};
use payments_core::ports::{Clock, CodeTries, Intents};
use payments_core::testkit::fakes::{Fault, GatewayAct};
use payments_core::tokenization::RefusalReason;

use super::harness::{NUMBER, OTHER_NUMBER, World, card, cut, owner, poll_until, pos, start};

const ACTS: [GatewayAct; 10] = [
    GatewayAct::Succeed,
    GatewayAct::Refuse(RefusalReason::Declined),
    GatewayAct::BeUnavailable,
    GatewayAct::TimeOut,
    GatewayAct::MakeAndTimeOut,
    GatewayAct::MakeLate,
    GatewayAct::RevealNumber,
    GatewayAct::RevealNumberInKey,
    GatewayAct::GiveNumberAsToken,
    GatewayAct::GiveNumericToken,
];

const CALLS: [&str; 12] = [
    "code_tries.reserve",
    "code_tries.mark_right",
    "intents.status",
    "flows.reload",
    "flows.load",
    "flows.save",
    "held_cards.take",
    "intents.record",
    "gateway.tokenize",
    "intents.save_card",
    "intents.refuse",
    "audit.append",
];

/// `Saved` means that the row is committed and its token is live.
fn a_saved_verdict_is_true(world: &World, answer: &Result<Verdict, StorageRefusal>) {
    if matches!(answer, Ok(Verdict::Saved)) {
        assert_eq!(world.database.cards().len(), 1, "the row is committed");
        assert!(world.gateway.ledger()[0].live, "its token is live");
    }
}

#[test]
fn no_single_fault_leaves_anything_behind() {
    for act in ACTS {
        for call in CALLS {
            for fault in [Fault::Before, Fault::After] {
                let (world, owner) = (World::new(), owner(7, 1));
                let code = world.ready(&owner, NUMBER);
                world.gateway.next(act);
                world.faults.fail(call, fault);
                for _ in 0..3 {
                    a_saved_verdict_is_true(&world, &world.enter(&owner, &code));
                }
                world.run_until_idle();
                world.check();
                assert!(
                    world.gateway.tokenize_calls() <= 1,
                    "{act:?} {call} {fault:?}"
                );
            }
        }
    }
}

#[test]
fn a_process_that_dies_at_any_step_leaves_nothing_behind() {
    for act in ACTS {
        let mut polls = 0;
        loop {
            polls += 1;
            let (world, owner) = (World::interleaved(11), owner(7, 1));
            let code = world.ready(&owner, NUMBER);
            world.gateway.next(act);
            let answered = cut(world.enter_async(&owner, &code), polls);
            let answer = world.enter(&owner, &code);
            a_saved_verdict_is_true(&world, &answer);
            world.run_until_idle();
            world.check();
            assert!(
                world.gateway.tokenize_calls() <= 1,
                "{act:?} cut after {polls} polls"
            );
            if answered.is_some() {
                break;
            }
            assert!(polls < 500, "the request ends");
        }
        assert!(polls > 10, "there were steps to crash at");
    }
}

#[test]
fn a_committed_card_whose_reply_was_lost_is_saved() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    world.faults.fail("intents.save_card", Fault::After);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    world.run_until_idle();
    world.check();
    assert_eq!(world.database.cards().len(), 1);
}

#[test]
fn a_card_that_could_not_be_committed_has_unknown_outcome_and_its_token_is_deleted() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    world.faults.fail("intents.save_card", Fault::Before);
    for _ in 0..2 {
        let verdict = world.enter(&owner, &code).unwrap();
        assert_eq!(verdict, Verdict::Saving, "the result is not known yet");
    }
    world.run_until_idle();
    world.check();
    assert!(world.database.cards().is_empty());
    assert!(!world.gateway.ledger()[0].live);
}

/// The saves of the code's request: the claim, the claim at its gateway, the saved card.
const SAVES: std::ops::Range<usize> = 0..3;

fn pass_calls(world: &World, call: &'static str, times: usize) {
    (0..times).for_each(|_| world.faults.pass(call));
}

#[test]
fn a_request_recognizes_its_own_claim_after_a_lost_reply() {
    for save in SAVES {
        for fault in [Fault::Before, Fault::After] {
            let (world, owner) = (World::new(), owner(7, 1));
            let code = world.ready(&owner, NUMBER);
            pass_calls(&world, "flows.save", save);
            world.faults.fail("flows.save", fault);
            let answer = world.enter(&owner, &code);
            assert!(
                matches!(answer, Ok(Verdict::Saved)),
                "save {save} {fault:?}: {answer:?}"
            );
            assert_eq!(world.gateway.tokenize_calls(), 1);
            assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
            world.run_until_idle();
            world.check();
        }
    }
}

#[test]
fn a_refusal_that_the_flow_store_lost_is_still_a_refusal() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    world
        .gateway
        .next(GatewayAct::Refuse(RefusalReason::Declined));
    // The claim and the claim at its gateway are stored; the failure is not.
    pass_calls(&world, "flows.save", 2);
    world.faults.fail("flows.save", Fault::Before);
    world.faults.fail("flows.reload", Fault::Before);
    let refused = |reason| move |answer: &_| matches!(answer, Err(StorageRefusal::GatewayRefused(found)) if *found == reason);
    let first: Result<Verdict, _> = world.enter(&owner, &code);
    assert!(refused(RefusalReason::Declined)(&first), "{first:?}");
    for _ in 0..2 {
        let again = world.enter(&owner, &code);
        assert!(refused(RefusalReason::Other)(&again), "{again:?}");
    }
    world.run_until_idle();
    world.check();
}

#[test]
fn a_saving_whose_card_is_taken_ends_before_the_gateway_if_the_flow_store_is_lost() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    // The claim is stored; that the card was taken is not.
    pass_calls(&world, "flows.save", 1);
    world.faults.fail("flows.save", Fault::Before);
    world.faults.fail("flows.reload", Fault::Before);
    let refused = world.enter(&owner, &code);
    assert!(
        matches!(refused, Err(StorageRefusal::Unavailable(_))),
        "{refused:?}"
    );
    assert_eq!(world.gateway.tokenize_calls(), 0);
    world.run_until_idle();
    world.check();
}

#[test]
fn an_unknown_claim_is_taken_over_within_seconds() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    world.faults.fail("flows.save", Fault::After);
    world.faults.fail("flows.reload", Fault::Before);
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::Unavailable(_))
    ));
    assert_eq!(world.gateway.tokenize_calls(), 0);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saving);
    world.clock.advance(5);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    world.run_until_idle();
    world.check();
    assert_eq!(world.database.cards().len(), 1);
}

#[test]
fn a_claimant_that_was_taken_over_never_calls_the_gateway() {
    for polls in 1..80 {
        let (world, owner) = (World::interleaved(5), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let mut slow = std::pin::pin!(world.enter_async(&owner, &code));
        let mut left = 0..polls;
        let early = super::harness::poll_until(&mut slow, || left.next().is_none());
        world.clock.advance(5);
        let second = world.enter(&owner, &code);
        a_saved_verdict_is_true(&world, &second);
        let slow = early.unwrap_or_else(|| futures_executor::block_on(slow));
        a_saved_verdict_is_true(&world, &slow);
        assert!(world.gateway.tokenize_calls() <= 1, "{polls} polls");
        world.run_until_idle();
        world.check();
    }
}

#[test]
fn a_held_card_whose_store_did_not_answer_is_saved_by_the_next_request() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    world.faults.fail("held_cards.take", Fault::Before);
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::Unavailable(_))
    ));
    world.clock.advance(5);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    world.run_until_idle();
    world.check();
}

#[test]
fn a_card_that_cannot_be_held_changes_no_state_and_leaves_nothing() {
    for fault in [Fault::Before, Fault::After] {
        for call in ["held_cards.put", "flows.save"] {
            let (world, owner) = (World::new(), owner(7, 1));
            world.submit(&owner, NUMBER).unwrap();
            let before = world.flows.dump();
            world.faults.fail(call, fault);
            if call == "flows.save" {
                world.faults.fail("flows.reload", fault);
            }
            assert!(matches!(
                world.submit(&owner, OTHER_NUMBER),
                Err(StorageRefusal::Unavailable(_))
            ));
            if call == "held_cards.put" {
                assert_eq!(world.flows.dump(), before);
            }
            assert_eq!(world.held_cards.count(world.clock.now()), 1, "{call}");
        }
    }
}

#[test]
fn a_lost_held_card_is_reported_as_gone() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    world.held_cards.lose_all();
    for _ in 0..2 {
        assert!(matches!(
            world.enter(&owner, &code),
            Err(StorageRefusal::CardGone)
        ));
    }
    assert_eq!(world.audit_outcomes(), [AuditOutcome::CardLost]);
}

#[test]
fn an_unavailable_store_is_not_blamed_on_the_customer() {
    for call in ["held_cards.take", "intents.record"] {
        let (world, owner) = (World::new(), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        world.faults.fail(call, Fault::After);
        assert!(matches!(
            world.enter(&owner, &code),
            Err(StorageRefusal::Unavailable(_))
        ));
        world.clock.advance(5);
        assert!(matches!(
            world.enter(&owner, &code),
            Err(StorageRefusal::CardGone)
        ));
        world.run_until_idle();
        world.check();
        assert_eq!(world.audit_outcomes().len(), 1, "{call} has one record");
    }
}

#[test]
fn tampered_sealed_cards_count_as_gone() {
    let changes: [fn(&mut Vec<u8>); 4] = [
        |sealed| sealed[40] ^= 1,
        |sealed| sealed.truncate(60),
        |sealed| sealed.clear(),
        |sealed| sealed[0] = 2,
    ];
    for change in changes {
        let (world, owner) = (World::new(), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        world.held_cards.tamper(change);
        assert!(matches!(
            world.enter(&owner, &code),
            Err(StorageRefusal::CardGone)
        ));
        assert_eq!(world.audit_outcomes(), [AuditOutcome::CardLost]);
        assert_eq!(world.gateway.tokenize_calls(), 0);
    }
}

#[test]
fn swapped_cards_are_opened_by_neither_customer() {
    let (world, one, two) = (World::new(), owner(7, 1), owner(8, 2));
    let (first, second) = (world.ready(&one, NUMBER), world.ready(&two, NUMBER));
    world.held_cards.swap_all();
    assert!(matches!(
        world.enter(&one, &first),
        Err(StorageRefusal::CardGone)
    ));
    assert!(matches!(
        world.enter(&two, &second),
        Err(StorageRefusal::CardGone)
    ));
    world.run_until_idle();
    world.check();
}

#[test]
fn a_token_made_after_its_intent_was_reconciled_is_deleted_despite_faults() {
    for call in ["intents.save_card", "intents.outcome", "intents.reconcile"] {
        for fault in [Fault::Before, Fault::After] {
            let (world, owner) = (World::interleaved(3), owner(7, 1));
            let code = world.ready(&owner, NUMBER);
            let mut request = pin!(world.enter_async(&owner, &code));
            let made = || world.gateway.tokenize_calls() > 0;
            assert!(poll_until(&mut request, made).is_none());
            let id = world.database.intents()[0].intent.id.clone();
            block_on(world.storage.settle(&id)).unwrap();
            world.faults.fail(call, fault);
            block_on(request).unwrap_err();
            world.run_until_idle();
            world.check();
        }
    }
}

#[test]
fn an_intent_whose_commit_arrives_after_its_request_gave_up_ends_once() {
    let mut late = 0;
    for seed in 0..60 {
        let (world, owner) = (World::interleaved(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        world.faults.fail("intents.record", Fault::Before);
        let mut request = pin!(world.enter_async(&owner, &code));
        let gave_up = || {
            let calls = world.faults.calls();
            let claimed = calls
                .iter()
                .position(|call| *call == "code_tries.mark_right");
            claimed.is_some_and(|place| calls[place..].contains(&"flows.save"))
        };
        assert!(poll_until(&mut request, gave_up).is_none(), "seed {seed}");
        let used = block_on(world.database.used(owner.customer, start())).unwrap();
        let intent = Intent::new(
            used[0].intent.clone(),
            owner.customer,
            pos(1),
            world.catalog.pos(pos(1)).unwrap().account(),
            Some(CardIdentity::of(
                &card(NUMBER).details.pan,
                world.storage.keys(),
            )),
        );
        let recorded = block_on(world.database.record(&intent)).unwrap();
        late += u32::from(matches!(recorded, RecordIntent::Recorded { .. }));
        block_on(request).unwrap_err();
        world.run_until_idle();
        world.check();
    }
    assert!(late > 0, "the commit arrives before the ending is recorded");
}
