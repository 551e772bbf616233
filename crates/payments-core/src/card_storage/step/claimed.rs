//! Transitions from the state in which a card is being saved.

use alloc::vec::Vec;

use chrono::{DateTime, TimeDelta, Utc};

use crate::flow::{ClaimId, FlowId};
use crate::otp::CodeDigest;

use super::super::event::{Answer, Denial, Effect, Outcome, Transition};
use super::super::state::{
    ActionPending, ClaimStage, Claimed, Failed, Failure, FlowState, HeldCard, Saved, SentCode,
};
use super::{ANSWERED_FOR, deny};

/// How long a claim is exclusive before the gateway call: longer than the flow store needs to hand out the card. The
/// claim of a process that died is taken over after this.
const LEASE: TimeDelta = TimeDelta::seconds(5);

/// How long no other card is accepted after the gateway may have been called: about as long as a gateway call takes.
/// The first card's result does not depend on the flow's state.
const BUSY: TimeDelta = TimeDelta::seconds(10);

/// Claims the card for this request, before the gateway call.
pub(super) fn claim(
    flow: FlowId,
    code: SentCode,
    card: HeldCard,
    claimant: ClaimId,
    now: DateTime<Utc>,
) -> Transition {
    let busy_until = now + LEASE;
    let state = FlowState::Claimed(Claimed {
        flow,
        code,
        card,
        claimant: Some(claimant),
        stage: ClaimStage::Preparing,
        busy_until,
        settled_by: None,
        // Leaves time for a takeover.
        deadline: code.expires_at.max(busy_until + LEASE),
    });
    Transition {
        state,
        effects: vec![Effect::TakeCard { flow, card }],
    }
}

impl Claimed {
    pub(super) fn is_busy(&self, now: DateTime<Utc>) -> bool {
        now < self.busy_until
    }

    pub(super) fn busy(self) -> Transition {
        deny(FlowState::Claimed(self), Denial::SavingInProgress)
    }

    /// Whether the claimant's outcome may still arrive.
    fn is_under_way(&self, now: DateTime<Utc>) -> bool {
        now < self.settled_by.unwrap_or(self.busy_until)
    }

    /// Another request has the claim. Before the gateway call an expired claim is taken over; after it, the request can
    /// only look up the progress.
    pub(super) fn code_submitted(
        self,
        attempt: CodeDigest,
        claimant: ClaimId,
        now: DateTime<Utc>,
    ) -> Transition {
        if attempt != self.code.digest {
            return deny(
                FlowState::Claimed(self),
                Denial::WrongCode { tries_left: None },
            );
        }
        match self.stage {
            ClaimStage::Preparing if self.is_busy(now) => {
                self.go_on(vec![Effect::Answer(Answer::Saving)])
            }
            ClaimStage::Preparing => claim(self.flow, self.code, self.card, claimant, now),
            ClaimStage::AtGateway => {
                let used_for = Some(self.flow);
                let look = Effect::LookUpIntent(self.flow);
                self.go_on(vec![Effect::MarkTryRight { used_for }, look])
            }
        }
    }

    pub(super) fn carried(self, outcome: Outcome, now: DateTime<Utc>) -> Transition {
        let (flow, pos) = (self.flow, self.card.pos);
        match outcome {
            Outcome::CodeNotSent(_) => self.go_on(Vec::new()),
            Outcome::CardTaken { settled_by } => self.at_gateway(settled_by, now),
            Outcome::IntentRecorded => self.go_on(vec![Effect::Tokenize { flow, pos }]),
            Outcome::ActionAsked => self.go_on(vec![Effect::BeginAction { flow, pos }]),
            Outcome::ActionBegun { until } => self.action_pending(until),
            Outcome::IntentRefused(reason) => self.fail(Failure::Refused(reason), &[], now),
            Outcome::TokenIssued => self.go_on(vec![Effect::SaveCardAndCloseIntent(flow)]),
            Outcome::CardSaved => self.saved(now),
            // A stale flow store does not know what was done; the database does.
            Outcome::CardLost | Outcome::IntentExists => {
                self.go_on(vec![Effect::LookUpIntent(flow)])
            }
            Outcome::IntentUnrecorded => {
                self.fail(Failure::NotRecorded, &[Effect::RecordEnding], now)
            }
            Outcome::TokenRefused(reason) => {
                self.fail(Failure::Refused(reason), &[Effect::RefuseIntent(flow)], now)
            }
            Outcome::GatewayUnavailable => self.fail(
                Failure::GatewayUnavailable,
                &[Effect::RefuseIntent(flow)],
                now,
            ),
            Outcome::TokenUnknown => {
                let record = Effect::RecordUnknown { flow, pos };
                self.fail(Failure::OutcomeUnknown, &[record], now)
            }
            Outcome::IntentClosed => self.fail(Failure::OutcomeUnknown, &[], now),
            Outcome::IntentMissing => self.never_called(now),
            // A commit that the claimant believes failed may have succeeded.
            Outcome::IntentOpen | Outcome::SaveUnknown if self.is_under_way(now) => {
                self.go_on(vec![Effect::Answer(Answer::Saving)])
            }
            // The claimant's deadlines have passed: the reconciler determines the outcome.
            Outcome::IntentOpen | Outcome::SaveUnknown => self.go_on(vec![Effect::Answer(
                Answer::Denied(Denial::Failed(Failure::OutcomeUnknown)),
            )]),
        }
    }

    /// There is no intent. Before the gateway call the claimant reports that itself, when the card is missing.
    /// Afterwards any request may report it, but it is final only when the claimant can no longer record an intent.
    fn never_called(self, now: DateTime<Utc>) -> Transition {
        let is_over = match self.stage {
            ClaimStage::Preparing => true,
            ClaimStage::AtGateway => !self.is_under_way(now),
        };
        if !is_over {
            return self.go_on(vec![Effect::Answer(Answer::Saving)]);
        }
        let effects = [
            Effect::MarkTryRight { used_for: None },
            Effect::RecordEnding,
        ];
        self.fail(Failure::CardGone, &effects, now)
    }

    fn at_gateway(self, settled_by: DateTime<Utc>, now: DateTime<Utc>) -> Transition {
        let (flow, pos) = (self.flow, self.card.pos);
        let deadline = self.deadline.max(settled_by);
        let state = Self {
            stage: ClaimStage::AtGateway,
            busy_until: now + BUSY,
            settled_by: Some(settled_by),
            // Extended, so that a repeated request can still ask for the result.
            deadline: deadline + LEASE,
            ..self
        };
        let used_for = Some(flow);
        state.go_on(vec![
            Effect::MarkTryRight { used_for },
            Effect::RecordIntent { flow, pos },
        ])
    }

    fn go_on(self, effects: Vec<Effect>) -> Transition {
        Transition {
            state: FlowState::Claimed(self),
            effects,
        }
    }

    /// Until when the answer is repeated: for the code's lifetime, and at least [`ANSWERED_FOR`].
    fn answered_until(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.code.expires_at.max(now + ANSWERED_FOR)
    }

    fn action_pending(self, until: DateTime<Utc>) -> Transition {
        let state = FlowState::ActionPending(ActionPending {
            flow: self.flow,
            code: self.code,
            deadline: until,
        });
        Transition {
            state,
            effects: vec![Effect::Answer(Answer::ActionRequired)],
        }
    }

    fn saved(self, now: DateTime<Utc>) -> Transition {
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

    fn fail(self, failure: Failure, effects: &[Effect], now: DateTime<Utc>) -> Transition {
        let unrecorded = effects
            .contains(&Effect::RecordEnding)
            .then_some(self.card.pos);
        let state = FlowState::Failed(Failed {
            flow: self.flow,
            code: self.code,
            failure,
            unrecorded,
            deadline: self.answered_until(now),
        });
        let mut effects = effects.to_vec();
        effects.push(Effect::Answer(Answer::Denied(Denial::Failed(failure))));
        Transition { state, effects }
    }
}
