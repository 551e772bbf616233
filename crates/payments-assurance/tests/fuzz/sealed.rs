//! What the service stored itself and reads again. Any change makes a sealed card unreadable.

use bolero::check;
use payments_core::card::{SealedCard, SealingContext};
use payments_core::card_storage::FlowState;
use payments_core::flow::FlowId;
use payments_core::testkit::sample;

use payments_assurance::edits::{Edit, edited};

#[test]
fn sealed_cards() {
    let (keys, owner) = (sample::keys(), sample::owner());
    let deadline = sample::now() + payments_core::chrono::TimeDelta::seconds(300);
    let context = SealingContext {
        session: &owner.session,
        customer: owner.customer,
        pos: sample::pos(),
        flow: FlowId([7; 16]),
        deadline,
    };
    let sealed = SealedCard::seal(&sample::card(), &context, &keys, |bytes| bytes.fill(9));
    let sealed = sealed.expect("a sealed card");
    assert!(sealed.open(&context, &keys, sample::now()).is_ok());
    check!().with_type::<Vec<Edit>>().for_each(|edits| {
        let changed = SealedCard(edited(&sealed.0, edits));
        let opened = changed.open(&context, &keys, sample::now());
        assert_eq!(opened.is_ok(), changed.0 == sealed.0, "only unchanged");
    });
}

#[test]
fn flow_states() {
    let state = sample::flow_state(sample::now());
    let bytes = state.to_bytes();
    assert_eq!(FlowState::from_bytes(&bytes).as_ref(), Some(&state));
    check!().with_type::<Vec<Edit>>().for_each(|edits| {
        if let Some(read) = FlowState::from_bytes(&edited(&bytes, edits)) {
            let again = FlowState::from_bytes(&read.to_bytes());
            assert_eq!(again, Some(read), "it is read again as it was written");
        }
    });
}
