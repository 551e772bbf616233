//! The machine: which event does what to which state. It decides only; the driver carries out.
//!
//! ```text
//!         CardSubmitted                 PhoneSubmitted                CodeSubmitted(right)
//!  Empty ───────────────► CardHeld ───────────────► CodeSent ───────────────────────────► Claimed ──► Saved
//!             HoldCard        ▲          SendCode    │  ▲  │ wrong, tries left ⟲    TakeCard … │
//!                             └── CardSubmitted ─────┘  └──┘ last try → Void: DropCard         └────► Failed
//! ```
//! A code may be sent before a card is held; `CodeSent` is then without a card until one comes.

use chrono::{DateTime, TimeDelta, Utc};

use crate::otp::CodeDigest;
use crate::ports::AuditOutcome;

use super::FlowId;
use super::event::{Answer, Denial, Effect, Event, Outcome, Transition};
use super::state::{
    CardHeld, Claimed, CodeSent, Failed, Failure, FlowState, HeldCard, Saved, SentCode, Void,
};

/// So many distinct wrong codes end a flow.
pub const MOST_WRONG_CODES: usize = 5;

/// For so long a request that claimed a card is believed to be carrying it: longer than a gateway's and the database's
/// deadlines together.
const BUSY: TimeDelta = TimeDelta::seconds(60);

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

impl CodeSent {
    /// The first card after a code joins it; a second one voids it, for the code was sent for the first.
    fn card_submitted(self, fresh: FlowId, card: HeldCard) -> Transition {
        if self.card.is_some() {
            return replace(self.card, fresh, card);
        }
        let flow = self.flow;
        let state = FlowState::CodeSent(Self {
            card: Some(card),
            ..self
        });
        let effects = vec![
            Effect::HoldCard { flow, card },
            Effect::Answer(Answer::Accepted),
        ];
        Transition { state, effects }
    }

    /// A new code replaces the old one and its wrong tries.
    fn phone_submitted(self, code: SentCode, needs_card: bool, now: DateTime<Utc>) -> Transition {
        let holds_card = self.card.is_some_and(|card| card.deadline > now);
        if needs_card && !holds_card {
            return deny(FlowState::CodeSent(self), Denial::NoCardHeld);
        }
        send(self.flow, code, self.card)
    }

    fn code_submitted(self, attempt: CodeDigest, now: DateTime<Utc>) -> Transition {
        if self.code.expires_at <= now {
            return deny(FlowState::CodeSent(self), Denial::CodeExpired);
        }
        if attempt != self.code.digest {
            return self.wrong_code(attempt);
        }
        match self.card {
            Some(card) if card.deadline > now => self.claim(card, now),
            Some(_) | None => deny(FlowState::CodeSent(self), Denial::NoCardHeld),
        }
    }

    fn wrong_code(mut self, attempt: CodeDigest) -> Transition {
        // A front end repeats a refused request with the same body: that is no new try.
        if self.wrong.contains(&attempt) {
            return deny(FlowState::CodeSent(self), Denial::WrongCode);
        }
        self.wrong.push(attempt);
        if self.wrong.len() >= MOST_WRONG_CODES {
            return self.void();
        }
        deny_stranger(FlowState::CodeSent(self), Denial::WrongCode)
    }

    fn void(self) -> Transition {
        let pos = self.card.map(|card| card.pos);
        let mut effects: Vec<Effect> = self.card.map(Effect::DropCard).into_iter().collect();
        effects.push(Effect::Audit {
            flow: self.flow,
            pos,
            outcome: AuditOutcome::Void,
        });
        effects.push(Effect::Answer(Answer::Denied(Denial::FlowVoid)));
        let state = Void {
            flow: self.flow,
            deadline: self.code.expires_at,
        };
        Transition {
            state: FlowState::Void(state),
            effects,
        }
    }

    fn claim(self, card: HeldCard, now: DateTime<Utc>) -> Transition {
        let Self { flow, code, .. } = self;
        let busy_until = now + BUSY;
        let deadline = code.expires_at.max(busy_until);
        let state = FlowState::Claimed(Claimed {
            flow,
            code,
            card,
            busy_until,
            deadline,
        });
        Transition {
            state,
            effects: vec![Effect::ReleaseTry, Effect::TakeCard { flow, card }],
        }
    }
}

impl Claimed {
    fn is_busy(&self, now: DateTime<Utc>) -> bool {
        now < self.busy_until
    }

    fn busy(self) -> Transition {
        deny(FlowState::Claimed(self), Denial::SavingInProgress)
    }

    /// Another request has the card: all this one can do is to look how far it came.
    fn code_submitted(self, attempt: CodeDigest) -> Transition {
        if attempt != self.code.digest {
            return deny_stranger(FlowState::Claimed(self), Denial::WrongCode);
        }
        let effects = vec![Effect::ReleaseTry, Effect::LookUpIntent(self.flow)];
        Transition {
            state: FlowState::Claimed(self),
            effects,
        }
    }

    fn carried(self, outcome: Outcome, now: DateTime<Utc>) -> Transition {
        let (flow, pos) = (self.flow, self.card.pos);
        let audit = |outcome| Effect::Audit {
            flow,
            pos: Some(pos),
            outcome,
        };
        match outcome {
            Outcome::CardTaken => self.go_on(Effect::RecordIntent { flow, pos }),
            Outcome::IntentRecorded => self.go_on(Effect::Tokenize { flow, pos }),
            Outcome::TokenIssued => self.go_on(Effect::SaveCardAndCloseIntent(flow)),
            Outcome::CardSaved => self.saved(),
            Outcome::CardLost => self.fail(Failure::CardGone, &[audit(AuditOutcome::CardLost)]),
            Outcome::IntentExists => self.fail(Failure::Replayed, &[audit(AuditOutcome::Void)]),
            Outcome::IntentUnrecorded => {
                self.fail(Failure::NotRecorded, &[Effect::AbandonIntent { flow, pos }])
            }
            Outcome::TokenRefused(reason) => {
                self.fail(Failure::Refused(reason), &[Effect::RefuseIntent(flow)])
            }
            Outcome::GatewayUnavailable => {
                self.fail(Failure::GatewayUnavailable, &[Effect::RefuseIntent(flow)])
            }
            Outcome::TokenUnknown => {
                self.fail(Failure::OutcomeUnknown, &[audit(AuditOutcome::Unknown)])
            }
            Outcome::IntentClosed => self.fail(Failure::OutcomeUnknown, &[]),
            Outcome::IntentOpen if self.is_busy(now) => self.go_on(Effect::Answer(Answer::Saving)),
            // Nobody is carrying it any more, or the one who did cannot tell: the reconciler will find out.
            Outcome::IntentOpen | Outcome::SaveUnknown => self.go_on(Effect::Answer(
                Answer::Denied(Denial::Failed(Failure::OutcomeUnknown)),
            )),
        }
    }

    fn go_on(self, effect: Effect) -> Transition {
        Transition {
            state: FlowState::Claimed(self),
            effects: vec![effect],
        }
    }

    fn saved(self) -> Transition {
        let Self {
            flow,
            code,
            deadline,
            ..
        } = self;
        let state = FlowState::Saved(Saved {
            flow,
            code,
            deadline,
        });
        Transition {
            state,
            effects: vec![Effect::Answer(Answer::Saved)],
        }
    }

    fn fail(self, failure: Failure, effects: &[Effect]) -> Transition {
        let Self {
            flow,
            code,
            deadline,
            ..
        } = self;
        let state = FlowState::Failed(Failed {
            flow,
            code,
            failure,
            deadline,
        });
        let mut effects = effects.to_vec();
        effects.push(Effect::Answer(Answer::Denied(Denial::Failed(failure))));
        Transition { state, effects }
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
