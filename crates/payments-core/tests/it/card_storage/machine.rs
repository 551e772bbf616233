//! The machine: single arrows, and invariants over any story.

use payments_core::card_storage::{
    Answer, ClaimId, ClaimStage, Denial, Effect, EndingKind, Failure, FlowState, MOST_WRONG_CODES,
    Outcome, step,
};
use payments_core::ports::RefusalReason;
use proptest::prelude::*;

use super::play::{Act, Played, claim, digest, flow, play, taken};
use super::world::start;

/// The claim's card was taken.
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
fn every_way_to_fail_has_its_answer() {
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
fn a_card_that_is_gone_or_an_intent_that_is_there_is_looked_up_before_anything_is_said() {
    let gone = Some(Answer::Denied(Denial::Failed(Failure::CardGone)));
    let unknown = Some(Answer::Denied(Denial::Failed(Failure::OutcomeUnknown)));
    for (found, said) in [
        (Outcome::CardSaved, Some(Answer::Saved)),
        (Outcome::IntentClosed, unknown),
        (Outcome::IntentOpen, Some(Answer::Saving)),
    ] {
        for before in [&[][..], &[TAKEN]] {
            let mut played = play(&[Act::Card(1), Act::Send(1), Act::Enter(1)]);
            before.iter().for_each(|act| drop(played.act(*act)));
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
fn a_second_request_with_the_right_code_only_looks() {
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
        "every deadline of the gateway and the database is over"
    );
    let missing = played.act(Act::Carried(Outcome::IntentMissing));
    let gone = Answer::Denied(Denial::Failed(Failure::CardGone));
    assert_eq!(answer(&missing), Some(gone), "the gateway was never called");
}

#[test]
fn a_claim_that_nobody_carries_is_taken_over_before_the_gateway_and_not_after() {
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
fn a_claim_keeps_other_cards_and_codes_away_for_seconds_only() {
    for (claimed, seconds) in [(&[][..], 5), (&[TAKEN], 10)] {
        for other in [Act::Card(2), Act::Send(2)] {
            let mut played = play(&[Act::Card(1), Act::Send(1), Act::Enter(1)]);
            claimed.iter().for_each(|act| drop(played.act(*act)));
            let busy = Some(Answer::Denied(Denial::SavingInProgress));
            played.act(Act::Wait(seconds - 1));
            assert_eq!(answer(&played.act(other)), busy);
            played.act(Act::Wait(1));
            let accepted = played.act(other);
            assert_eq!(answer(&accepted), Some(Answer::Accepted));
            assert!(
                matches!(accepted[0], Effect::DropCard(_)),
                "a card that was not taken does not stay"
            );
        }
    }
}

#[test]
fn a_claim_that_an_earlier_release_stored_is_believed_to_be_at_its_gateway() {
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
    assert_eq!(answer(&other), Some(Answer::Denied(Denial::WrongCode)));
    let exhausted = played.act(Act::Exhaust(1));
    assert_eq!(answer(&exhausted), Some(Answer::Denied(Denial::FlowVoid)));
    assert!(matches!(exhausted[0], Effect::DropCard(_)));
    let ending = played.state.unrecorded().expect("an end to be recorded");
    assert_eq!(ending.kind, EndingKind::Void);
    assert_eq!(played.state.clone().recorded().unrecorded(), None);
}

#[test]
fn a_code_that_was_not_sent_leaves_the_card_as_if_none_had_been_asked_for() {
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
fn states_are_read_back_from_their_bytes() {
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
fn bytes_of_another_version_or_damaged_ones_are_no_state() {
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

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop::sample::select(vec![
        taken(start()),
        Outcome::CodeNotSent(digest(1)),
        Outcome::CardLost,
        Outcome::IntentRecorded,
        Outcome::IntentExists,
        Outcome::IntentUnrecorded,
        Outcome::TokenIssued,
        Outcome::TokenRefused(RefusalReason::Declined),
        Outcome::GatewayUnavailable,
        Outcome::TokenUnknown,
        Outcome::CardSaved,
        Outcome::IntentClosed,
        Outcome::IntentOpen,
        Outcome::IntentMissing,
        Outcome::SaveUnknown,
    ])
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        2 => (0..4_u8).prop_map(Act::Card),
        2 => (0..8_u8).prop_map(Act::Send),
        1 => (0..8_u8).prop_map(Act::SendForCard),
        6 => (0..8_u8).prop_map(Act::Enter),
        1 => (0..8_u8).prop_map(Act::Exhaust),
        3 => outcomes().prop_map(Act::Carried),
        1 => outcomes().prop_map(Act::Late),
        1 => (0..200_u16).prop_map(Act::Wait),
    ];
    prop::collection::vec(act, 0..60)
}

/// What one event did.
struct Moment<'a> {
    before: &'a FlowState,
    after: &'a Played,
    act: Act,
    effects: &'a [Effect],
}

fn takes_a_card(moment: &Moment<'_>) -> bool {
    let is_take = |effect: &Effect| matches!(effect, Effect::TakeCard { .. });
    moment.effects.iter().any(is_take)
}

fn a_card_is_taken_only_by_the_right_code_in_its_time(moment: &Moment<'_>) {
    if !takes_a_card(moment) {
        return;
    }
    let (now, Act::Enter(number)) = (moment.after.now, moment.act) else {
        panic!("taken by {:?}", moment.act);
    };
    match moment.before {
        FlowState::CodeSent(state) => {
            assert_eq!(state.code.digest, digest(number), "the right code");
            assert!(state.code.expires_at > now, "in its time");
            let is_held = state.card.is_some_and(|card| card.deadline > now);
            assert!(is_held, "with a card held");
        }
        FlowState::Claimed(state) => {
            assert_eq!(state.code.digest, digest(number), "the right code");
            assert_eq!(state.stage, ClaimStage::Preparing, "before the gateway");
            assert!(state.busy_until <= now, "from a claimant that is gone");
        }
        state => panic!("taken in {state:?}"),
    }
    assert!(
        matches!(moment.after.state, FlowState::Claimed(_)),
        "and claimed first"
    );
}

fn a_claim_is_made_once_and_lost_before_the_gateway_only(
    claims: &mut Vec<(String, Option<ClaimId>)>,
    moment: &Moment<'_>,
) {
    let claim_of = |state: &FlowState| match state {
        FlowState::Claimed(claimed) => Some((claimed.flow.intent().to_string(), claimed.claimant)),
        _ => None,
    };
    let (before, after) = (claim_of(moment.before), claim_of(&moment.after.state));
    if after.is_some() && before != after {
        let made = after.expect("a claim");
        assert!(takes_a_card(moment), "a claim is made by a right code");
        assert!(!claims.contains(&made), "{made:?} is made again");
        let is_takeover = claims.iter().any(|(flow, _)| *flow == made.0);
        let was_preparing = matches!(
            moment.before,
            FlowState::Claimed(former) if former.stage == ClaimStage::Preparing
        );
        assert!(!is_takeover || was_preparing, "{made:?} is claimed again");
        claims.push(made);
    }
}

fn a_gateway_is_called_only_by_the_claim_at_it(moment: &Moment<'_>) {
    let goes = |effect: &Effect| matches!(effect, Effect::RecordIntent { .. });
    if moment.effects.iter().any(goes) {
        assert!(matches!(
            &moment.after.state,
            FlowState::Claimed(claimed) if claimed.stage == ClaimStage::AtGateway
        ));
        assert_ne!(
            moment.before, &moment.after.state,
            "its state is stored first"
        );
    }
}

fn wrong_codes_are_distinct_and_fewer_than_five(moment: &Moment<'_>) {
    if let FlowState::CodeSent(state) = &moment.after.state {
        assert!(state.wrong.len() < MOST_WRONG_CODES);
        for (place, one) in state.wrong.iter().enumerate() {
            assert!(!state.wrong[..place].contains(one), "distinct");
            assert_ne!(*one, state.code.digest, "wrong");
        }
    }
}

fn a_try_that_was_compared_is_never_released(moment: &Moment<'_>) {
    let is_expired = |state: &FlowState| matches!(state, FlowState::CodeSent(sent) if sent.code.expires_at <= moment.after.now);
    if moment.effects.contains(&Effect::ReleaseTry) {
        assert!(is_expired(moment.before), "compared in {:?}", moment.before);
    }
}

fn only_a_right_code_is_marked_as_right(moment: &Moment<'_>) {
    let is_mark = |effect: &Effect| matches!(effect, Effect::MarkTryRight { .. });
    if let (true, Act::Enter(number)) = (moment.effects.iter().any(is_mark), moment.act) {
        let code = moment.before.code().expect("a code to compare with");
        assert_eq!(code.digest, digest(number));
    }
}

fn saved_comes_only_from_a_committed_row(moment: &Moment<'_>) {
    let was_saved = matches!(moment.before, FlowState::Saved(_));
    if matches!(moment.after.state, FlowState::Saved(_)) && !was_saved {
        assert!(matches!(moment.before, FlowState::Claimed(_)));
        assert!(matches!(moment.act, Act::Carried(Outcome::CardSaved)));
    }
}

fn an_event_has_at_most_one_answer_and_it_is_last(moment: &Moment<'_>) {
    let is_answer = |effect: &Effect| matches!(effect, Effect::Answer(_));
    let answers = moment
        .effects
        .iter()
        .filter(|effect| is_answer(effect))
        .count();
    assert!(answers <= 1);
    assert_eq!(answers == 1, moment.effects.last().is_some_and(is_answer));
}

fn every_request_gets_an_answer_or_an_effect_that_leads_to_one(moment: &Moment<'_>) {
    if matches!(
        moment.act,
        Act::Card(_) | Act::Send(_) | Act::SendForCard(_) | Act::Enter(_) | Act::Exhaust(_)
    ) {
        assert!(
            !moment.effects.is_empty(),
            "{:?} in {:?}",
            moment.act,
            moment.before
        );
    }
}

fn an_end_without_an_intent_is_recorded_when_it_comes(moment: &Moment<'_>) {
    let records = moment.effects.contains(&Effect::RecordEnding);
    let (before, after) = (moment.before.unrecorded(), moment.after.state.unrecorded());
    assert_eq!(records, after.is_some() && after != before);
    let became_void = matches!(moment.after.state, FlowState::Void(_))
        && !matches!(moment.before, FlowState::Void(_));
    if became_void {
        assert_eq!(after.map(|ending| ending.kind), Some(EndingKind::Void));
    }
}

fn an_outcome_of_another_flow_changes_nothing(moment: &Moment<'_>) {
    if matches!(moment.act, Act::Late(_)) {
        assert_eq!(moment.before, &moment.after.state);
        assert!(moment.effects.is_empty());
    }
}

fn a_replaced_card_is_dropped(moment: &Moment<'_>) {
    let held = match moment.before {
        FlowState::CardHeld(state) => Some(state.card),
        FlowState::CodeSent(state) => state.card,
        FlowState::Empty
        | FlowState::Claimed(_)
        | FlowState::Saved(_)
        | FlowState::Failed(_)
        | FlowState::Void(_) => None,
    };
    let live = held.filter(|card| card.deadline > moment.after.now);
    if let (Some(card), Act::Card(_)) = (live, moment.act) {
        assert!(moment.effects.contains(&Effect::DropCard(card)));
        assert!(
            matches!(moment.after.state, FlowState::CardHeld(_)),
            "and its code is void"
        );
    }
}

proptest! {
    #[test]
    fn the_invariants_hold_after_every_event_of_any_story(acts in acts()) {
        let mut played = Played::new();
        let mut claimed = Vec::new();
        for act in acts {
            let before = played.state.clone();
            let effects = played.act(act);
            let moment = Moment { before: &before, after: &played, act, effects: &effects };
            a_card_is_taken_only_by_the_right_code_in_its_time(&moment);
            a_claim_is_made_once_and_lost_before_the_gateway_only(&mut claimed, &moment);
            a_gateway_is_called_only_by_the_claim_at_it(&moment);
            wrong_codes_are_distinct_and_fewer_than_five(&moment);
            a_try_that_was_compared_is_never_released(&moment);
            only_a_right_code_is_marked_as_right(&moment);
            saved_comes_only_from_a_committed_row(&moment);
            an_event_has_at_most_one_answer_and_it_is_last(&moment);
            every_request_gets_an_answer_or_an_effect_that_leads_to_one(&moment);
            an_end_without_an_intent_is_recorded_when_it_comes(&moment);
            an_outcome_of_another_flow_changes_nothing(&moment);
            a_replaced_card_is_dropped(&moment);
            prop_assert_eq!(FlowState::from_bytes(&played.state.to_bytes()), Some(played.state.clone()));
        }
    }
}

#[test]
fn a_state_whose_time_is_over_counts_as_empty() {
    let mut played = play(&[Act::Card(1), Act::Wait(300)]);
    assert_eq!(played.state.continuing(played.now), None);
    let denied = played.act(Act::Enter(1));
    assert_eq!(answer(&denied), Some(Answer::Denied(Denial::NoCodeSent)));
    assert_eq!(played.state, FlowState::Empty);
}

#[test]
fn the_outcome_of_its_own_effect_reaches_a_claim_however_late() {
    let mut played = play(&[Act::Card(1), Act::Send(1), Act::Enter(1), Act::Wait(600)]);
    let saved = played.act(Act::Carried(Outcome::CardSaved));
    assert_eq!(answer(&saved), Some(Answer::Saved));
    assert_eq!(played.state.flow(), Some(flow(1)));
    played.act(Act::Wait(5));
    let over = step(
        played.state,
        payments_core::card_storage::Event::CodeSubmitted {
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
