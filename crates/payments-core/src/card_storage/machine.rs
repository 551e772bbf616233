//! The machine: which event does what to which state. It decides only; the driver carries out.
//!
//! ```text
//!         CardSubmitted                 PhoneSubmitted                CodeSubmitted(right)
//!  Empty ───────────────► CardHeld ───────────────► CodeSent ───────────────────────────► Claimed ──► Saved
//!             HoldCard        ▲          SendCode    │  ▲  │ wrong, tries left ⟲    TakeCard … │
//!                             └── CardSubmitted ─────┘  └──┘ last try → Void: DropCard         └────► Failed
//! ```
//! A code may be sent before a card is held; `CodeSent` is then without a card until one comes.

mod claimed;
mod code_sent;

use chrono::{DateTime, Utc};

use crate::otp::CodeDigest;

use super::FlowId;
use super::event::{Answer, Denial, Effect, Event, Transition};
use super::state::{CardHeld, CodeSent, Failed, FlowState, HeldCard, Saved, SentCode};

/// So many distinct wrong codes end a flow.
pub const MOST_WRONG_CODES: usize = 5;

/// What `event` does to `state` at `now`. A state whose deadline has passed counts as empty, except for the outcomes of
/// its own effects, which may come late.
pub fn step(state: FlowState, event: Event, now: DateTime<Utc>) -> Transition {
    use FlowState as S;
    let over = state.is_over(now) && !matches!(event, Event::Carried { .. });
    let state = if over { S::Empty } else { state };
    match (state, event) {
        (state, Event::Carried { flow, .. }) if state.flow() != Some(flow) => unchanged(state),
        (S::Claimed(state), Event::Carried { outcome, .. }) => state.carried(outcome, now),
        (
            state @ (S::Empty
            | S::CardHeld(_)
            | S::CodeSent(_)
            | S::Saved(_)
            | S::Failed(_)
            | S::Void(_)),
            Event::Carried { .. },
        ) => unchanged(state),

        (
            S::Empty | S::Saved(_) | S::Failed(_) | S::Void(_),
            Event::CardSubmitted { fresh, card },
        ) => hold(fresh, card),
        (S::CardHeld(state), Event::CardSubmitted { fresh, card }) => {
            replace(Some(state.card), fresh, card)
        }
        (S::CodeSent(state), Event::CardSubmitted { fresh, card }) => {
            state.card_submitted(fresh, card)
        }
        (S::Claimed(state), Event::CardSubmitted { fresh, card }) => {
            if state.is_busy(now) {
                state.busy()
            } else {
                hold(fresh, card)
            }
        }

        (
            state @ (S::Empty | S::Saved(_) | S::Failed(_) | S::Void(_)),
            Event::PhoneSubmitted {
                flow,
                code,
                needs_card,
            },
        ) => send_first(state, flow, code, needs_card),
        (S::CardHeld(state), Event::PhoneSubmitted { code, .. }) => {
            send(state.flow, code, Some(state.card))
        }
        (
            S::CodeSent(state),
            Event::PhoneSubmitted {
                code, needs_card, ..
            },
        ) => state.phone_submitted(code, needs_card, now),
        (
            S::Claimed(state),
            Event::PhoneSubmitted {
                flow,
                code,
                needs_card,
            },
        ) => {
            if state.is_busy(now) {
                state.busy()
            } else {
                send_first(S::Claimed(state), flow, code, needs_card)
            }
        }

        (state @ (S::Empty | S::CardHeld(_)), Event::CodeSubmitted { .. }) => {
            deny(state, Denial::NoCodeSent)
        }
        (S::CodeSent(state), Event::CodeSubmitted { attempt }) => {
            state.code_submitted(attempt, now)
        }
        (S::Claimed(state), Event::CodeSubmitted { attempt }) => state.code_submitted(attempt),
        (S::Saved(state), Event::CodeSubmitted { attempt }) => state.code_submitted(attempt),
        (S::Failed(state), Event::CodeSubmitted { attempt }) => state.code_submitted(attempt),
        (state @ S::Void(_), Event::CodeSubmitted { .. }) => deny(state, Denial::FlowVoid),
    }
}

fn unchanged(state: FlowState) -> Transition {
    Transition {
        state,
        effects: Vec::new(),
    }
}

/// A no that counts no try: nothing was compared, or nothing new.
fn deny(state: FlowState, denial: Denial) -> Transition {
    let effects = vec![Effect::ReleaseTry, Effect::Answer(Answer::Denied(denial))];
    Transition { state, effects }
}

/// A code that is not the one which ended the flow: it counts, so that nobody can ask without end which code it was.
fn deny_stranger(state: FlowState, denial: Denial) -> Transition {
    Transition {
        state,
        effects: vec![Effect::Answer(Answer::Denied(denial))],
    }
}

fn hold(flow: FlowId, card: HeldCard) -> Transition {
    replace(None, flow, card)
}

fn replace(former: Option<HeldCard>, flow: FlowId, card: HeldCard) -> Transition {
    let mut effects: Vec<Effect> = former.map(Effect::DropCard).into_iter().collect();
    effects.extend([
        Effect::HoldCard { flow, card },
        Effect::Answer(Answer::Accepted),
    ]);
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

/// A code before any card.
fn send_first(state: FlowState, flow: FlowId, code: SentCode, needs_card: bool) -> Transition {
    if needs_card {
        deny(state, Denial::NoCardHeld)
    } else {
        send(flow, code, None)
    }
}

impl Saved {
    fn code_submitted(self, attempt: CodeDigest) -> Transition {
        if attempt != self.code.digest {
            return deny_stranger(FlowState::Saved(self), Denial::NoCodeSent);
        }
        let effects = vec![Effect::ReleaseTry, Effect::Answer(Answer::Saved)];
        Transition {
            state: FlowState::Saved(self),
            effects,
        }
    }
}

impl Failed {
    fn code_submitted(self, attempt: CodeDigest) -> Transition {
        let failure = self.failure;
        if attempt == self.code.digest {
            deny(FlowState::Failed(self), Denial::Failed(failure))
        } else {
            deny_stranger(FlowState::Failed(self), Denial::NoCodeSent)
        }
    }
}
