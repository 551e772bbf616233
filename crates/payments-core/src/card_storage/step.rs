//! The machine: which event does what to which state. It decides only; the driver carries out.
//!
//! ```text
//!         CardSubmitted                 PhoneSubmitted                CodeSubmitted(right)
//!  Empty ───────────────► CardHeld ───────────────► CodeSent ───────────────────────────► Claimed ──► Saved
//!          (held before)      ▲          SendCode    │  ▲  │ wrong, tries left ⟲    TakeCard … │
//!                             └── CardSubmitted ─────┘  └──┘ last try → Void: DropCard         └────► Failed
//! ```
//! A code may be sent before a card is held; `CodeSent` is then without a card until one comes. Between `Claimed` and its
//! end there is `ActionPending` while a customer authenticates at the gateway.

mod action_pending;
mod claimed;
mod code_sent;

use alloc::vec::Vec;

use chrono::{DateTime, TimeDelta, Utc};

use crate::flow::{ClaimId, FlowId};
use crate::otp::CodeDigest;

use super::event::{Answer, Denial, Effect, Event, Outcome, Transition};
use super::state::{CardHeld, CodeSent, Failed, FlowState, HeldCard, Saved, SentCode};

/// The minimum time for which an answer can be repeated.
const ANSWERED_FOR: TimeDelta = TimeDelta::seconds(5);

/// The number of distinct wrong codes that void a flow.
pub(crate) const MOST_WRONG_CODES: usize = 5;

/// Applies `event` to `state` at `now`. A state past its deadline counts as empty, except for the outcomes of its own
/// effects, which may arrive late.
pub fn step(state: FlowState, event: Event, now: DateTime<Utc>) -> Transition {
    use FlowState as S;
    let over = state.is_over(now) && !matches!(event, Event::Carried { .. });
    let state = if over { S::Empty } else { state };
    match event {
        Event::CardSubmitted { flow, card } => card_submitted(state, flow, card, now),
        Event::PhoneSubmitted {
            flow,
            code,
            needs_card,
        } => phone_submitted(state, flow, code, needs_card, now),
        Event::CodeSubmitted { attempt, claimant } => code_submitted(state, attempt, claimant, now),
        Event::TriesExhausted { code } => tries_exhausted(state, code, now),
        Event::Carried { flow, .. } if state.flow() != Some(flow) => unchanged(state),
        Event::Carried { outcome, .. } => carried(state, outcome, now),
    }
}

fn card_submitted(
    state: FlowState,
    flow: FlowId,
    card: HeldCard,
    now: DateTime<Utc>,
) -> Transition {
    use FlowState as S;
    match state {
        // The database tracks what is in progress at the gateway, independently of this state.
        S::Empty | S::ActionPending(_) | S::Saved(_) | S::Failed(_) | S::Void(_) => {
            replace(None, flow, card)
        }
        S::CardHeld(state) => replace(Some(state.card), flow, card),
        S::CodeSent(state) => state.card_submitted(flow, card),
        S::Claimed(state) if state.is_busy(now) => state.busy(),
        S::Claimed(state) => replace(Some(state.card), flow, card),
    }
}

fn phone_submitted(
    state: FlowState,
    flow: FlowId,
    code: SentCode,
    needs_card: bool,
    now: DateTime<Utc>,
) -> Transition {
    use FlowState as S;
    match state {
        state @ (S::Empty | S::ActionPending(_) | S::Saved(_) | S::Failed(_) | S::Void(_)) => {
            send_first(state, flow, code, needs_card)
        }
        S::CardHeld(state) => send(state.flow, code, Some(state.card)),
        S::CodeSent(state) => state.phone_submitted(code, needs_card, now),
        S::Claimed(state) if state.is_busy(now) => state.busy(),
        S::Claimed(state) => {
            let card = state.card;
            let mut begun = send_first(S::Claimed(state), flow, code, needs_card);
            if !needs_card {
                begun.effects.insert(0, Effect::DropCard(card));
            }
            begun
        }
    }
}

fn code_submitted(
    state: FlowState,
    attempt: CodeDigest,
    claimant: ClaimId,
    now: DateTime<Utc>,
) -> Transition {
    use FlowState as S;
    match state {
        state @ (S::Empty | S::CardHeld(_)) => deny(state, Denial::NoCodeSent),
        S::CodeSent(state) => state.code_submitted(attempt, claimant, now),
        S::Claimed(state) => state.code_submitted(attempt, claimant, now),
        S::ActionPending(state) => state.code_submitted(attempt),
        S::Saved(state) => state.code_submitted(attempt),
        S::Failed(state) => state.code_submitted(attempt),
        state @ S::Void(_) => deny(state, Denial::FlowVoid),
    }
}

/// Answers without a comparison.
fn tries_exhausted(state: FlowState, code: CodeDigest, now: DateTime<Utc>) -> Transition {
    use FlowState as S;
    match state {
        state @ (S::Empty | S::CardHeld(_) | S::Saved(_) | S::Failed(_)) => {
            deny(state, Denial::NoCodeSent)
        }
        S::CodeSent(state) if state.code.expires_at <= now => {
            deny(S::CodeSent(state), Denial::CodeExpired)
        }
        S::CodeSent(state) if state.code.digest == code => state.void(),
        S::CodeSent(state) => state.deny_wrong(),
        state @ (S::Claimed(_) | S::ActionPending(_)) => {
            deny(state, Denial::WrongCode { tries_left: None })
        }
        state @ S::Void(_) => deny(state, Denial::FlowVoid),
    }
}

fn carried(state: FlowState, outcome: Outcome, now: DateTime<Utc>) -> Transition {
    use FlowState as S;
    match state {
        S::Claimed(state) => state.carried(outcome, now),
        S::ActionPending(state) => state.carried(outcome, now),
        S::CodeSent(state) => state.carried(outcome, now),
        state @ (S::Empty | S::CardHeld(_) | S::Saved(_) | S::Failed(_) | S::Void(_)) => {
            unchanged(state)
        }
    }
}

fn unchanged(state: FlowState) -> Transition {
    Transition {
        state,
        effects: Vec::new(),
    }
}

/// A denial. A counted try stays counted, so that a code cannot be guessed without limit.
fn deny(state: FlowState, denial: Denial) -> Transition {
    Transition {
        state,
        effects: vec![Effect::Answer(Answer::Denied(denial))],
    }
}

fn replace(former: Option<HeldCard>, flow: FlowId, card: HeldCard) -> Transition {
    let mut effects: Vec<Effect> = former.map(Effect::DropCard).into_iter().collect();
    effects.push(Effect::Answer(Answer::Accepted));
    Transition {
        state: FlowState::CardHeld(CardHeld { flow, card }),
        effects,
    }
}

fn send(flow: FlowId, code: SentCode, card: Option<HeldCard>) -> Transition {
    let state = FlowState::CodeSent(CodeSent {
        flow,
        code,
        card,
        wrong: Vec::new(),
    });
    Transition {
        state,
        effects: vec![Effect::SendCode, Effect::Answer(Answer::Accepted)],
    }
}

/// A code that is sent before a card is submitted.
fn send_first(state: FlowState, flow: FlowId, code: SentCode, needs_card: bool) -> Transition {
    if needs_card {
        deny(state, Denial::NoCardHeld)
    } else {
        send(flow, code, None)
    }
}

impl Saved {
    fn code_submitted(self, attempt: CodeDigest) -> Transition {
        let answer = if attempt == self.code.digest {
            Answer::Saved
        } else {
            Answer::Denied(Denial::NoCodeSent)
        };
        Transition {
            state: FlowState::Saved(self),
            effects: vec![Effect::Answer(answer)],
        }
    }
}

impl Failed {
    fn code_submitted(self, attempt: CodeDigest) -> Transition {
        let denial = if attempt == self.code.digest {
            Denial::Failed(self.failure)
        } else {
            Denial::NoCodeSent
        };
        deny(FlowState::Failed(self), denial)
    }
}
