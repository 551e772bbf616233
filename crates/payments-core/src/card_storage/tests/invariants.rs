//! Invariants that hold after every event of a random script.

use crate::card_storage::ending::EndingKind;
use crate::card_storage::event::{Answer, Effect, Outcome};
use crate::card_storage::state::{ClaimStage, FlowState};
use crate::card_storage::step::MOST_WRONG_CODES;
use crate::flow::ClaimId;
use crate::tokenization::RefusalReason;
use proptest::prelude::*;

use super::script::{Act, Played, digest, taken};
use crate::testkit::sample::now as start;

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop::sample::select(vec![
        taken(start()),
        Outcome::CodeNotSent(digest(1)),
        Outcome::CardLost,
        Outcome::IntentRecorded,
        Outcome::IntentExists,
        Outcome::IntentUnrecorded,
        Outcome::TokenIssued,
        Outcome::ActionAsked,
        Outcome::ActionBegun {
            until: start() + chrono::TimeDelta::seconds(900),
        },
        Outcome::IntentRefused(RefusalReason::Declined),
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

/// The state before and after one event, and its effects.
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
            assert!(state.code.expires_at > now, "before its deadline");
            let is_held = state.card.is_some_and(|card| card.deadline > now);
            assert!(is_held, "with a card held");
        }
        FlowState::Claimed(state) => {
            assert_eq!(state.code.digest, digest(number), "the right code");
            assert_eq!(state.stage, ClaimStage::Preparing, "before the gateway");
            assert!(state.busy_until <= now, "from a previous claimant");
        }
        state @ (FlowState::Empty
        | FlowState::CardHeld(_)
        | FlowState::ActionPending(_)
        | FlowState::Saved(_)
        | FlowState::Failed(_)
        | FlowState::Void(_)) => panic!("taken in {state:?}"),
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
        FlowState::Empty
        | FlowState::CardHeld(_)
        | FlowState::CodeSent(_)
        | FlowState::ActionPending(_)
        | FlowState::Saved(_)
        | FlowState::Failed(_)
        | FlowState::Void(_) => None,
    };
    let (before, after) = (claim_of(moment.before), claim_of(&moment.after.state));
    if let Some(made) = after.clone().filter(|_| before != after) {
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
        let code = moment.before.code().map(|code| code.digest);
        assert_eq!(code, Some(digest(number)));
    }
}

fn saved_comes_only_from_a_committed_row(moment: &Moment<'_>) {
    let was_saved = matches!(moment.before, FlowState::Saved(_));
    if matches!(moment.after.state, FlowState::Saved(_)) && !was_saved {
        assert!(matches!(
            moment.before,
            FlowState::Claimed(_) | FlowState::ActionPending(_)
        ));
        assert!(matches!(moment.act, Act::Carried(Outcome::CardSaved)));
    }
}

fn a_customer_is_sent_to_the_gateway_only_once_that_is_committed(moment: &Moment<'_>) {
    if !moment
        .effects
        .contains(&Effect::Answer(Answer::ActionRequired))
    {
        return;
    }
    assert!(matches!(
        moment.act,
        Act::Carried(Outcome::ActionBegun { .. })
    ));
    assert!(matches!(moment.after.state, FlowState::ActionPending(_)));
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
        | FlowState::ActionPending(_)
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
    fn the_invariants_hold_after_every_event_of_any_script(acts in acts()) {
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
            a_customer_is_sent_to_the_gateway_only_once_that_is_committed(&moment);
            an_event_has_at_most_one_answer_and_it_is_last(&moment);
            every_request_gets_an_answer_or_an_effect_that_leads_to_one(&moment);
            an_end_without_an_intent_is_recorded_when_it_comes(&moment);
            an_outcome_of_another_flow_changes_nothing(&moment);
            a_replaced_card_is_dropped(&moment);
            prop_assert_eq!(FlowState::from_bytes(&played.state.to_bytes()), Some(played.state.clone()));
        }
    }
}
