//! Arrows from the state in which a card is being saved.

use alloc::vec::Vec;

use chrono::{DateTime, TimeDelta, Utc};

use crate::flow::{ClaimId, FlowId};
use crate::otp::CodeDigest;

use super::super::event::{Answer, Denial, Effect, Outcome, Transition};
use super::super::state::{
    ActionPending, ClaimStage, Claimed, Failed, Failure, FlowState, HeldCard, Saved, SentCode,
};
use super::{ANSWERED_FOR, deny};

/// For so long a claim is its claimant's before the gateway: longer than the flow store needs to give the card out. One
/// whose process died is taken over then.
const LEASE: TimeDelta = TimeDelta::seconds(5);

/// For so long no other card is accepted once the gateway may have been called: about as long as a gateway takes. What
/// comes of the first card later does not depend on the flow's state.
const BUSY: TimeDelta = TimeDelta::seconds(10);

/// A claim of this request, before the gateway.
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
        // Room for a takeover.
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

    /// Whether the claimant's outcome may still come.
    fn is_under_way(&self, now: DateTime<Utc>) -> bool {
        now < self.settled_by.unwrap_or(self.busy_until)
    }

    /// Another request has the claim. Before the gateway it can be taken over, when its time is up; afterwards all that
    /// is left to do is to look how far it came.
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
            // A flow store that came back stale knows nothing of what was done; the database does.
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
            // What the claimant could not commit may be committed all the same.
            Outcome::IntentOpen | Outcome::SaveUnknown if self.is_under_way(now) => {
                self.go_on(vec![Effect::Answer(Answer::Saving)])
            }
            // The claimant's deadlines have passed: the reconciler determines the outcome.
            Outcome::IntentOpen | Outcome::SaveUnknown => self.go_on(vec![Effect::Answer(
                Answer::Denied(Denial::Failed(Failure::OutcomeUnknown)),
            )]),
        }
    }

    /// There is no intent. The claimant itself says so before the gateway, when the card was gone; afterwards whoever
    /// looks says so, and it is final only when the claimant cannot record one any more.
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
            // A while longer, so that what became of it can be asked.
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

    /// Until when the answer is repeated: for the code's life, and long enough to be heard.
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
