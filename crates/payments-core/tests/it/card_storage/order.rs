//! Store, then act: the order of the driver's calls, tested with mocks.

use std::sync::Arc;

use futures_executor::block_on;
use mockall::Sequence;
use payments_core::card_storage::{FlowState, StorageRefusal, Verdict};
use payments_core::intent::{IntentOutcome, IntentStatus, RecordIntent};
use payments_core::ports::{SaveFlowError, Unavailable, Version};
use payments_core::sms::SmsReceipt;
use payments_core::testkit::mocks::{MockFlowStore, MockHeldCards, MockIntents, MockSmsSender};

use super::harness::{NUMBER, World, owner};

fn name(state: &FlowState) -> &'static str {
    match state {
        FlowState::Empty => "Empty",
        FlowState::CardHeld(_) => "CardHeld",
        FlowState::CodeSent(_) => "CodeSent",
        FlowState::Claimed(_) => "Claimed",
        FlowState::ActionPending(_) => "ActionPending",
        FlowState::Saved(_) => "Saved",
        FlowState::Failed(_) => "Failed",
        FlowState::Void(_) => "Void",
    }
}

/// Expects one save of this state, in sequence.
fn expect_save(flows: &mut MockFlowStore, turn: &mut Sequence, state: &'static str) {
    flows
        .expect_save()
        .withf(move |_, _, saved, _, _| name(saved) == state)
        .once()
        .in_sequence(turn)
        .returning(|_, _, _, _, _| Ok(Version(1)));
}

#[test]
fn a_code_is_stored_before_it_is_sent() {
    let (mut world, mut turn) = (World::new(), Sequence::new());
    let (mut flows, mut sms) = (MockFlowStore::new(), MockSmsSender::new());
    flows.expect_load().returning(|_, _| Ok(None));
    expect_save(&mut flows, &mut turn, "CodeSent");
    sms.expect_send()
        .once()
        .in_sequence(&mut turn)
        .returning(|_, _| {
            Ok(SmsReceipt {
                sender: "mock",
                message_id: None,
            })
        });
    world.storage.ports_mut().flows = Arc::new(flows);
    world.storage.ports_mut().sms = Arc::new(sms);
    block_on(world.send_async(&owner(7, 1))).unwrap();
}

#[test]
fn a_card_is_held_before_a_state_names_it() {
    let (mut world, mut turn) = (World::new(), Sequence::new());
    let (mut flows, mut held_cards) = (MockFlowStore::new(), MockHeldCards::new());
    flows.expect_load().returning(|_, _| Ok(None));
    held_cards
        .expect_put()
        .once()
        .in_sequence(&mut turn)
        .returning(|_, _, _, _| Ok(()));
    expect_save(&mut flows, &mut turn, "CardHeld");
    world.storage.ports_mut().flows = Arc::new(flows);
    world.storage.ports_mut().held_cards = Arc::new(held_cards);
    world.submit(&owner(7, 1), NUMBER).unwrap();
}

#[test]
fn nothing_is_sent_when_the_state_was_not_stored() {
    let mut world = World::new();
    let (mut flows, mut sms) = (MockFlowStore::new(), MockSmsSender::new());
    flows.expect_load().returning(|_, _| Ok(None));
    flows
        .expect_save()
        .returning(|_, _, _, _, _| Err(SaveFlowError::Stale));
    sms.expect_send().never();
    world.storage.ports_mut().flows = Arc::new(flows);
    world.storage.ports_mut().sms = Arc::new(sms);
    block_on(world.send_async(&owner(7, 1))).unwrap_err();
}

#[test]
fn nothing_is_sent_or_stored_again_when_another_request_stored_while_a_reply_was_lost() {
    let mut world = World::new();
    let (mut flows, mut sms) = (MockFlowStore::new(), MockSmsSender::new());
    flows.expect_load().returning(|_, _| Ok(None));
    flows.expect_save().once().returning(|_, _, _, _, _| {
        let lost = Unavailable::new("flow store", "the reply was lost");
        Err(SaveFlowError::Unavailable(lost))
    });
    flows
        .expect_reload()
        .once()
        .returning(|_, _| Ok(Some((FlowState::Empty, Version(2)))));
    sms.expect_send().never();
    world.storage.ports_mut().flows = Arc::new(flows);
    world.storage.ports_mut().sms = Arc::new(sms);
    assert!(matches!(
        block_on(world.send_async(&owner(7, 1))),
        Err(StorageRefusal::Unavailable(_))
    ));
}

#[test]
fn no_gateway_is_called_without_a_recorded_intent() {
    let (mut world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    let mut intents = MockIntents::new();
    intents
        .expect_record()
        .once()
        .returning(|_| Ok(RecordIntent::Exists));
    intents
        .expect_status()
        .returning(|_| Ok(IntentStatus::Closed(IntentOutcome::Reconciled)));
    world.storage.ports_mut().intents = Arc::new(intents);
    world.enter(&owner, &code).unwrap_err();
    assert_eq!(world.gateway.tokenize_calls(), 0);
}

#[test]
fn claim_card_intent_gateway_row_and_answer_are_in_order() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    let before = world.faults.calls().len();
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    assert_eq!(
        world.faults.calls()[before..],
        [
            "flows.load",
            "code_tries.reserve",
            "flows.save",
            "held_cards.take",
            "flows.save",
            "code_tries.mark_right",
            "intents.record",
            "gateway.tokenize",
            "intents.save_card",
            "flows.save",
        ]
    );
}
