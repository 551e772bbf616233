//! Arrows from the state in which a code was sent.

use chrono::{DateTime, TimeDelta, Utc};

use crate::otp::CodeDigest;
use crate::ports::AuditOutcome;

use super::super::FlowId;
use super::super::event::{Answer, Denial, Effect, Transition};
use super::super::state::{Claimed, CodeSent, FlowState, HeldCard, SentCode, Void};
use super::{MOST_WRONG_CODES, deny, deny_stranger, replace, send};

/// For so long a request that claimed a card is believed to be carrying it: longer than a gateway's and the database's
/// deadlines together.
const BUSY: TimeDelta = TimeDelta::seconds(60);

impl CodeSent {
    /// The first card after a code joins it; a second one voids it, for the code was sent for the first.
    pub(super) fn card_submitted(self, fresh: FlowId, card: HeldCard) -> Transition {
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
    pub(super) fn phone_submitted(
        self,
        code: SentCode,
        needs_card: bool,
        now: DateTime<Utc>,
    ) -> Transition {
        let holds_card = self.card.is_some_and(|card| card.deadline > now);
        if needs_card && !holds_card {
            return deny(FlowState::CodeSent(self), Denial::NoCardHeld);
        }
        send(self.flow, code, self.card)
    }

    pub(super) fn code_submitted(self, attempt: CodeDigest, now: DateTime<Utc>) -> Transition {
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
        // A front end repeats a refused request with the same body: that is no new try, and was counted once. Whoever
        // counted it may be this request, overtaken by another one with the same code.
        if self.wrong.contains(&attempt) {
            return deny_stranger(FlowState::CodeSent(self), Denial::WrongCode);
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
