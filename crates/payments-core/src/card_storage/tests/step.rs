//! Tests of single transitions.

use crate::card_storage::ending::EndingKind;
use crate::card_storage::event::{Answer, Denial, Effect, Event, Outcome};
use crate::card_storage::state::{ClaimStage, Failure, FlowState};
use crate::card_storage::step::step;
use crate::tokenization::RefusalReason;

use super::script::{Act, Played, claim, digest, flow, play};

/// The outcome of taking the claim's card.
const TAKEN: Act = Act::Carried(Outcome::CardTaken {
    settled_by: chrono::DateTime::UNIX_EPOCH,
});

fn answer(effects: &[Effect]) -> Option<Answer> {
    match effects.last() {
        Some(Effect::Answer(answer)) => Some(*answer),
        _ => None,
    }
}

#[test]
fn the_usual_story_ends_saved() {
    let mut played = play(&[Act::Card(1), Act::Send(1)]);
    let claimed = played.act(Act::Enter(1));
    assert!(matches!(claimed[..], [Effect::TakeCard { .. }]));
    let record = played.act(TAKEN);
    assert!(matches!(
        record[..],
        [
            Effect::MarkTryRight { used_for: Some(_) },
            Effect::RecordIntent { .. }
        ]
    ));
    let tokenize = played.act(Act::Carried(Outcome::IntentRecorded));
    assert!(matches!(tokenize[..], [Effect::Tokenize { .. }]));
    let save = played.act(Act::Carried(Outcome::TokenIssued));
    assert!(matches!(save[..], [Effect::SaveCardAndCloseIntent(_)]));
    assert!(
        matches!(played.state, FlowState::Claimed(_)),
        "not saved before its row is"
    );
    let saved = played.act(Act::Carried(Outcome::CardSaved));
    assert_eq!(answer(&saved), Some(Answer::Saved));
    assert!(matches!(played.state, FlowState::Saved(_)));
}

#[test]
fn every_failure_has_its_answer() {
    for (outcome, failure) in [
        (Outcome::IntentUnrecorded, Failure::NotRecorded),
        (
            Outcome::TokenRefused(RefusalReason::Declined),
            Failure::Refused(RefusalReason::Declined),
        ),
        (Outcome::GatewayUnavailable, Failure::GatewayUnavailable),
        (Outcome::TokenUnknown, Failure::OutcomeUnknown),
        (Outcome::IntentClosed, Failure::OutcomeUnknown),
    ] {
        let mut played = play(&[Act::Card(1), Act::Send(1), Act::Enter(1), TAKEN]);
        let first = answer(&played.act(Act::Carried(outcome)));
        assert_eq!(
            first,
            Some(Answer::Denied(Denial::Failed(failure))),
            "{outcome:?}"
        );
        assert_eq!(
            answer(&played.act(Act::Enter(1))),
            first,
            "and it is repeated"
        );
        assert!(matches!(played.state, FlowState::Failed(_)));
    }
}

#[test]
fn a_missing_card_or_existing_intent_is_looked_up_before_an_answer() {
    let gone = Some(Answer::Denied(Denial::Failed(Failure::CardGone)));
    let unknown = Some(Answer::Denied(Denial::Failed(Failure::OutcomeUnknown)));
    for (found, said) in [
        (Outcome::CardSaved, Some(Answer::Saved)),
        (Outcome::IntentClosed, unknown),
        (Outcome::IntentOpen, Some(Answer::Saving)),
    ] {
        for before in [&[][..], &[TAKEN]] {
            let mut played = play(&[Act::Card(1), Act::Send(1), Act::Enter(1)]);
            for act in before {
                played.act(*act);
            }
            let lost = if before.is_empty() {
                Outcome::CardLost
            } else {
                Outcome::IntentExists
            };
            let look = played.act(Act::Carried(lost));
            assert!(matches!(look[..], [Effect::LookUpIntent(_)]));
            assert_eq!(answer(&played.act(Act::Carried(found))), said, "{found:?}");
        }
    }
    let mut played = play(&[Act::Card(1), Act::Send(1), Act::Enter(1)]);
    played.act(Act::Carried(Outcome::CardLost));
    let missing = played.act(Act::Carried(Outcome::IntentMissing));
    assert!(missing.contains(&Effect::RecordEnding));
    assert_eq!(answer(&missing), gone);
}

#[test]
fn a_second_request_with_the_right_code_only_looks_up_the_intent() {
    let mut played = play(&[Act::Card(1), Act::Send(1), Act::Enter(1)]);
    assert_eq!(answer(&played.act(Act::Enter(1))), Some(Answer::Saving));
    played.act(TAKEN);
    let second = played.act(Act::Enter(1));
    assert!(matches!(
        second[..],
        [Effect::MarkTryRight { .. }, Effect::LookUpIntent(_)]
    ));
    let open = played.act(Act::Carried(Outcome::IntentOpen));
    assert_eq!(answer(&open), Some(Answer::Saving));
    played.act(Act::Wait(119));
    for outcome in [Outcome::IntentOpen, Outcome::IntentMissing] {
        let open = played.act(Act::Carried(outcome));
        assert_eq!(answer(&open), Some(Answer::Saving), "{outcome:?}");
    }
    played.act(Act::Wait(1));
    let open = played.act(Act::Carried(Outcome::IntentOpen));
    let unknown = Answer::Denied(Denial::Failed(Failure::OutcomeUnknown));
    assert_eq!(
        answer(&open),
        Some(unknown),
        "every deadline of the gateway and the database has passed"
    );
    let missing = played.act(Act::Carried(Outcome::IntentMissing));
    let gone = Answer::Denied(Denial::Failed(Failure::CardGone));
    assert_eq!(answer(&missing), Some(gone), "the gateway was never called");
}

#[test]
fn an_abandoned_claim_is_taken_over_before_the_gateway_call_and_not_after() {
    let claimant = |state: &FlowState| {
        if let FlowState::Claimed(claimed) = state {
            claimed.claimant
        } else {
            None
        }
    };
    let mut played = play(&[Act::Card(1), Act::Send(1), Act::Enter(1), Act::Wait(4)]);
    assert_eq!(answer(&played.act(Act::Enter(1))), Some(Answer::Saving));
    assert_eq!(claimant(&played.state), Some(claim(1)));
    played.act(Act::Wait(1));
    let taken_over = played.act(Act::Enter(1));
    assert!(matches!(taken_over[..], [Effect::TakeCard { .. }]));
    assert_eq!(claimant(&played.state), Some(claim(3)));
    played.act(TAKEN);
    played.act(Act::Wait(60));
    let look = played.act(Act::Enter(1));
    assert!(matches!(look.last(), Some(Effect::LookUpIntent(_))));
    assert_eq!(claimant(&played.state), Some(claim(3)));
}

#[test]
fn a_claim_at_the_end_of_a_codes_lifetime_can_be_taken_over() {
    let mut played = play(&[Act::Card(1), Act::Send(1), Act::Wait(179), Act::Enter(1)]);
    played.act(Act::Wait(9));
    let taken_over = played.act(Act::Enter(1));
    assert!(matches!(taken_over[..], [Effect::TakeCard { .. }]));
}

#[test]
fn a_claim_blocks_other_cards_and_codes_only_for_seconds() {
    for (claimed, seconds) in [(&[][..], 5), (&[TAKEN], 10)] {
        for other in [Act::Card(2), Act::Send(2)] {
            let mut played = play(&[Act::Card(1), Act::Send(1), Act::Enter(1)]);
            for act in claimed {
                played.act(*act);
            }
            let busy = Some(Answer::Denied(Denial::SavingInProgress));
            played.act(Act::Wait(seconds - 1));
            assert_eq!(answer(&played.act(other)), busy);
            played.act(Act::Wait(1));
            let accepted = played.act(other);
            assert_eq!(answer(&accepted), Some(Answer::Accepted));
            assert!(
                matches!(accepted[0], Effect::DropCard(_)),
                "a card that was not taken is discarded"
            );
        }
    }
}

#[test]
fn a_claim_of_an_earlier_release_is_treated_as_at_its_gateway() {
    let mut played = play(&[Act::Card(1), Act::Send(1), Act::Enter(1)]);
    let stored = String::from_utf8(played.state.to_bytes()).unwrap();
    let claimant = format!(r#""claimant":"{:032x}","stage":"Preparing","#, 1);
    assert!(stored.contains(&claimant), "{stored}");
    let earlier = stored
        .replace(&claimant, "")
        .replace(r#""settled_by":null,"#, "")
        .replace(r#""key":1,"deadline""#, r#""deadline""#);
    let read = FlowState::from_bytes(earlier.as_bytes()).expect("a state");
    let FlowState::Claimed(claimed) = &read else {
        panic!("claimed, not {read:?}");
    };
    assert_eq!(claimed.stage, ClaimStage::AtGateway);
    assert_eq!(claimed.card.key, None);
    played.state = read;
    let look = played.act(Act::Enter(1));
    assert!(matches!(look.last(), Some(Effect::LookUpIntent(_))));
}

#[test]
fn a_code_whose_tries_are_used_up_is_void_without_being_compared() {
    let mut played = play(&[Act::Card(1), Act::Send(1)]);
    let other = played.act(Act::Exhaust(2));
    assert_eq!(
        answer(&other),
        Some(Answer::Denied(Denial::WrongCode {
            tries_left: Some(5)
        }))
    );
    let exhausted = played.act(Act::Exhaust(1));
    assert_eq!(answer(&exhausted), Some(Answer::Denied(Denial::FlowVoid)));
    assert!(matches!(exhausted[0], Effect::DropCard(_)));
    let ending = played.state.unrecorded().expect("an end to be recorded");
    assert_eq!(ending.kind, EndingKind::Void);
    assert_eq!(played.state.clone().recorded().unrecorded(), None);
}

#[test]
fn an_expired_code_whose_tries_are_used_up_is_expired() {
    let mut played = play(&[Act::Card(1), Act::Send(1), Act::Wait(180)]);
    let expired = played.act(Act::Exhaust(1));
    assert_eq!(answer(&expired), Some(Answer::Denied(Denial::CodeExpired)));
    assert!(matches!(played.state, FlowState::CodeSent(_)));
}

#[test]
fn a_card_joins_the_flow_whose_code_waits_for_it() {
    let mut played = play(&[Act::Send(1), Act::Wait(179)]);
    let joined = |played: &Played| played.state.joined_by_card(played.now);
    assert_eq!(joined(&played), Some(flow(1)));
    played.act(Act::Wait(1));
    assert_eq!(joined(&played), None, "the code has expired");
    let with_card = play(&[Act::Card(1), Act::Send(1)]);
    assert_eq!(joined(&with_card), None, "the code has a card");
}

#[test]
fn a_card_counts_as_held_until_its_deadline() {
    let mut held = play(&[Act::Card(1), Act::Send(1), Act::Wait(299)]);
    let sent = held.act(Act::SendForCard(2));
    assert!(matches!(sent[..], [Effect::SendCode, ..]), "{sent:?}");
    let not_held = Some(Answer::Denied(Denial::NoCardHeld));
    let mut expired = play(&[Act::Card(1), Act::Wait(200), Act::Send(1), Act::Wait(100)]);
    assert_eq!(answer(&expired.act(Act::SendForCard(2))), not_held);
    assert_eq!(answer(&expired.act(Act::Enter(1))), not_held);
    expired.act(Act::Carried(Outcome::CodeNotSent(digest(1))));
    assert!(matches!(expired.state, FlowState::CodeSent(_)));
}

#[test]
fn a_code_that_was_not_sent_leaves_the_card_unchanged() {
    let mut played = play(&[Act::Card(1), Act::Send(1)]);
    played.act(Act::Carried(Outcome::CodeNotSent(digest(9))));
    assert!(
        matches!(played.state, FlowState::CodeSent(_)),
        "another code was"
    );
    played.act(Act::Carried(Outcome::CodeNotSent(digest(1))));
    assert!(matches!(played.state, FlowState::CardHeld(_)));
    assert_eq!(
        answer(&played.act(Act::Enter(1))),
        Some(Answer::Denied(Denial::NoCodeSent))
    );
}

#[test]
fn states_round_trip_through_their_bytes() {
    let stories: [&[Act]; 6] = [
        &[Act::Card(1)],
        &[Act::Card(1), Act::Send(1), Act::Enter(2)],
        &[Act::Card(1), Act::Send(1), Act::Enter(1)],
        &[
            Act::Card(1),
            Act::Send(1),
            Act::Enter(1),
            Act::Carried(Outcome::CardSaved),
        ],
        &[
            Act::Card(1),
            Act::Send(1),
            Act::Enter(1),
            Act::Carried(Outcome::TokenUnknown),
        ],
        &[
            Act::Send(1),
            Act::Enter(2),
            Act::Enter(3),
            Act::Enter(4),
            Act::Enter(5),
            Act::Enter(6),
        ],
    ];
    for story in stories {
        let state = play(story).state;
        assert_eq!(FlowState::from_bytes(&state.to_bytes()), Some(state));
    }
}

#[test]
fn bytes_of_another_version_and_damaged_bytes_are_refused() {
    let bytes = String::from_utf8(play(&[Act::Card(1)]).state.to_bytes()).unwrap();
    let damaged = [
        String::new(),
        "null".to_owned(),
        bytes.replace(r#""version":1"#, r#""version":2"#),
        bytes.replace("CardHeld", "CardKept"),
        bytes[..bytes.len() - 3].to_owned(),
    ];
    for bytes in damaged {
        assert_eq!(FlowState::from_bytes(bytes.as_bytes()), None, "{bytes}");
    }
}

#[test]
fn an_expired_state_counts_as_empty() {
    let mut played = play(&[Act::Card(1), Act::Wait(300)]);
    assert_eq!(played.state.continuing(played.now), None);
    let denied = played.act(Act::Enter(1));
    assert_eq!(answer(&denied), Some(Answer::Denied(Denial::NoCodeSent)));
    assert_eq!(played.state, FlowState::Empty);
}

#[test]
fn a_claim_accepts_a_late_outcome_of_its_own_effect() {
    let mut played = play(&[Act::Card(1), Act::Send(1), Act::Enter(1), Act::Wait(600)]);
    let saved = played.act(Act::Carried(Outcome::CardSaved));
    assert_eq!(answer(&saved), Some(Answer::Saved));
    assert_eq!(played.state.flow(), Some(flow(1)));
    played.act(Act::Wait(4));
    assert_eq!(answer(&played.act(Act::Enter(1))), Some(Answer::Saved));
    played.act(Act::Wait(1));
    let over = step(
        played.state,
        Event::CodeSubmitted {
            attempt: digest(1),
            claimant: claim(9),
        },
        played.now,
    );
    assert_eq!(
        answer(&over.effects),
        Some(Answer::Denied(Denial::NoCodeSent))
    );
}
