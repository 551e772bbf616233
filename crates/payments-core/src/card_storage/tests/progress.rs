//! Tests of a flow's progress.

use crate::card_storage::event::Outcome;
use crate::card_storage::progress::{FlowProgress, FlowStep};
use crate::tokenization::RefusalReason;

use super::script::{Act, play};

fn check(acts: &[Act], step: FlowStep, seconds_left: Option<u32>, tries_left: Option<u8>) {
    let played = play(acts);
    let expected = FlowProgress {
        step,
        seconds_left,
        tries_left,
    };
    assert_eq!(played.state.progress(played.now), expected, "{acts:?}");
}

#[test]
fn the_next_step_has_the_time_and_the_tries_that_are_left() {
    use Act::{Card, Enter, Send, Wait};
    check(&[], FlowStep::Card, None, None);
    check(&[Card(1), Wait(10)], FlowStep::PhoneNumber, Some(290), None);
    check(&[Card(1), Send(1)], FlowStep::Otp, Some(180), Some(5));
    check(
        &[Card(1), Send(1), Enter(2), Enter(2), Enter(3), Wait(30)],
        FlowStep::Otp,
        Some(150),
        Some(3),
    );
    // The card expires before the code.
    check(
        &[Card(1), Wait(200), Send(1)],
        FlowStep::Otp,
        Some(100),
        Some(5),
    );
}

#[test]
fn what_has_expired_is_asked_for_again() {
    use Act::{Card, Send, Wait};
    check(&[Card(1), Wait(300)], FlowStep::Card, None, None);
    check(
        &[Card(1), Send(1), Wait(180)],
        FlowStep::PhoneNumber,
        Some(120),
        None,
    );
    check(
        &[Card(1), Wait(290), Send(1), Wait(10)],
        FlowStep::Card,
        None,
        None,
    );
    check(&[Send(1)], FlowStep::Card, None, None);
}

#[test]
fn an_ended_flow_says_how_it_ended() {
    use Act::{Card, Carried, Enter, Send};
    let right = [Card(1), Send(1), Enter(1)];
    check(&right, FlowStep::Saving, None, None);
    let ended = |outcome| [&right[..], &[Carried(outcome)]].concat();
    check(&ended(Outcome::CardSaved), FlowStep::Saved, None, None);
    let refused = Outcome::TokenRefused(RefusalReason::Declined);
    check(&ended(refused), FlowStep::Failed, None, None);
    let wrong = (2..7).map(Enter);
    let acts: Vec<Act> = [Card(1), Send(1)].into_iter().chain(wrong).collect();
    check(&acts, FlowStep::Void, None, None);
}

#[test]
fn each_step_has_its_word_in_responses() {
    let words = FlowStep::ALL.map(FlowStep::as_str);
    let expected = [
        "card",
        "phone_number",
        "otp",
        "saving",
        "action",
        "saved",
        "failed",
        "void",
    ];
    assert_eq!(words, expected);
}
