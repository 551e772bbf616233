//! The machine: single arrows, and invariants over any story.

use payments_core::card_storage::{
    Answer, Denial, Effect, Failure, FlowState, MOST_WRONG_CODES, Outcome, step,
};
use payments_core::ports::{AuditOutcome, RefusalReason};
use proptest::prelude::*;

use super::play::{Act, Played, digest, flow, play};

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
    assert!(matches!(
        claimed[..],
        [Effect::ReleaseTry, Effect::TakeCard { .. }]
    ));
    let record = played.act(Act::Carried(Outcome::CardTaken));
    assert!(matches!(record[..], [Effect::RecordIntent { .. }]));
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
        (Outcome::CardLost, Failure::CardGone),
        (Outcome::IntentExists, Failure::Replayed),
        (Outcome::IntentUnrecorded, Failure::NotRecorded),
        (
            Outcome::TokenRefused(RefusalReason::Declined),
            Failure::Refused(RefusalReason::Declined),
        ),
        (Outcome::GatewayUnavailable, Failure::GatewayUnavailable),
        (Outcome::TokenUnknown, Failure::OutcomeUnknown),
        (Outcome::IntentClosed, Failure::OutcomeUnknown),
    ] {
        let mut played = play(&[Act::Card(1), Act::Send(1), Act::Enter(1)]);
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
fn a_second_request_with_the_right_code_only_looks() {
    let mut played = play(&[Act::Card(1), Act::Send(1), Act::Enter(1)]);
    let second = played.act(Act::Enter(1));
    assert!(matches!(
        second[..],
        [Effect::ReleaseTry, Effect::LookUpIntent(_)]
    ));
    let open = played.act(Act::Carried(Outcome::IntentOpen));
    assert_eq!(answer(&open), Some(Answer::Saving));
    played.act(Act::Wait(60));
    let open = played.act(Act::Carried(Outcome::IntentOpen));
    let unknown = Answer::Denied(Denial::Failed(Failure::OutcomeUnknown));
    assert_eq!(
        answer(&open),
        Some(unknown),
        "nobody is carrying it any more"
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
        Outcome::CardTaken,
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
        Outcome::SaveUnknown,
    ])
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        2 => (0..4_u8).prop_map(Act::Card),
        2 => (0..8_u8).prop_map(Act::Send),
        1 => (0..8_u8).prop_map(Act::SendForCard),
        6 => (0..8_u8).prop_map(Act::Enter),
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

fn a_card_is_taken_only_by_the_right_code_in_its_time(moment: &Moment<'_>) {
    let takes = moment
        .effects
        .iter()
        .any(|effect| matches!(effect, Effect::TakeCard { .. }));
    if !takes {
        return;
    }
    let (FlowState::CodeSent(state), Act::Enter(number)) = (moment.before, moment.act) else {
        panic!("taken in {:?} by {:?}", moment.before, moment.act);
    };
    let now = moment.after.now;
    assert_eq!(state.code.digest, digest(number), "the right code");
    assert!(state.code.expires_at > now, "in its time");
    assert!(
        state.card.is_some_and(|card| card.deadline > now),
        "with a card held"
    );
    assert!(
        matches!(moment.after.state, FlowState::Claimed(_)),
        "and claimed first"
    );
}

fn no_flow_is_claimed_twice(claimed: &mut Vec<String>, moment: &Moment<'_>) {
    let is_claim = moment
        .effects
        .iter()
        .any(|effect| matches!(effect, Effect::TakeCard { .. }));
    if let Some(flow) = moment.after.state.flow().filter(|_| is_claim) {
        let intent = flow.intent().to_string();
        assert!(!claimed.contains(&intent), "{intent} is claimed again");
        claimed.push(intent);
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

fn only_a_new_wrong_code_keeps_its_try(moment: &Moment<'_>) {
    if let Act::Enter(number) = moment.act {
        let releases = moment.effects.contains(&Effect::ReleaseTry);
        let compared = moment.before.code().is_some() && !moment.before.is_over(moment.after.now);
        let was_right = moment
            .before
            .code()
            .is_some_and(|code| code.digest == digest(number));
        if !compared || was_right {
            assert!(releases, "nothing new was guessed");
        }
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
        Act::Card(_) | Act::Send(_) | Act::SendForCard(_) | Act::Enter(_)
    ) {
        assert!(
            !moment.effects.is_empty(),
            "{:?} in {:?}",
            moment.act,
            moment.before
        );
    }
}

fn an_end_without_an_intent_has_exactly_one_record(moment: &Moment<'_>) {
    let record = |effect: &Effect| {
        if let Effect::Audit { outcome, .. } = effect {
            Some(*outcome)
        } else {
            None
        }
    };
    let records: Vec<AuditOutcome> = moment.effects.iter().filter_map(record).collect();
    let became_void = matches!(moment.after.state, FlowState::Void(_))
        && !matches!(moment.before, FlowState::Void(_));
    if became_void {
        assert_eq!(records, [AuditOutcome::Void]);
    }
    assert!(records.len() <= 1);
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
            no_flow_is_claimed_twice(&mut claimed, &moment);
            wrong_codes_are_distinct_and_fewer_than_five(&moment);
            only_a_new_wrong_code_keeps_its_try(&moment);
            saved_comes_only_from_a_committed_row(&moment);
            an_event_has_at_most_one_answer_and_it_is_last(&moment);
            every_request_gets_an_answer_or_an_effect_that_leads_to_one(&moment);
            an_end_without_an_intent_has_exactly_one_record(&moment);
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
    let over = step(
        played.state,
        payments_core::card_storage::Event::CodeSubmitted { attempt: digest(1) },
        played.now,
    );
    assert_eq!(
        answer(&over.effects),
        Some(Answer::Denied(Denial::NoCodeSent))
    );
}
