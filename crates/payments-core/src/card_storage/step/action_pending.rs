//! Transitions from the state in which the customer must complete an action at the gateway.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::otp::CodeDigest;

use super::super::event::{Answer, Denial, Effect, Outcome, Transition};
use super::super::state::{ActionPending, Failed, Failure, FlowState, Saved};
use super::{ANSWERED_FOR, deny};

impl ActionPending {
    /// The database holds the result of the action; the return and the webhook need no state.
    pub(super) fn code_submitted(self, attempt: CodeDigest) -> Transition {
        if attempt != self.code.digest {
            return deny(
                FlowState::ActionPending(self),
                Denial::WrongCode { tries_left: None },
            );
        }
        let used_for = Some(self.flow);
        let look = Effect::LookUpIntent(self.flow);
        self.stay(vec![Effect::MarkTryRight { used_for }, look])
    }

    pub(super) fn carried(self, outcome: Outcome, now: DateTime<Utc>) -> Transition {
        match outcome {
            Outcome::ActionBegun { .. } => self.stay(vec![Effect::Answer(Answer::ActionRequired)]),
            Outcome::CardSaved => {
                let state = FlowState::Saved(Saved {
                    flow: self.flow,
                    code: self.code,
                    deadline: self.answered_until(now),
                });
                Transition {
                    state,
                    effects: vec![Effect::Answer(Answer::Saved)],
                }
            }
            Outcome::IntentRefused(reason) => self.fail(Failure::Refused(reason), now),
            // The action's deadline has passed, and the reconciler has not closed the intent yet.
            Outcome::IntentOpen => self.stay(vec![Effect::Answer(Answer::Denied(Denial::Failed(
                Failure::OutcomeUnknown,
            )))]),
            Outcome::IntentClosed | Outcome::IntentMissing => {
                self.fail(Failure::OutcomeUnknown, now)
            }
            Outcome::CodeNotSent(_)
            | Outcome::CardTaken { .. }
            | Outcome::CardLost
            | Outcome::IntentRecorded
            | Outcome::IntentExists
            | Outcome::IntentUnrecorded
            | Outcome::TokenIssued
            | Outcome::ActionAsked
            | Outcome::TokenRefused(_)
            | Outcome::GatewayUnavailable
            | Outcome::TokenUnknown
            | Outcome::SaveUnknown => self.stay(Vec::new()),
        }
    }

    fn stay(self, effects: Vec<Effect>) -> Transition {
        Transition {
            state: FlowState::ActionPending(self),
            effects,
        }
    }

    fn answered_until(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.deadline.max(now + ANSWERED_FOR)
    }

    fn fail(self, failure: Failure, now: DateTime<Utc>) -> Transition {
        let deadline = self.answered_until(now);
        let state = FlowState::Failed(Failed {
            flow: self.flow,
            code: self.code,
            failure,
            unrecorded: None,
            deadline,
        });
        deny(state, Denial::Failed(failure))
    }
}
