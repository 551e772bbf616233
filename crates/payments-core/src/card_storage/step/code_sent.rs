//! Transitions from the state in which a code was sent.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::flow::{ClaimId, FlowId};
use crate::otp::CodeDigest;

use super::super::event::{Answer, Denial, Effect, Outcome, Transition};
use super::super::state::{CardHeld, CodeSent, FlowState, HeldCard, SentCode, Void};
use super::claimed::claim;
use super::{MOST_WRONG_CODES, deny, replace, send, unchanged};

impl CodeSent {
    /// The first card after a code joins it. A second card voids the code, which was sent for the first.
    pub(super) fn card_submitted(self, flow: FlowId, card: HeldCard) -> Transition {
        if self.card.is_some() {
            return replace(self.card, flow, card);
        }
        let state = FlowState::CodeSent(Self {
            card: Some(card),
            ..self
        });
        Transition {
            state,
            effects: vec![Effect::Answer(Answer::Accepted)],
        }
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

    pub(super) fn code_submitted(
        self,
        attempt: CodeDigest,
        claimant: ClaimId,
        now: DateTime<Utc>,
    ) -> Transition {
        if self.code.expires_at <= now {
            let denied = Effect::Answer(Answer::Denied(Denial::CodeExpired));
            return self.stay(vec![Effect::ReleaseTry, denied]);
        }
        if attempt != self.code.digest {
            return self.wrong_code(attempt);
        }
        match self.card {
            Some(card) if card.deadline > now => claim(self.flow, self.code, card, claimant, now),
            Some(_) | None => {
                let denied = Effect::Answer(Answer::Denied(Denial::NoCardHeld));
                self.stay(vec![Effect::MarkTryRight { used_for: None }, denied])
            }
        }
    }

    /// A code that was certainly not sent cannot be entered: its card waits for another code.
    pub(super) fn carried(self, outcome: Outcome, now: DateTime<Utc>) -> Transition {
        let card = self.card.filter(|card| card.deadline > now);
        if let (Outcome::CodeNotSent(digest), Some(card)) = (outcome, card)
            && digest == self.code.digest
        {
            let flow = self.flow;
            return unchanged(FlowState::CardHeld(CardHeld { flow, card }));
        }
        unchanged(FlowState::CodeSent(self))
    }

    fn stay(self, effects: Vec<Effect>) -> Transition {
        Transition {
            state: FlowState::CodeSent(self),
            effects,
        }
    }

    fn wrong_code(mut self, attempt: CodeDigest) -> Transition {
        // A client that repeats a refused request with the same body does not use another try.
        if self.wrong.contains(&attempt) {
            return self.deny_wrong();
        }
        self.wrong.push(attempt);
        if self.wrong.len() >= MOST_WRONG_CODES {
            return self.void();
        }
        self.deny_wrong()
    }

    pub(super) fn deny_wrong(self) -> Transition {
        let left = MOST_WRONG_CODES.saturating_sub(self.wrong.len());
        let tries_left = u8::try_from(left).ok();
        deny(FlowState::CodeSent(self), Denial::WrongCode { tries_left })
    }

    pub(super) fn void(self) -> Transition {
        let mut effects: Vec<Effect> = self.card.map(Effect::DropCard).into_iter().collect();
        effects.push(Effect::RecordEnding);
        effects.push(Effect::Answer(Answer::Denied(Denial::FlowVoid)));
        let state = Void {
            flow: self.flow,
            pos: self.card.map(|card| card.pos),
            is_unrecorded: true,
            deadline: self.code.expires_at,
        };
        Transition {
            state: FlowState::Void(state),
            effects,
        }
    }
}
