//! Arrows from the state in which a card is being saved.

use chrono::{DateTime, Utc};

use crate::otp::CodeDigest;
use crate::ports::AuditOutcome;

use super::super::event::{Answer, Denial, Effect, Outcome, Transition};
use super::super::state::{Claimed, Failed, Failure, FlowState, Saved};
use super::{deny, deny_stranger};

impl Claimed {
    pub(super) fn is_busy(&self, now: DateTime<Utc>) -> bool {
        now < self.busy_until
    }

    pub(super) fn busy(self) -> Transition {
        deny(FlowState::Claimed(self), Denial::SavingInProgress)
    }

    /// Another request has the card: all this one can do is to look how far it came.
    pub(super) fn code_submitted(self, attempt: CodeDigest) -> Transition {
        if attempt != self.code.digest {
            return deny_stranger(FlowState::Claimed(self), Denial::WrongCode);
        }
        let effects = vec![Effect::ReleaseTry, Effect::LookUpIntent(self.flow)];
        Transition {
            state: FlowState::Claimed(self),
            effects,
        }
    }

    pub(super) fn carried(self, outcome: Outcome, now: DateTime<Utc>) -> Transition {
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
